package dev.spindle.engine.cron;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.Engine;
import dev.spindle.engine.SilentHost;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.perf.clock.SystemEpochClock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.UnsafeApi;

/**
 * How long commands wait while memory is defragmented, and what it brings: a program to run by hand, not a test.
 *
 * <p>A million keys of mixed sizes, nine of ten deleted at random, then turns of the background work until the pages are given back.
 * The processor's time of this thread counts, so that other programs on the core do not. Argument: number of keys (1 million).
 */
public final class DefragStalls {

    private static final int MOST_TURNS = 20_000_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private DefragStalls() {}

    public static void main(String[] args) {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        ServerConfig config =
                ServerConfig.load(
                        null,
                        List.of("--activedefrag", "yes", "--active-defrag-ignore-bytes", "16mb"));
        try (Engine engine =
                new Engine(
                        new Arena(8L << 30, true),
                        config,
                        7,
                        CommandFamilies.rows(),
                        System::nanoTime,
                        new SystemEpochClock(),
                        new SilentHost())) {
            fillAndThin(engine, keys);
            run(engine);
        }
    }

    private static void fillAndThin(Engine engine, int keys) {
        Keyspace db = engine.keyspaces().get(0);
        Random random = new Random(5);
        long key = UnsafeApi.allocateMemory(16);
        long value = UnsafeApi.allocateMemory(2048);
        UnsafeApi.setMemory(value, 2048, (byte) 'x');
        UnsafeApi.putLong(key, 0x3A79656B_3A79656BL);
        engine.beginBatch();
        for (int i = 0; i < keys; i++) {
            UnsafeApi.putLong(key + 8, i);
            int length =
                    random.nextInt(10) < 7 ? 16 + random.nextInt(184) : 200 + random.nextInt(1800);
            engine.strings().set(db, db.hash(key, 16), 0, key, 16, value, length, Entry.NO_EXPIRY);
        }
        for (int i = 0; i < keys; i++) {
            UnsafeApi.putLong(key + 8, i);
            if (random.nextInt(10) != 0) {
                db.delete(db.hash(key, 16), key, 16);
            }
        }
    }

    private static void run(Engine engine) {
        Arena arena = engine.arena();
        System.out.println("before: " + state(arena));
        long[] turns = new long[MOST_TURNS];
        int count = 0;
        boolean began = false;
        long startNs = System.nanoTime();
        long firstNs = startNs;
        while (count < MOST_TURNS) {
            engine.beginBatch();
            long wallNs = System.nanoTime();
            long before = THREADS.getCurrentThreadCpuTime();
            engine.cron(wallNs);
            turns[count++] = THREADS.getCurrentThreadCpuTime() - before;
            boolean runs = engine.cron().defrag().isRunning();
            firstNs = runs && !began ? wallNs : firstNs;
            began |= runs;
            if (began && !runs || wallNs - startNs > TimeUnit.SECONDS.toNanos(60)) {
                break;
            }
        }
        long[] sorted = Arrays.copyOf(turns, count);
        Arrays.sort(sorted);
        System.out.println("after:  " + state(arena));
        System.out.printf(
                "%,d objects moved in %.2f s; %,d turns: longest %,d %,d %,d %,d %,d ns, hundredth %,d ns%n",
                engine.keyspaces().shared().stats().defragHits,
                (System.nanoTime() - firstNs) / 1e9,
                count,
                sorted[count - 1],
                sorted[count - 2],
                sorted[count - 3],
                sorted[count - 4],
                sorted[count - 5],
                sorted[count - 100]);
    }

    private static String state(Arena arena) {
        return String.format(
                "%,d bytes in use, %,d free in slabs, %,d in pages that are in use",
                arena.usedBytes(),
                arena.slabFreeBytes(),
                arena.extentBytes() - arena.freeRunBytes());
    }
}
