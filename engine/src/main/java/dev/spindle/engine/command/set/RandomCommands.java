package dev.spindle.engine.command.set;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.SetPicks;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.ValueType;
import java.util.function.LongSupplier;

/** SRANDMEMBER and SPOP. */
final class RandomCommands {

    private static final byte[] NOT_POSITIVE =
            Reply.errorLine("ERR value is out of range, must be positive");
    private static final byte[] OUT_OF_RANGE =
            Reply.errorLine(
                    "ERR value is out of range, value must between -9223372036854775807 and"
                            + " 9223372036854775807");

    private static final byte[] DEL = {'D', 'E', 'L'};

    private final MemberReply members = new MemberReply();

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("srandmember", -2, "readonly", "set", this::srandmember)
                    .keys(range("RO access", 1, 0, 1))
                    .tips("nondeterministic_output"),
            command("spop", -2, "write fast", "set", this::spop)
                    .keys(range("RW access delete", 1, 0, 1))
                    .tips("nondeterministic_output"),
        };
    }

    void srandmember(Invocation in) {
        if (in.argc() > 2) {
            severalRandom(in);
            return;
        }
        long entry = in.readAs(1, ValueType.SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        in.engine().sets().picks().visitAny(entry, 1, random(in), members.to(in));
    }

    private static LongSupplier random(Invocation in) {
        return in.db().shared().random();
    }

    private void severalRandom(Invocation in) {
        if (in.argc() > 3) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        if (!in.requireLong(2)) {
            return;
        }
        long count = in.longValue();
        if (count == Long.MIN_VALUE) {
            in.reply().errorLine(OUT_OF_RANGE);
            return;
        }
        long entry = in.readAs(1, ValueType.SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0 || count == 0) {
            in.reply().array(0);
            return;
        }
        SetType sets = in.engine().sets();
        SetPicks picks = sets.picks();
        if (count < 0) {
            in.reply().array(-count);
            picks.visitAny(entry, -count, random(in), members.to(in));
            return;
        }
        long size = sets.size(entry);
        in.reply().array(Math.min(count, size));
        if (count >= size) {
            picks.visitAll(entry, members.to(in));
        } else {
            picks.visitSome(entry, count, random(in), members.to(in));
        }
    }

    void spop(Invocation in) {
        if (in.argc() > 2) {
            severalPopped(in);
            return;
        }
        long entry = in.writeAs(1, ValueType.SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        SetType sets = in.engine().sets();
        sets.picks().popOne(in.db(), entry, random(in), members.removing(in));
        members.told();
        SetFamily.changed(in, 1, SetFamily.SPOP, 1);
        if (sets.size(entry) == 0) {
            SetFamily.deleteEmpty(in, 1, entry);
        }
    }

    private void severalPopped(Invocation in) {
        if (in.argc() > 3) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        if (!in.isLong(2) || in.longValue() < 0) {
            in.reply().errorLine(NOT_POSITIVE);
            return;
        }
        long count = in.longValue();
        long entry = in.writeAs(1, ValueType.SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0 || count == 0) {
            in.reply().set(0);
            return;
        }
        SetType sets = SetFamily.limited(in);
        long size = sets.size(entry);
        long mark = in.reply().buffer().mark();
        in.reply().set(Math.min(count, size));
        if (count < size) {
            try {
                sets.picks().popSome(in.db(), entry, count, random(in), members.removing(in));
            } catch (OutOfMemory full) {
                members.untold();
                in.reply().buffer().truncate(mark);
                throw full;
            }
            members.told();
            SetFamily.changed(in, 1, SetFamily.SPOP, count);
            return;
        }
        // Redis answers this by a union of one set, which reads its key.
        in.db().shared().stats().hits++;
        sets.picks().visitAll(entry, members.to(in));
        SetFamily.changed(in, 1, SetFamily.SPOP, size);
        SetFamily.deleteEmpty(in, 1, entry);
        if (in.engine().propagation().isActive()) {
            in.engine().propagation().begin(in, DEL).arg(in, 1).end();
        }
    }
}
