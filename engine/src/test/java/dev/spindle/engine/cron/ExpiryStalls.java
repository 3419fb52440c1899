package dev.spindle.engine.cron;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.Engine;
import dev.spindle.engine.SilentHost;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.type.StringType;
import dev.spindle.perf.clock.SystemEpochClock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * How long commands wait while a million keys fall due at once: a program to run by hand, not a test.
 *
 * <p>One thread alternates between look-ups and turns of the background work, as the reactor does, and notes how long each
 * such turn takes: that is what a client may have to wait. The processor's time of this thread counts, so that other
 * programs on the core do not. Argument: number of keys (1 million).
 */
public final class ExpiryStalls {

    private static final long DUE_IN_MS = 3000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ExpiryStalls() {}

    public static void main(String[] args) {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        SystemEpochClock epoch = new SystemEpochClock();
        try (Engine engine =
                new Engine(
                        new Arena(4L << 30, true),
                        ServerConfig.defaults(),
                        System.nanoTime(),
                        CommandFamilies.rows(),
                        System::nanoTime,
                        epoch,
                        new SilentHost())) {
            run(engine, keys);
        }
    }

    private static void run(Engine engine, int keys) {
        Keyspace db = engine.keyspaces().get(0);
        StringType strings = engine.strings();
        long key = UnsafeApi.allocateMemory(16);
        UnsafeApi.putLong(key, 0x3A79656B_3A79656BL);
        engine.beginBatch();
        long dueMs = engine.epochClock().epochMs() + DUE_IN_MS;
        for (int i = 0; i < keys; i++) {
            UnsafeApi.putLong(key + 8, i);
            long hash = db.hash(key, 16);
            strings.setLong(db, hash, 0, key, 16, i, i % 10 == 0 ? -1 : dueMs);
        }
        long[] turns = new long[50_000_000];
        int count = 0;
        long firstNs = 0;
        long doneNs = 0;
        int i = 0;
        while (doneNs == 0 && count < turns.length) {
            engine.beginBatch();
            long wallNs = System.nanoTime();
            long before = THREADS.getCurrentThreadCpuTime();
            UnsafeApi.putLong(key + 8, i++ % keys);
            db.lookupRead(db.hash(key, 16), key, 16);
            engine.cron(wallNs);
            long took = THREADS.getCurrentThreadCpuTime() - before;
            turns[count++] = took;
            if (engine.epochClock().epochMs() > dueMs) {
                firstNs = firstNs == 0 ? wallNs : firstNs;
                doneNs = db.expiring() == 0 ? System.nanoTime() : 0;
            }
        }
        KeyspaceStats stats = engine.keyspaces().shared().stats();
        long[] sorted = Arrays.copyOf(turns, count);
        Arrays.sort(sorted);
        System.out.printf(
                "%,d keys gone %.2f s after they fell due; %,d turns: p50 %d ns, p99.9 %,d ns, p99.999 %,d ns, worst %,d ns;"
                        + " %,d us in expiry, cap reached %d times%n",
                stats.expired,
                (doneNs - firstNs) / 1e9,
                count,
                sorted[count / 2],
                sorted[(int) (count * 0.999)],
                sorted[(int) (count * 0.99999)],
                sorted[count - 1],
                stats.expireCycleNs / 1000,
                stats.expiredTimeCapReached);
    }
}
