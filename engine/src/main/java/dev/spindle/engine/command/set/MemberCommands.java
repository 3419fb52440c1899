package dev.spindle.engine.command.set;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.command.ScanArguments;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.SetWalk;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;

/** Commands that name members of one set, or list them. */
final class MemberCommands {

    /** Members whose cache lines are loaded together. */
    private static final int BATCH = 64;

    private final long[] hashes = new long[BATCH];
    private final long[] roots = new long[BATCH];
    private final long[] lines = new long[BATCH];
    private final MemberReply members = new MemberReply();
    private final ScanArguments scan = new ScanArguments();
    private final Scratch picked = new Scratch();

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("sadd", -3, "write denyoom fast", "set", this::sadd)
                    .keys(range("RW insert", 1, 0, 1))
                    .member(2),
            command("srem", -3, "write fast", "set", this::srem)
                    .keys(range("RW delete", 1, 0, 1))
                    .member(2),
            command("sismember", 3, "readonly fast", "set", this::sismember)
                    .keys(range("RO", 1, 0, 1))
                    .member(2),
            command("smismember", -3, "readonly fast", "set", this::smismember)
                    .keys(range("RO access", 1, 0, 1))
                    .member(2),
            command("scard", 2, "readonly fast", "set", this::scard).keys(range("RO", 1, 0, 1)),
            command("smembers", 2, "readonly", "set", this::smembers)
                    .keys(range("RO access", 1, 0, 1))
                    .tips("nondeterministic_output_order"),
            command("smove", 4, "write fast", "set", this::smove)
                    .keys(range("RW access delete", 1, 0, 1), range("RW insert", 2, 0, 1))
                    .member(3),
            command("sscan", -3, "readonly", "set", this::sscan)
                    .keys(range("RO access", 1, 0, 1))
                    .tips("nondeterministic_output"),
        };
    }

    void sadd(Invocation in) {
        long entry = in.writeAs(1, ValueType.SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        SetType sets = SetFamily.limited(in);
        int from = 2;
        int done = 2;
        long added = 0;
        long hint = in.argc() - 2L;
        if (entry == 0) {
            long first = in.argAddress(2);
            int length = in.argLength(2);
            int encoding = sets.firstEncoding(first, length, hint);
            entry = create(in, 1, encoding, first, length);
            from = 3;
            done = 3;
            added = 1;
        } else {
            sets.expect(in.db(), entry, hint);
        }
        try {
            while (from < in.argc()) {
                int end = touch(in, sets, entry, from);
                for (int i = from; i < end; i++) {
                    long address = in.argAddress(i);
                    int length = in.argLength(i);
                    if (sets.add(in.db(), entry, hashes[i - from], address, length)) {
                        added++;
                    }
                    done = i + 1;
                }
                from = end;
            }
        } catch (OutOfMemory full) {
            if (added > 0) {
                in.engine().propagation().upTo(done);
                SetFamily.changed(in, 1, SetFamily.SADD, added);
            }
            throw full;
        }
        if (added > 0) {
            SetFamily.changed(in, 1, SetFamily.SADD, added);
        }
        in.reply().integer(added);
    }

    private static long create(Invocation in, int key, int encoding, long first, int length) {
        Keyspace db = in.db();
        long made =
                in.engine()
                        .sets()
                        .make(db, encoding, in.argAddress(key), in.argLength(key), first, length);
        StringType.place(db, in.keyHash(key), 0, made);
        in.event(KeyspaceEvent.NEW, key);
        return made;
    }

    // Hashes the next members, and loads what they need where there are several; answers the
    // argument behind them.
    private int touch(Invocation in, SetType sets, long entry, int from) {
        int end = Math.min(from + BATCH, in.argc());
        for (int i = from; i < end; i++) {
            hashes[i - from] = sets.hash(in.argAddress(i), in.argLength(i));
        }
        if (end - from > 1) {
            sets.touch(entry, roots, hashes, lines, end - from);
        }
        return end;
    }

    void srem(Invocation in) {
        long entry = in.writeAs(1, ValueType.SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().integer(0);
            return;
        }
        SetType sets = in.engine().sets();
        long removed = 0;
        boolean empty = false;
        int from = 2;
        while (from < in.argc() && !empty) {
            int end = touch(in, sets, entry, from);
            for (int i = from; i < end && !empty; i++) {
                long address = in.argAddress(i);
                if (sets.remove(in.db(), entry, hashes[i - from], address, in.argLength(i))) {
                    removed++;
                    empty = sets.size(entry) == 0;
                }
            }
            from = end;
        }
        if (removed > 0) {
            SetFamily.changed(in, 1, SetFamily.SREM, removed);
        }
        if (empty) {
            SetFamily.deleteEmpty(in, 1, entry);
        }
        in.reply().integer(removed);
    }

    void sismember(Invocation in) {
        long entry = in.readAs(1, ValueType.SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        boolean there =
                entry != 0 && in.engine().sets().contains(entry, in.argAddress(2), in.argLength(2));
        in.reply().integer(there ? 1 : 0);
    }

    void smismember(Invocation in) {
        long entry = in.readAs(1, ValueType.SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        SetType sets = in.engine().sets();
        in.reply().array(in.argc() - 2L);
        int from = 2;
        while (from < in.argc()) {
            int end = entry == 0 ? in.argc() : touch(in, sets, entry, from);
            for (int i = from; i < end; i++) {
                boolean there =
                        entry != 0 && sets.contains(entry, in.argAddress(i), in.argLength(i));
                in.reply().integer(there ? 1 : 0);
            }
            from = end;
        }
    }

    void scard(Invocation in) {
        long entry = in.readAs(1, ValueType.SET);
        if (entry != Invocation.WRONG_TYPE) {
            in.reply().integer(entry == 0 ? 0 : in.engine().sets().size(entry));
        }
    }

    void smembers(Invocation in) {
        long entry = in.readAs(1, ValueType.SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().set(0);
            return;
        }
        SetType sets = in.engine().sets();
        in.reply().set(sets.size(entry));
        sets.picks().visitAll(entry, members.to(in));
    }

    void smove(Invocation in) {
        Keyspace db = in.db();
        SetType sets = SetFamily.limited(in);
        long from = in.lookupWrite(1);
        long to = in.lookupWrite(2);
        if (from == 0) {
            in.reply().integer(0);
            return;
        }
        if (!isSet(db, from) || to != 0 && !isSet(db, to)) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        long member = in.argAddress(3);
        int length = in.argLength(3);
        if (from == to || !sets.contains(from, member, length)) {
            in.reply().integer(from == to && sets.contains(from, member, length) ? 1 : 0);
            return;
        }
        // Added first, since only that may fail; told in the order in which it reads.
        boolean created = to == 0;
        boolean added = true;
        if (created) {
            long made =
                    sets.make(
                            db,
                            sets.firstEncoding(member, length, 1),
                            in.argAddress(2),
                            in.argLength(2),
                            member,
                            length);
            StringType.place(db, in.keyHash(2), 0, made);
        } else {
            added = sets.add(db, to, member, length);
        }
        sets.remove(db, from, member, length);
        in.event(SetFamily.SREM, 1);
        if (sets.size(from) == 0) {
            db.peek(in.keyHash(1), in.argAddress(1), in.argLength(1));
            SetFamily.deleteEmpty(in, 1, from);
        }
        in.modified(1);
        if (created) {
            in.event(KeyspaceEvent.NEW, 2);
        }
        if (added) {
            SetFamily.changed(in, 2, SetFamily.SADD, 1);
        }
        in.reply().integer(1);
    }

    private static boolean isSet(Keyspace db, long entry) {
        return Entry.type(Entry.header(db.memory(), entry)) == ValueType.SET;
    }

    void sscan(Invocation in) {
        if (!scan.parseCursor(in, 2)) {
            return;
        }
        long entry = in.readAs(1, ValueType.SET);
        if (!scan.begin(in, entry, false)) {
            return;
        }
        SetType sets = in.engine().sets();
        SetWalk walk = sets.walk();
        picked.clear();
        walk.start(entry);
        long cursor = 0;
        if (walk.encoding() == ValueType.HASHTABLE) {
            cursor = scanTable(sets, walk);
        } else {
            while (walk.next() > 0) {
                pick(sets, walk);
            }
        }
        in.reply().array(2);
        in.reply().bulkInteger(cursor);
        in.reply().array(picked.length() / Long.BYTES);
        members.to(in);
        for (long i = 0; i < picked.length(); i += Long.BYTES) {
            members.member(walk.encoding(), picked.longAt(i));
        }
        picked.clear();
    }

    private long scanTable(SetType sets, SetWalk walk) {
        long cursor = scan.cursor();
        long most = scan.mostBuckets();
        long visited = 0;
        do {
            cursor = walk.scan(cursor);
            visited += walk.count();
            pick(sets, walk);
        } while (cursor != 0 && visited < scan.count() && --most > 0);
        return cursor;
    }

    private void pick(SetType sets, SetWalk walk) {
        for (int i = 0; i < walk.count(); i++) {
            ByteView bytes = sets.view(walk.encoding(), walk.ref(i));
            if (scan.matches(bytes.address(), (int) bytes.length())) {
                picked.appendLong(walk.ref(i));
            }
        }
    }
}
