package dev.spindle.engine.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.perf.clock.NanoClock;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryCycleTest {

    private static final long PERIOD_NS = 100_000_000;

    /** A clock on which each reading takes some time. */
    private static final class TickingClock implements NanoClock {
        private long nowNs;
        private long stepNs;

        TickingClock(long stepNs) {
            this.stepNs = stepNs;
        }

        @Override
        public long nanoTime() {
            return nowNs += stepNs;
        }
    }

    private static void fill(EngineHarness engine, String prefix, int keys, long ttlMs) {
        for (int i = 0; i < keys; i++) {
            engine.command("SET", prefix + i, "v");
            if (ttlMs > 0) {
                engine.command("PEXPIRE", prefix + i, Long.toString(ttlMs));
            }
        }
    }

    private static void pass(EngineHarness engine, long ms) {
        engine.clock().advanceMs(ms);
        engine.engine().keyspaces().shared().nowMs(engine.clock().epochMs());
    }

    private static ExpiryCycle cycle(EngineHarness engine, NanoClock clock) {
        return new ExpiryCycle(engine.engine().keyspaces(), engine.engine().settings(), clock);
    }

    private static KeyspaceStats stats(EngineHarness engine) {
        return engine.engine().keyspaces().shared().stats();
    }

    @Test
    void shouldDeleteKeysWhenTheirTimeHasComeThoughNobodyAsks() {
        try (EngineHarness engine = new EngineHarness()) {
            fill(engine, "stay", 500, 0);
            fill(engine, "later", 500, 100_000);
            fill(engine, "soon", 500, 50);
            engine.session().database(7);
            fill(engine, "seven", 100, 50);
            pass(engine, 60);
            ExpiryCycle cycle = cycle(engine, new TickingClock(1));
            cycle.slice(0, PERIOD_NS);
            assertEquals(1000, engine.engine().keyspaces().size());
            assertEquals(600, stats(engine).expired);
            assertEquals(500, engine.engine().keyspaces().get(0).expiring());
            assertEquals(0, engine.engine().keyspaces().get(7).size());
            assertEquals(10, stats(engine).expireLagMs);
            assertEquals(100_000 - 60, engine.engine().keyspaces().get(0).averageTtlMs());
            assertTrue(stats(engine).expiredStaleShare > 0);
            cycle.slice(0, PERIOD_NS);
            assertEquals(0, stats(engine).expireLagMs);
        }
    }

    @Test
    void shouldDeleteNothingWhenSwitchedOff() {
        try (EngineHarness engine = new EngineHarness()) {
            fill(engine, "soon", 500, 50);
            pass(engine, 60);
            ExpiryCycle cycle = cycle(engine, new TickingClock(1));
            engine.engine().settings().activeExpire = false;
            cycle.slice(0, PERIOD_NS);
            assertEquals(500, engine.engine().keyspaces().size());
            assertEquals(PERIOD_NS, cycle.dueNs());
            engine.engine().settings().activeExpire = true;
            cycle.slice(0, PERIOD_NS);
            assertEquals(0, engine.engine().keyspaces().size());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 250, 25", "5, 500, 33", "10, 812, 43"})
    void shouldEndASliceWhenItsTimeIsUpAndPauseInProportion(int effort, long sliceUs, int percent) {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().settings().activeExpireEffort = effort;
            fill(engine, "soon", 20_000, 50);
            pass(engine, 60);
            ExpiryCycle cycle = cycle(engine, new TickingClock(10_000));
            long nowNs = 0;
            while (engine.engine().keyspaces().size() > 1000) {
                long before = stats(engine).expireCycleNs;
                cycle.slice(nowNs, PERIOD_NS);
                assertTrue(cycle.isHurried());
                long tookNs = stats(engine).expireCycleNs - before;
                assertTrue(tookNs <= sliceUs * 1000 + 20_000, "took " + tookNs);
                assertEquals(nowNs + tookNs * 100 / percent, cycle.dueNs());
                nowNs = cycle.dueNs();
            }
            assertTrue(stats(engine).expiredTimeCapReached > 1);
            double share = (double) stats(engine).expireCycleNs / nowNs;
            assertEquals(percent / 100.0, share, 0.02);
        }
    }

    @Test
    void shouldTakeItsTimeWhenFewKeysAreStale() {
        try (EngineHarness engine = new EngineHarness()) {
            fill(engine, "later", 20_000, 1_000_000);
            fill(engine, "soon", 200, 50);
            pass(engine, 60);
            ExpiryCycle cycle = cycle(engine, new TickingClock(10_000));
            long nowNs = 0;
            int slices = 0;
            while (stats(engine).expired < 200) {
                cycle.slice(nowNs, PERIOD_NS);
                assertFalse(cycle.isHurried());
                nowNs = cycle.dueNs();
                slices++;
                assertTrue(slices < 1000);
            }
            assertTrue((double) stats(engine).expireCycleNs / nowNs < 0.011);
            assertEquals(0, stats(engine).expiredTimeCapReached);
        }
    }

    @Test
    void shouldBeginARoundPerTickWhenTheKeyspaceIsSmall() {
        try (EngineHarness engine = new EngineHarness()) {
            fill(engine, "later", 20, 1_000_000);
            ExpiryCycle cycle = cycle(engine, new TickingClock(100));
            cycle.slice(5, PERIOD_NS);
            assertEquals(5 + PERIOD_NS, cycle.dueNs());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldMissNoKeyWhenTheTableChangesMeanwhile(long seed) {
        Random random = new Random(seed);
        try (EngineHarness engine = new EngineHarness()) {
            EngineSettings settings = engine.engine().settings();
            settings.activeExpireEffort = 1 + random.nextInt(10);
            fill(engine, "soon", 3000, 50);
            pass(engine, 60);
            ExpiryCycle cycle = cycle(engine, new TickingClock(200_000));
            Keyspace db = engine.engine().keyspaces().get(0);
            for (int i = 0; db.expiring() > 0; i++) {
                assertTrue(i < 10_000, "seed " + seed);
                cycle.slice(cycle.dueNs(), PERIOD_NS);
                for (int n = random.nextInt(40); n > 0; n--) {
                    String key = "other" + random.nextInt(2000);
                    engine.command(random.nextBoolean() ? "SET" : "DEL", key, "v");
                }
                if (random.nextInt(100) == 0) {
                    engine.command("SWAPDB", "0", "3");
                    engine.command("SWAPDB", "3", "0");
                }
            }
            assertEquals(3000, stats(engine).expired, "seed " + seed);
        }
    }
}
