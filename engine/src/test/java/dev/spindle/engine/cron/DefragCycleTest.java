package dev.spindle.engine.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefragCycleTest {
    private final EngineHarness engine = new EngineHarness();
    private final Map<String, String> model = new HashMap<>();

    @AfterEach
    void close() {
        engine.close();
    }

    private void set(String name, String value) {
        assertEquals("+OK\r\n", engine.command("CONFIG", "SET", name, value));
    }

    private void defrag() {
        // Each class of sizes may have a slab that is not full.
        set("active-defrag-ignore-bytes", "1mb");
        set("activedefrag", "yes");
    }

    private void turns(int ms) {
        for (int i = 0; i < ms; i++) {
            engine.clock().advanceMs(1);
            engine.engine().cron(engine.clock().nanoTime());
        }
    }

    private void put(String key, String value) {
        engine.command("SET", key, value);
        model.put(key, value);
    }

    private void delete(String key) {
        engine.command("DEL", key);
        model.remove(key);
    }

    private static String value(Random random) {
        int dice = random.nextInt(100);
        int length =
                dice < 60
                        ? random.nextInt(200)
                        : dice < 90 ? random.nextInt(2000) : random.nextInt(12_000);
        String text = Integer.toString(random.nextInt(1_000_000));
        return dice < 20 ? text : text.repeat(1 + length / text.length());
    }

    private void fillAndThin(Random random, int keys, int keepOneOf) {
        for (int i = 0; i < keys; i++) {
            put("key:" + i, value(random));
        }
        for (int i = 0; i < keys; i++) {
            if (random.nextInt(keepOneOf) != 0) {
                delete("key:" + i);
            }
        }
    }

    private void check() {
        for (Map.Entry<String, String> each : model.entrySet()) {
            assertEquals(
                    "$" + each.getValue().length() + "\r\n" + each.getValue() + "\r\n",
                    engine.command("GET", each.getKey()));
        }
        assertEquals(model.size(), engine.engine().keyspaces().size());
    }

    private Arena arena() {
        return engine.engine().arena();
    }

    private double fragmentation() {
        return (double) (arena().extentBytes() - arena().freeRunBytes()) / arena().usedBytes();
    }

    @Test
    void shouldGivePagesBackWhenNineOfTenKeysAreDeleted() {
        fillAndThin(new Random(7), 30_000, 10);
        turns(1000);
        double before = fragmentation();
        assertTrue(before > 3, "fragmented by " + before);
        long used = arena().usedBytes();
        defrag();
        turns(3000);
        assertTrue(fragmentation() < 1.25, "still " + fragmentation());
        assertEquals(used, arena().usedBytes(), "what is in use does not change");
        check();
        assertFalse(engine.engine().cron().defrag().isRunning());
        String info = engine.command("INFO");
        assertTrue(info.contains("active_defrag_running:0\r\n"));
        assertFalse(info.contains("active_defrag_hits:0\r\n"));
        assertFalse(info.contains("active_defrag_key_hits:0\r\n"));
        assertTrue(info.contains("current_active_defrag_time:0\r\n"));
    }

    @Test
    void shouldMoveNothingWhenItIsOffOrLittleIsFree() {
        fillAndThin(new Random(8), 3000, 10);
        turns(500);
        assertEquals(0, engine.engine().keyspaces().shared().stats().defragHits);
        // One byte more than there is.
        set("active-defrag-ignore-bytes", "" + (arena().slabFreeBytes() + 1));
        set("activedefrag", "yes");
        turns(500);
        assertEquals(0, engine.engine().cron().defrag().percent());
        set("active-defrag-ignore-bytes", "1");
        set("active-defrag-threshold-lower", "1000");
        set("active-defrag-threshold-upper", "1000");
        long free = 100 * arena().slabFreeBytes() / arena().usedBytes();
        turns(500);
        assertEquals(free >= 1000, engine.engine().keyspaces().shared().stats().defragHits > 0);
    }

    @Test
    void shouldReleaseTheSlabsWhenItIsSwitchedOffHalfWay() {
        fillAndThin(new Random(9), 20_000, 10);
        defrag();
        engine.engine().cron().wake();
        turns(1);
        for (int i = 0; i < 200 && arena().compaction().leaving() == 0; i++) {
            turns(1);
        }
        set("activedefrag", "no");
        turns(500);
        assertEquals(0, arena().compaction().leaving());
        assertFalse(engine.engine().cron().defrag().isRunning());
        check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldKeepEveryValueAndCountExactlyWhenKeysChangeMeanwhile(long given) {
        long seed = Long.getLong("seed", given);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long empty = arena().usedBytes();
        long[] now = {0};
        DefragCycle cycle = new DefragCycle(engine.engine().keyspaces(), () -> now[0] += 60_000);
        cycle.configure(true, 1, 1, 100, 1, 25, 1000);
        int longest = 0;
        int slices = 0;
        for (int step = 0; step < 60_000; step++) {
            String key = "key:" + random.nextInt(10_000);
            int dice = random.nextInt(100);
            // Growth, then decline: decline leaves sparse slabs.
            int share = step / 15_000 % 2 == 0 ? 70 : 10;
            if (dice < share) {
                put(key, value(random));
            } else if (dice < share + 3 && model.containsKey(key)) {
                String more = value(random);
                engine.command("APPEND", key, more);
                model.merge(key, more, String::concat);
            } else if (dice < share + 5) {
                engine.command("EXPIRE", key, "100000");
            } else if (dice > 40) {
                delete(key);
            }
            if (step % 5 == 0) {
                boolean before = cycle.isRunning();
                cycle.lookForWork(now[0]);
                cycle.slice(now[0]);
                slices = before ? slices + 1 : 0;
                longest = Math.max(longest, slices);
                // Past every rest, now and then.
                now[0] += random.nextInt(1000) == 0 ? 2 * DefragCycle.REST_NS : 0;
            }
            if (step % 10_000 == 9_999) {
                check();
            }
        }
        assertTrue(engine.engine().keyspaces().shared().stats().defragNs > 0);
        long hits = engine.engine().keyspaces().shared().stats().defragHits;
        assertTrue(hits > 1000, "moved " + hits);
        assertTrue(longest > 10, "a pass is done in slices: " + longest);
        check();
        List<String> keys = new ArrayList<>(model.keySet());
        keys.forEach(this::delete);
        engine.command("FLUSHALL");
        turns(2000);
        assertEquals(empty, arena().usedBytes());
    }
}
