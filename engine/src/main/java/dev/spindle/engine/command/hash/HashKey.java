package dev.spindle.engine.command.hash;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.HashType;
import dev.spindle.engine.type.ValueType;

/**
 * How every command of hashes comes to its hash, and what it leaves behind. A look-up first removes what has expired: all of a
 * compact hash, of a large one the fields that the command names. So a command meets an expired field only while writes are
 * paused, and then it is hidden.
 */
final class HashKey {

    static final KeyspaceEvent HDEL = new KeyspaceEvent(KeyspaceEvent.Kind.HASH, "hdel");

    private HashKey() {}

    /**
     * The hash of the first key, for reading.
     *
     * @param first argument of the first field that the command names.
     * @param end behind the last.
     * @param step from one to the next.
     * @return its entry; 0 when there is none; {@link Invocation#WRONG_TYPE} after an error.
     */
    static long read(Invocation in, int first, int end, int step) {
        return live(in, in.readAs(1, ValueType.HASH), first, end, step);
    }

    /** Like {@link #read}, for writing. */
    static long write(Invocation in, int first, int end, int step) {
        return live(in, in.writeAs(1, ValueType.HASH), first, end, step);
    }

    private static long live(Invocation in, long entry, int first, int end, int step) {
        if (entry == 0
                || entry == Invocation.WRONG_TYPE
                || !Entry.isVolatile(Entry.header(in.db().memory(), entry))) {
            return entry;
        }
        return expire(in, entry, first, end, step);
    }

    private static long expire(Invocation in, long entry, int first, int end, int step) {
        HashType hashes = in.engine().hashes();
        Keyspace db = in.db();
        if (db.shared().keepsExpired() || !hashes.mayHaveExpired(entry)) {
            return entry;
        }
        int removed = hashes.expireCompact(db, entry);
        for (int i = first; i < end; i += step) {
            removed += hashes.expireNamed(db, entry, in.argAddress(i), in.argLength(i)) ? 1 : 0;
        }
        if (removed == 0) {
            return entry;
        }
        in.event(HashType.HEXPIRED, 1);
        db.signal(in.argAddress(1), in.argLength(1));
        if (size(in, entry) > 0) {
            return entry;
        }
        db.deleteEmptied(entry);
        return 0;
    }

    static long size(Invocation in, long entry) {
        return in.engine().hashes().size(entry, Entry.header(in.db().memory(), entry));
    }

    /** Tells of a change of so many elements. */
    static void changed(Invocation in, long elements, KeyspaceEvent event) {
        in.modified(1);
        in.db().shared().stats().dirty += elements - 1;
        in.event(event, 1);
    }

    /** The same where fields went; removes the key when they were the last. */
    static void shrunk(Invocation in, long entry, long elements, KeyspaceEvent event) {
        boolean emptied = size(in, entry) == 0;
        if (emptied) {
            in.db().removeFound(entry, Entry.header(in.db().memory(), entry));
        }
        changed(in, elements, event);
        if (emptied) {
            in.event(KeyspaceEvent.DEL, 1);
        }
    }

    /** Answers a value. */
    static void reply(Invocation in, long value) {
        write(in.reply(), in.db().memory(), value);
    }

    /** Writes a value. */
    static void write(Reply out, Memory memory, long value) {
        if (Listpack.isLong(memory, value)) {
            out.bulkInteger(Listpack.longAt(memory, value));
        } else {
            out.bulk(Listpack.stringAddress(memory, value), Listpack.stringLength(memory, value));
        }
    }

    static void wrongArity(Invocation in) {
        in.reply()
                .error("ERR wrong number of arguments for '" + in.spec().fullName() + "' command");
    }
}
