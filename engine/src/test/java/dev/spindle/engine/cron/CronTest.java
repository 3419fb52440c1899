package dev.spindle.engine.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.session.Clients;
import dev.spindle.engine.testkit.EngineHarness;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class CronTest {

    private static void turn(EngineHarness engine) {
        engine.engine().cron(engine.clock().nanoTime());
    }

    private static void turns(EngineHarness engine, long ms) {
        for (long i = 0; i < ms; i++) {
            engine.clock().advanceMs(1);
            turn(engine);
        }
    }

    private static void fill(EngineHarness engine, int keys, String value) {
        for (int i = 0; i < keys; i++) {
            engine.command("SET", "key:" + i, value);
        }
    }

    @Test
    void shouldExpireKeysWhenTurnsPass() {
        try (EngineHarness engine = new EngineHarness()) {
            fill(engine, 100, "v");
            for (int i = 0; i < 100; i++) {
                engine.command("PEXPIRE", "key:" + i, "10");
            }
            turns(engine, 120);
            assertEquals(0, engine.engine().keyspaces().size());
        }
    }

    @Test
    void shouldTickMoreOftenWhenThereAreManyClients() {
        try (EngineHarness engine = new EngineHarness()) {
            Cron cron = engine.engine().cron();
            assertEquals(10, cron.ticksPerSecond());
            while (engine.engine().clients().count() < 2010) {
                engine.connect();
            }
            assertEquals(20, cron.ticksPerSecond());
            engine.engine().settings().dynamicHz = false;
            assertEquals(10, cron.ticksPerSecond());
            engine.engine().settings().hz = 100;
            assertEquals(100, cron.ticksPerSecond());
            engine.engine().settings().hz = 0;
            assertEquals(1, cron.ticksPerSecond());
        }
    }

    @Test
    void shouldEndAPauseWhenItsTimeHasCome() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().clients().pause(Clients.Pause.ALL, engine.clock().epochMs() + 150);
            turns(engine, 120);
            assertTrue(engine.engine().clients().isPausing());
            turns(engine, 120);
            assertFalse(engine.engine().clients().isPausing());
        }
    }

    @Test
    void shouldFreeWhatWasFlushedInSlicesWhenAskedForAsync() {
        try (EngineHarness engine = new EngineHarness()) {
            Arena arena = engine.engine().arena();
            KeyspaceShared shared = engine.engine().keyspaces().shared();
            long before = arena.usedBytes();
            fill(engine, 30_000, "v".repeat(100));
            engine.command("SET", "large", "x".repeat(2 << 20));
            assertEquals("+OK\r\n", engine.command("FLUSHALL", "ASYNC"));
            assertEquals(0, engine.engine().keyspaces().size());
            assertEquals(30_001, shared.pendingFrees());
            assertTrue(shared.freeSlice());
            assertTrue(shared.pendingFrees() > 29_900 && shared.pendingFrees() < 30_001);
            fill(engine, 10, "new");
            while (engine.engine().idleWork()) {
                continue;
            }
            assertEquals(0, shared.pendingFrees());
            assertEquals(30_001, shared.stats().lazyFreed);
            assertEquals("$3\r\nnew\r\n", engine.command("GET", "key:9"));
            engine.command("FLUSHALL", "SYNC");
            assertEquals(before, arena.usedBytes());
            assertEquals(30_001, shared.stats().lazyFreed);
        }
    }

    @Test
    void shouldFreeAtOnceWhenASmallKeyspaceIsFlushed() {
        try (EngineHarness engine = new EngineHarness()) {
            long before = engine.engine().arena().usedBytes();
            fill(engine, 5000, "v".repeat(100));
            engine.command("FLUSHDB");
            assertEquals(before, engine.engine().arena().usedBytes());
            assertFalse(engine.engine().cron().reclaim().hasWork());
        }
    }

    @Test
    void shouldFreeInSlicesWhenConfiguredToAndNothingWasSaid() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().settings().lazyUserFlush = true;
            fill(engine, 1000, "v");
            engine.command("FLUSHALL");
            assertEquals(1000, engine.engine().keyspaces().shared().pendingFrees());
            turns(engine, 200);
            assertEquals(0, engine.engine().keyspaces().shared().pendingFrees());
        }
    }

    @Test
    void shouldGiveBucketsBackWhenTurnsPassAfterKeysWentAway() {
        try (EngineHarness engine = new EngineHarness()) {
            KeyTable table = engine.engine().keyspaces().get(0).table();
            long before = engine.engine().arena().usedBytes();
            fill(engine, 10_000, "v");
            table.allowResize(false);
            for (int i = 0; i < 10_000; i++) {
                engine.command("UNLINK", "key:" + i);
            }
            turns(engine, 200);
            assertTrue(table.buckets() > 1000);
            table.allowResize(true);
            engine.engine().settings().activeRehashing = false;
            turns(engine, 200);
            assertTrue(table.buckets() > 1000);
            engine.engine().settings().activeRehashing = true;
            turns(engine, 200);
            assertEquals(0, table.buckets());
            assertEquals(before, engine.engine().arena().usedBytes());
        }
    }

    @Test
    void shouldGiveMemoryBackButKeepAReserveWhenALotIsFree() {
        Assumptions.assumeTrue(dev.spindle.perf.os.Posix.isAvailable());
        try (EngineHarness engine = new EngineHarness(1L << 30)) {
            fill(engine, 60, "x".repeat(1 << 20));
            engine.command("SET", "stay", "y".repeat(1 << 20));
            engine.command("FLUSHALL");
            fill(engine, 5, "z".repeat(1 << 20));
            Reclaim reclaim = engine.engine().cron().reclaim();
            turns(engine, 1500);
            long given = reclaim.purgedBytes();
            long free = engine.engine().arena().freeRunBytes();
            assertTrue(given > 20L << 20, "given " + given);
            assertTrue(given <= free - Reclaim.RESERVE_BYTES + (2 << 20), "given " + given);
            // What is given back reads as zero and can be used again.
            fill(engine, 60, "w".repeat(1 << 20));
            String reply = engine.command("GET", "key:59");
            assertEquals((1 << 20) + 12, reply.length());
            assertTrue(reply.endsWith("www\r\n"));
        }
    }
}
