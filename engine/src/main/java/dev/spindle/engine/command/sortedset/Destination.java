package dev.spindle.engine.command.sortedset;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.type.SortedSetBuilder;
import dev.spindle.engine.type.StringType;

/** The key that a command stores a sorted set in, whatever it held before. */
public final class Destination {

    private Destination() {}

    /**
     * Makes a key hold what was built, in order; deletes it when that is nothing.
     *
     * @param arg the key's argument.
     * @param event what happens to a key that is stored.
     * @return the number of elements.
     */
    public static long store(Invocation in, int arg, SortedSetBuilder result, KeyspaceEvent event) {
        Keyspace db = in.db();
        long key = in.argAddress(arg);
        int length = in.argLength(arg);
        long size = result.size();
        if (size == 0) {
            long old = in.lookupWrite(arg);
            if (old != 0) {
                db.removeFound(old, Entry.header(db.memory(), old));
                in.modified(arg);
                in.event(KeyspaceEvent.DEL, arg);
            }
            return 0;
        }
        HotParameters hot = in.engine().config().hot();
        long entry =
                result.entry(
                        db, key, length, hot.zsetMaxListpackEntries(), hot.zsetMaxListpackValue());
        long old = in.lookupWrite(arg);
        StringType.place(db, in.keyHash(arg), old, entry);
        if (old == 0) {
            in.event(KeyspaceEvent.NEW, arg);
        }
        in.modified(arg);
        in.event(event, arg);
        return size;
    }
}
