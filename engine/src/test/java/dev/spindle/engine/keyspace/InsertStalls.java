package dev.spindle.engine.keyspace;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.type.StringType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * How long the slowest insertion takes while a table grows from nothing: a program to run by hand, not a test.
 *
 * <p>Argument: number of keys (20 million). Twice: over memory never touched, where page faults are included, and again
 * over the same memory, where what is left is the table's own work. Times are the processor's for this thread, so that what
 * other programs take from the core does not count; the kernel's work for page faults does.
 */
public final class InsertStalls {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private InsertStalls() {}

    public static void main(String[] args) {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 20_000_000;
        try (Arena arena = new Arena(8L << 30, true)) {
            Keyspaces keyspaces = new Keyspaces(arena, 1, System.nanoTime());
            StringType strings = new StringType();
            fill(keyspaces, strings, 200_000, null);
            keyspaces.flushAll(true);
            for (String memory : new String[] {"fresh", "used"}) {
                long[] took = new long[keys];
                long start = System.nanoTime();
                fill(keyspaces, strings, keys, took);
                double seconds = (System.nanoTime() - start) / 1e9;
                KeyTable table = keyspaces.get(0).table();
                long slow = Arrays.stream(took).filter(ns -> ns > 100_000).count();
                Arrays.sort(took);
                System.out.printf(
                        "%s memory: %,d inserts in %.1f s; p50 %d ns, p99 %d ns, p99.99 %d ns, p99.9999 %d ns, worst %,d ns;"
                                + " above 100 us: %d; %,d buckets, %,d overflow; %.1f bytes per key%n",
                        memory,
                        keys,
                        seconds,
                        took[keys / 2],
                        took[(int) (keys * 0.99)],
                        took[(int) (keys * 0.9999)],
                        took[(int) (keys * 0.999999)],
                        took[keys - 1],
                        slow,
                        table.buckets(),
                        table.overflowBuckets(),
                        (double) table.bytes() / keys);
                keyspaces.flushAll(true);
            }
        }
    }

    private static void fill(Keyspaces keyspaces, StringType strings, int keys, long[] took) {
        Keyspace db = keyspaces.get(0);
        long key = UnsafeApi.allocateMemory(16);
        UnsafeApi.putLong(key, 0x3A79656B_3A79656BL);
        for (int i = 0; i < keys; i++) {
            UnsafeApi.putLong(key + 8, i);
            long start = took == null ? 0 : THREADS.getCurrentThreadCpuTime();
            long hash = db.hash(key, 16);
            if (db.lookupWrite(hash, key, 16) != 0) {
                throw new IllegalStateException("key " + i + " is there");
            }
            strings.setLong(db, hash, 0, key, 16, i, Entry.NO_EXPIRY);
            if (took != null) {
                took[i] = THREADS.getCurrentThreadCpuTime() - start;
            }
        }
        UnsafeApi.freeMemory(key);
    }
}
