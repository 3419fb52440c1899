package dev.spindle.engine.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Memory;

/** Counts what databases say of themselves: keys, keys with an expiry, and the marks by which these are found. */
public final class KeyspaceAudit {

    private KeyspaceAudit() {}

    /** Checks all databases. */
    public static void check(Keyspaces keyspaces) {
        for (int i = 0; i < keyspaces.count(); i++) {
            check(keyspaces.get(i));
        }
    }

    private static void check(Keyspace db) {
        KeyTable table = db.table();
        Memory memory = db.memory();
        long[] counts = new long[3];
        for (long bucket = 0; bucket < table.buckets(); bucket++) {
            boolean marked = table.nextMarked(bucket) == bucket;
            long at = bucket;
            table.visitBucket(
                    bucket,
                    entry -> {
                        long header = Entry.header(memory, entry);
                        boolean expires = Entry.expiry(memory, entry, header) != Entry.NO_EXPIRY;
                        boolean elements = Entry.isVolatile(header);
                        counts[0]++;
                        counts[1] += expires ? 1 : 0;
                        counts[2] += elements ? 1 : 0;
                        assertTrue(
                                marked || !expires && !elements,
                                () -> "no mark at bucket " + at + " of database " + db.id());
                    });
        }
        assertEquals(table.size(), counts[0], "keys of database " + db.id());
        assertEquals(db.expiring(), counts[1], "keys with an expiry of database " + db.id());
        assertEquals(db.volatiles(), counts[2], "keys whose elements expire of " + db.id());
    }
}
