package dev.spindle.engine.command.set;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.RefVisitor;
import dev.spindle.engine.type.ValueType;

/** Answers members of sets as bulk strings, from where they lie to the client's buffer. */
final class MemberReply implements RefVisitor {

    private static final byte[] SREM = {'S', 'R', 'E', 'M'};

    /** One effect names so many members at most. */
    private static final int MOST_TOLD_AT_ONCE = 1024;

    private Memory memory;
    private Reply reply;
    private Invocation in;
    private Propagation effects;
    private int count;

    /** Points at the client of a command. */
    MemberReply to(Invocation in) {
        memory = in.db().memory();
        reply = in.reply();
        return this;
    }

    /** The same; members are taken out, which becomes an effect, with {@link #told} at the end or {@link #untold}. */
    MemberReply removing(Invocation in) {
        to(in);
        this.in = in;
        effects = in.engine().propagation();
        if (effects.isActive()) {
            count = 0;
            effects.begin(in, SREM).arg(in, 1);
        } else {
            effects = null;
        }
        return this;
    }

    /** The members are out. */
    void told() {
        if (effects != null) {
            effects.end();
            effects = null;
        }
    }

    /** They are not. */
    void untold() {
        if (effects != null) {
            effects.cancel();
            effects = null;
        }
    }

    private void tell(int encoding, long ref) {
        if (count++ == MOST_TOLD_AT_ONCE) {
            effects.end();
            effects.begin(in, SREM).arg(in, 1);
            count = 1;
        }
        if (encoding == ValueType.INTSET) {
            effects.number(ref);
        } else if (encoding != ValueType.LISTPACK) {
            effects.bulk(Member.keyAddress(memory, ref), Member.keyLength(memory, ref));
        } else if (Listpack.isLong(memory, ref)) {
            effects.number(Listpack.longAt(memory, ref));
        } else {
            effects.bulk(Listpack.stringAddress(memory, ref), Listpack.stringLength(memory, ref));
        }
    }

    @Override
    public void member(int encoding, long ref) {
        if (effects != null) {
            tell(encoding, ref);
        }
        switch (encoding) {
            case ValueType.INTSET -> reply.bulkInteger(ref);
            case ValueType.LISTPACK -> {
                if (Listpack.isLong(memory, ref)) {
                    reply.bulkInteger(Listpack.longAt(memory, ref));
                } else {
                    reply.bulk(
                            Listpack.stringAddress(memory, ref),
                            Listpack.stringLength(memory, ref));
                }
            }
            default -> reply.bulk(Member.keyAddress(memory, ref), Member.keyLength(memory, ref));
        }
    }
}
