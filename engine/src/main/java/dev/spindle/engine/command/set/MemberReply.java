package dev.spindle.engine.command.set;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.RefVisitor;
import dev.spindle.engine.type.ValueType;

/** Answers members of sets as bulk strings, from where they lie to the client's buffer. */
final class MemberReply implements RefVisitor {

    private Memory memory;
    private Reply reply;

    /** Points at the client of a command. */
    MemberReply to(Invocation in) {
        memory = in.db().memory();
        reply = in.reply();
        return this;
    }

    @Override
    public void member(int encoding, long ref) {
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
