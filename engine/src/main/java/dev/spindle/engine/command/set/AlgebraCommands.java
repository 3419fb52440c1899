package dev.spindle.engine.command.set;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.keynum;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.SetAlgebra;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.SetWalk;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;
import java.nio.charset.StandardCharsets;

/** Intersections, unions and differences of sets: answered, counted, or stored. */
final class AlgebraCommands {

    private static final byte[] NO_KEYS = Reply.errorLine("ERR numkeys should be greater than 0");
    private static final byte[] TOO_MANY_KEYS =
            Reply.errorLine("ERR Number of keys can't be greater than number of args");
    private static final byte[] NEGATIVE_LIMIT = Reply.errorLine("ERR LIMIT can't be negative");
    private static final byte[] LIMIT = "limit".getBytes(StandardCharsets.US_ASCII);

    private final MemberReply members = new MemberReply();

    CommandSpec[] rows() {
        String unordered = "nondeterministic_output_order";
        return new CommandSpec[] {
            command("sinter", -2, "readonly", "set", this::sinter)
                    .keys(range("RO access", 1, -1, 1))
                    .tips(unordered),
            command("sinterstore", -3, "write denyoom", "set", this::sinterstore)
                    .keys(range("RW update", 1, 0, 1), range("RO access", 2, -1, 1)),
            command("sintercard", -3, "readonly movablekeys", "set", this::sintercard)
                    .keys(keynum("RO access", 1)),
            command("sunion", -2, "readonly", "set", this::sunion)
                    .keys(range("RO access", 1, -1, 1))
                    .tips(unordered),
            command("sunionstore", -3, "write denyoom", "set", this::sunionstore)
                    .keys(range("OW update", 1, 0, 1), range("RO access", 2, -1, 1)),
            command("sdiff", -2, "readonly", "set", this::sdiff)
                    .keys(range("RO access", 1, -1, 1))
                    .tips(unordered),
            command("sdiffstore", -3, "write denyoom", "set", this::sdiffstore)
                    .keys(range("OW update", 1, 0, 1), range("RO access", 2, -1, 1)),
        };
    }

    // Looks all operands up; answers whether they are sets, else Redis's error.
    private static boolean operands(Invocation in, SetAlgebra algebra, int from, int end) {
        Keyspace db = in.db();
        algebra.clear();
        int index = from;
        while (index < end) {
            int to = in.touchKeys(index, end, 1);
            for (int n = 0; index < to; n++, index++) {
                long entry =
                        db.lookupRead(in.touchedHash(n), in.argAddress(index), in.argLength(index));
                if (entry != 0 && Entry.type(Entry.header(db.memory(), entry)) != ValueType.SET) {
                    in.reply().errorLine(ReplyErrors.WRONG_TYPE);
                    return false;
                }
                algebra.operand(entry);
            }
        }
        return true;
    }

    void sinter(Invocation in) {
        SetAlgebra algebra = in.engine().sets().algebra();
        if (!operands(in, algebra, 1, in.argc())) {
            return;
        }
        if (algebra.missing() > 0) {
            in.reply().set(0);
            return;
        }
        long only = algebra.onlyOperand();
        if (only != 0) {
            replyAll(in, only);
        } else {
            replyRefs(in, algebra, algebra.intersect());
        }
    }

    private void replyAll(Invocation in, long entry) {
        SetType sets = in.engine().sets();
        in.reply().set(sets.size(entry));
        sets.picks().visitAll(entry, members.to(in));
    }

    private void replyRefs(Invocation in, SetAlgebra algebra, long count) {
        in.reply().set(count);
        members.to(in);
        for (long from = 0; from < count; from += SetWalk.BATCH) {
            int some = (int) Math.min(SetWalk.BATCH, count - from);
            algebra.touchRefs(from, some);
            for (int i = 0; i < some; i++) {
                members.member(algebra.encoding(), algebra.ref(from + i));
            }
        }
        algebra.clear();
    }

    // Answers a set that is in no table, and frees it.
    private void replyMade(Invocation in, long made) {
        if (made == 0) {
            in.reply().set(0);
            return;
        }
        replyAll(in, made);
        in.db().discard(made);
    }

    void sintercard(Invocation in) {
        if (!in.isLong(1) || in.longValue() < 1) {
            in.reply().errorLine(NO_KEYS);
            return;
        }
        if (in.longValue() > in.argc() - 2) {
            in.reply().errorLine(TOO_MANY_KEYS);
            return;
        }
        int end = 2 + (int) in.longValue();
        long limit = 0;
        for (int i = end; i < in.argc(); i += 2) {
            if (i + 1 == in.argc() || !in.argIs(i, LIMIT)) {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return;
            }
            if (!in.isLong(i + 1) || in.longValue() < 0) {
                in.reply().errorLine(NEGATIVE_LIMIT);
                return;
            }
            limit = in.longValue();
        }
        SetAlgebra algebra = in.engine().sets().algebra();
        if (!operands(in, algebra, 2, end)) {
            return;
        }
        if (algebra.missing() > 0) {
            in.reply().integer(0);
            return;
        }
        long only = algebra.onlyOperand();
        if (only != 0) {
            long size = in.engine().sets().size(only);
            in.reply().integer(limit == 0 ? size : Math.min(size, limit));
        } else {
            in.reply().integer(algebra.count(limit));
        }
    }

    void sinterstore(Invocation in) {
        SetAlgebra algebra = SetFamily.limited(in).algebra();
        if (!operands(in, algebra, 2, in.argc())) {
            return;
        }
        long count = algebra.missing() > 0 ? 0 : algebra.intersect();
        long made = 0;
        if (count > 0) {
            made = algebra.collectIntersection(in.db(), in.argAddress(1), in.argLength(1), count);
        }
        algebra.clear();
        store(in, made, SetFamily.SINTERSTORE);
    }

    // Gives the destination what was made; deletes it when that is nothing.
    private static void store(Invocation in, long made, KeyspaceEvent event) {
        Keyspace db = in.db();
        long hash = in.keyHash(1);
        long old = db.peek(hash, in.argAddress(1), in.argLength(1));
        if (made == 0) {
            if (old != 0) {
                db.removeFound(old, Entry.header(db.memory(), old));
                in.modified(1);
                in.event(KeyspaceEvent.DEL, 1);
            }
            in.reply().integer(0);
            return;
        }
        StringType.place(db, hash, old, made);
        if (old == 0) {
            in.event(KeyspaceEvent.NEW, 1);
        }
        SetFamily.changed(in, 1, event, 1);
        in.reply().integer(in.engine().sets().size(made));
    }

    void sunion(Invocation in) {
        SetAlgebra algebra = SetFamily.limited(in).algebra();
        if (!operands(in, algebra, 1, in.argc())) {
            return;
        }
        long only = algebra.onlyOperand();
        if (only != 0) {
            replyAll(in, only);
        } else {
            replyMade(in, algebra.unite(in.db(), in.argAddress(1), in.argLength(1)));
        }
    }

    void sunionstore(Invocation in) {
        SetAlgebra algebra = SetFamily.limited(in).algebra();
        if (operands(in, algebra, 2, in.argc())) {
            long made = algebra.unite(in.db(), in.argAddress(1), in.argLength(1));
            store(in, made, SetFamily.SUNIONSTORE);
        }
    }

    void sdiff(Invocation in) {
        SetAlgebra algebra = SetFamily.limited(in).algebra();
        if (!operands(in, algebra, 1, in.argc())) {
            return;
        }
        if (algebra.probesToSubtract()) {
            replyRefs(in, algebra, algebra.subtract());
        } else {
            replyMade(in, algebra.subtractByCopy(in.db(), in.argAddress(1), in.argLength(1)));
        }
    }

    void sdiffstore(Invocation in) {
        SetAlgebra algebra = SetFamily.limited(in).algebra();
        if (!operands(in, algebra, 2, in.argc())) {
            return;
        }
        long key = in.argAddress(1);
        int keyLength = in.argLength(1);
        long made = 0;
        if (!algebra.probesToSubtract()) {
            made = algebra.subtractByCopy(in.db(), key, keyLength);
        } else {
            long count = algebra.subtract();
            if (count > 0) {
                made = algebra.collectDifference(in.db(), key, keyLength, count);
            }
            algebra.clear();
        }
        store(in, made, SetFamily.SDIFFSTORE);
    }
}
