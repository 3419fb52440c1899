package dev.spindle.engine.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.EvictionPolicy;
import dev.spindle.engine.keyspace.KeyspaceAudit;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Mixed commands at the memory limit, with expiry, eviction by every policy in turn and defragmentation. At the end all memory must have come
 * back, to the byte, and the heap must not have grown.
 *
 * <p>Runs for {@code -Dsoak.seconds} (20 without); {@code -Dseed} repeats a run as far as its length goes.
 */
class SoakTest {
    private static final int COMMANDS_PER_LOOK = 200;
    private static final long MOST_HEAP_GROWTH = 8L << 20;

    /** What one command, and the buffers of the one client, may add before eviction sees it. */
    private static final long SLACK = 2L << 20;

    private final EngineHarness engine = new EngineHarness(1L << 30);

    @Test
    void shouldGiveAllMemoryBackWhenLoadAtTheLimitEnds() {
        long seconds = Long.getLong("soak.seconds", 20);
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long empty = engine.engine().arena().usedBytes();
        set("active-defrag-ignore-bytes", "100kb");
        set("active-defrag-cycle-min", "10");
        set("activedefrag", "yes");
        long startNs = System.nanoTime();
        long lengthNs = TimeUnit.SECONDS.toNanos(seconds);
        long heapBefore = 0;
        for (long look = 0; System.nanoTime() - startNs < lengthNs; look++) {
            if (look % 500 == 0) {
                turnSettings(random);
            }
            SoakMix.act(random, engine::command, COMMANDS_PER_LOOK);
            pass(20);
            checkLimit();
            if (heapBefore == 0 && System.nanoTime() - startNs > lengthNs / 3) {
                heapBefore = heapBytes();
            }
            if (look % 200 == 0) {
                ArenaAudit.check(engine.engine().arena());
                KeyspaceAudit.check(engine.engine().keyspaces());
            }
        }
        long heapAfter = heapBytes();
        KeyspaceStats stats = engine.engine().keyspaces().shared().stats();
        System.out.println(
                "commands "
                        + engine.engine().stats().commands
                        + ", evicted "
                        + stats.evicted
                        + ", expired "
                        + stats.expired
                        + ", moved "
                        + stats.defragHits
                        + ", heap "
                        + (heapAfter - heapBefore));
        assertTrue(stats.evicted > 0 && stats.expired > 0 && stats.defragHits > 0);
        assertTrue(heapAfter - heapBefore < MOST_HEAP_GROWTH, "the heap grew");
        endEmpty(empty);
    }

    private void set(String name, String value) {
        assertEquals("+OK\r\n", engine.command("CONFIG", "SET", name, value));
    }

    private void turnSettings(Random random) {
        EvictionPolicy[] policies = EvictionPolicy.values();
        EvictionPolicy policy = policies[random.nextInt(policies.length)];
        set("maxmemory-policy", policy.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        // Sometimes far less than before: then most must go, and what is left is spread.
        set("maxmemory", (500 + random.nextInt(9000)) + "kb");
        set("maxmemory-samples", "" + (1 + random.nextInt(16)));
        set("lazyfree-lazy-eviction", random.nextBoolean() ? "yes" : "no");
    }

    private void pass(int ms) {
        for (int i = 0; i < ms; i++) {
            engine.clock().advanceMs(1);
            engine.engine().cron(engine.clock().nanoTime());
            engine.engine().idleWork();
        }
    }

    private void checkLimit() {
        String policy = engine.engine().config().text("maxmemory-policy");
        if (policy.startsWith("allkeys")) {
            long used = engine.engine().usedMemory();
            long limit = engine.engine().settings().maxMemory;
            assertTrue(used <= limit + SLACK, () -> used + " bytes used of " + limit);
        }
    }

    private static long heapBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void endEmpty(long empty) {
        set("maxmemory", "0");
        set("activedefrag", "no");
        assertEquals("+OK\r\n", engine.command("FLUSHALL", "ASYNC"));
        for (int i = 0; i < 10_000 && engine.engine().arena().usedBytes() > empty; i++) {
            pass(10);
        }
        assertEquals(0, engine.engine().keyspaces().shared().pendingFrees());
        assertEquals(empty, engine.engine().arena().usedBytes(), "bytes in use when empty");
        ArenaAudit.check(engine.engine().arena());
        engine.close();
    }
}
