package dev.spindle.engine.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.OutOfMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTest {

    private static String key(Random random, int reach) {
        int number = random.nextInt(reach);
        // A few long keys, whose length stands in a word of its own.
        return number % 97 == 0 ? "k".repeat(250 + number % 300) + number : "k" + number;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldHoldWhatAHashMapHoldsWhenChangedAtRandom(long seed) {
        Random random = new Random(seed);
        try (TableModel table = new TableModel(seed)) {
            int reach = 1 << (4 + random.nextInt(11));
            for (int round = 0; round < 30; round++) {
                int removals = random.nextInt(100);
                int steps = random.nextInt(4 * reach);
                for (int i = 0; i < steps; i++) {
                    if (random.nextInt(100) < removals) {
                        table.remove(key(random, reach));
                    } else {
                        table.set(key(random, reach), random.nextLong());
                    }
                    if (random.nextInt(1000) == 0) {
                        table.table.allowResize(random.nextBoolean());
                    }
                    if (random.nextInt(1000) == 0) {
                        table.table.shrink(random.nextInt(64));
                    }
                }
                table.check();
            }
            table.table.allowResize(true);
            table.clear();
            table.table.shrink(Integer.MAX_VALUE);
            assertEquals(0, table.arena.usedBytes(), "seed " + seed);
            assertEquals(0, table.table.overflowBuckets());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 128, 129, 1000, 2047, 2048, 2049, 5000})
    void shouldDivideNoBucketWhenRoomWasMadeForAsManyKeys(int keys) {
        try (TableModel table = new TableModel(keys)) {
            table.table.reserve(keys);
            for (int i = 0; i < keys; i++) {
                table.set("k" + i, i);
            }
            if (keys > 128) {
                assertEquals(0, table.table.splits());
            }
            table.check();
            // From there on it is a table like any other.
            table.table.reserve(1_000_000);
            for (int i = 0; i < 3000; i++) {
                table.set("more" + i, i);
            }
            assertTrue(table.table.splits() > 0);
            table.check();
            table.clear();
            table.table.shrink(Integer.MAX_VALUE);
            assertEquals(0, table.arena.usedBytes());
        }
    }

    // Keys whose hashes share the low bits (one bucket) and, in part, the tag.
    private static List<String> colliding(TableModel table, int count, long mask, long bits) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; keys.size() < count; i++) {
            String key = "c" + i;
            if ((table.hash(key) & mask) == bits) {
                keys.add(key);
            }
        }
        return keys;
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void shouldTellKeysApartWhenTheyShareBucketAndTag(long seed) {
        Random random = new Random(seed);
        try (TableModel table = new TableModel(seed)) {
            // 5 low bits and 6 of the tag's 8: chains with many equal tags, and some of tag 0, kept
            // as 1.
            List<String> keys = colliding(table, 300, 0x3FL << 56 | 0x1F, 0);
            for (int round = 0; round < 40; round++) {
                for (int i = 0; i < 100; i++) {
                    String key = keys.get(random.nextInt(keys.size()));
                    if (random.nextInt(3) > 0) {
                        table.set(key, random.nextInt());
                    } else {
                        table.remove(key);
                    }
                }
                table.check();
            }
            assertTrue(table.table.overflowBuckets() > 0, "seed " + seed);
            for (String key : keys) {
                table.remove(key);
                assertEquals(0, table.find(key));
            }
            table.table.shrink(Integer.MAX_VALUE);
            assertEquals(0, table.arena.usedBytes());
        }
    }

    @Test
    void shouldCatchUpWhenResizingWasHeldBack() {
        try (TableModel table = new TableModel(21)) {
            table.table.allowResize(false);
            int piledUp = 20_000;
            for (int i = 0; i < piledUp; i++) {
                table.set("p" + i, i);
            }
            assertEquals(16, table.table.buckets());
            table.table.allowResize(true);
            int more = 0;
            while (table.table.size() > table.table.buckets() * 8) {
                table.set("q" + more, more);
                more++;
            }
            // Two divisions per insertion make room for 16 entries each; one would take a seventh
            // of the pile.
            assertTrue(more <= piledUp / 13, "insertions to catch up: " + more);
            table.check();
        }
    }

    @Test
    void shouldFallBackToOneDivisionPerInsertionWhenItKeepsUp() {
        try (TableModel table = new TableModel(22)) {
            for (int i = 0; i < 50_000; i++) {
                long splits = table.table.splits();
                table.set("p" + i, i);
                assertTrue(table.table.splits() - splits <= 1);
                assertTrue(table.table.size() <= Math.max(16, table.table.buckets()) * 8 + 1);
            }
        }
    }

    @Test
    void shouldGiveAllMemoryBackWhenEverythingIsDeleted() {
        try (TableModel table = new TableModel(31)) {
            long before = table.arena.usedBytes();
            for (int i = 0; i < 100_000; i++) {
                table.set("k" + i, i);
            }
            long full = table.arena.usedBytes();
            for (int i = 0; i < 99_000; i++) {
                table.remove("k" + i);
            }
            assertTrue(table.arena.usedBytes() < full / 20, "used: " + table.arena.usedBytes());
            table.check();
            table.clear();
            assertTrue(table.table.wantsShrink());
            table.table.shrink(Integer.MAX_VALUE);
            assertFalse(table.table.wantsShrink());
            assertEquals(before, table.arena.usedBytes());
            table.set("again", 1);
            table.check();
        }
    }

    @Test
    void shouldKeepBucketsUntilShrunkWhenResizingIsHeldBack() {
        try (TableModel table = new TableModel(32)) {
            for (int i = 0; i < 10_000; i++) {
                table.set("k" + i, i);
            }
            long buckets = table.table.buckets();
            table.table.allowResize(false);
            for (int i = 100; i < 10_000; i++) {
                table.remove("k" + i);
            }
            assertEquals(buckets, table.table.buckets());
            assertEquals(0, table.table.shrink(10));
            table.table.allowResize(true);
            assertEquals(10, table.table.shrink(10));
            while (table.table.shrink(64) > 0) {
                continue;
            }
            assertEquals(33, table.table.buckets());
            table.check();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44, 45, 46, 47, 48})
    void shouldScanWhatStaysWhenTheTableGrowsAndShrinksMeanwhile(long seed) {
        Random random = new Random(seed);
        try (TableModel table = new TableModel(seed)) {
            int stay = 1 + random.nextInt(3000);
            for (int i = 0; i < stay; i++) {
                table.set("stay" + i, i);
            }
            for (int scan = 0; scan < 20; scan++) {
                Set<String> seen = new HashSet<>();
                boolean growing = random.nextBoolean();
                long cursor = 0;
                int next = 0;
                do {
                    cursor = table.table.scan(cursor, entry -> seen.add(table.keyOf(entry)));
                    int changes = random.nextInt(60);
                    for (int i = 0; i < changes; i++) {
                        if (growing) {
                            table.set("come" + random.nextInt(30_000), i);
                        } else {
                            table.remove("come" + next++);
                        }
                    }
                    if (random.nextInt(40) == 0) {
                        growing = !growing;
                    }
                    if (random.nextInt(20) == 0) {
                        table.table.shrink(random.nextInt(200));
                    }
                } while (cursor != 0);
                for (int i = 0; i < stay; i++) {
                    assertTrue(seen.contains("stay" + i), "seed " + seed + " missed stay" + i);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53})
    void shouldPickEveryEntryEquallyOftenWhenChainsDiffer(long seed) {
        Random random = new Random(seed);
        try (TableModel table = new TableModel(seed)) {
            // Just before a round of divisions ends, chains differ most.
            int keys = 16 * 8 * 8 - 100;
            for (int i = 0; i < keys; i++) {
                table.set("k" + i, i);
            }
            assertTrue(table.table.overflowBuckets() > 0);
            int perKey = 200;
            double unfair = chiSquare(table, random, keys, perKey);
            // Mean keys - 1, deviation sqrt(2 (keys - 1)): six deviations never happen by chance.
            double limit = keys + 6 * Math.sqrt(2.0 * keys);
            assertTrue(unfair < limit, "seed " + seed + ": chi-square " + unfair + " of " + keys);
        }
    }

    private static double chiSquare(TableModel table, Random random, int keys, int perKey) {
        Map<String, int[]> counts = new HashMap<>();
        for (int i = 0; i < keys * perKey; i++) {
            long entry = table.table.random(random::nextLong);
            counts.computeIfAbsent(table.keyOf(entry), k -> new int[1])[0]++;
        }
        double sum = 0;
        for (String key : table.model.keySet()) {
            double off = counts.getOrDefault(key, new int[1])[0] - perKey;
            sum += off * off / perKey;
        }
        return sum;
    }

    @Test
    void shouldPickFairlyWhenChainsAreVeryLong() {
        try (TableModel table = new TableModel(54)) {
            table.table.allowResize(false);
            int keys = 1500;
            for (int i = 0; i < keys; i++) {
                table.set("k" + i, i);
            }
            double unfair = chiSquare(table, new Random(54), keys, 100);
            assertTrue(unfair < keys + 6 * Math.sqrt(2.0 * keys), "chi-square " + unfair);
        }
    }

    @Test
    void shouldFindTheLastKeyWhenTheTableIsNearlyEmpty() {
        try (TableModel table = new TableModel(55)) {
            table.table.allowResize(false);
            table.set("only", 1);
            for (int i = 0; i < 100; i++) {
                assertEquals("only", table.keyOf(table.table.random(new Random(i)::nextLong)));
            }
            table.remove("only");
            assertEquals(0, table.table.random(new Random(1)::nextLong));
        }
    }

    @Test
    void shouldHandOutEachEntryOnceAndFreeAllWhenDrained() {
        try (TableModel table = new TableModel(61)) {
            for (int i = 0; i < 30_000; i++) {
                table.set("k" + i, i);
            }
            Set<String> drained = new HashSet<>();
            while (table.table.drainLast(
                    entry -> {
                        assertTrue(drained.add(table.keyOf(entry)));
                        table.arena.free(entry);
                    })) {
                assertEquals(30_000 - drained.size(), table.table.size());
            }
            table.table.releaseBuckets();
            assertEquals(table.model.keySet(), drained);
            assertEquals(0, table.arena.usedBytes());
        }
    }

    @Test
    void shouldStayWholeWhenMemoryRunsOut() {
        try (TableModel table = new TableModel(71)) {
            for (int i = 0; i < 3000; i++) {
                table.set("k" + i, i);
            }
            List<Long> entries = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                entries.add(table.makeEntry("late" + i, i));
            }
            List<Long> fillers = fill(table);
            int refused = 0;
            for (int i = 0; i < entries.size(); i++) {
                try {
                    table.table.insert(table.hash("late" + i), entries.get(i));
                    table.model.put("late" + i, (long) i);
                } catch (OutOfMemory full) {
                    refused++;
                }
            }
            assertTrue(refused > 0);
            assertTrue(table.table.refusedSplits() > 0);
            table.check();
            // Merging may need memory too; without it, deletions still work.
            for (int i = 0; i < 2900; i++) {
                table.remove("k" + i);
            }
            table.check();
            for (long filler : fillers) {
                table.arena.free(filler);
            }
            for (int i = 0; i < 3000; i++) {
                table.set("m" + i, i);
            }
            table.check();
        }
    }

    private static List<Long> fill(TableModel table) {
        List<Long> fillers = new ArrayList<>();
        for (long size = 64 << 20; size >= 8; size /= 2) {
            while (true) {
                try {
                    fillers.add(table.arena.allocate(size));
                } catch (OutOfMemory full) {
                    break;
                }
            }
        }
        assertThrows(OutOfMemory.class, () -> table.arena.allocate(64));
        return fillers;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldMarkTheBucketOfEveryMarkedKeyWhenBucketsAreDividedAndMerged(long seed) {
        Random random = new Random(seed);
        try (TableModel table = new TableModel(seed)) {
            java.util.Set<String> marked = new java.util.HashSet<>();
            for (int step = 0; step < 30_000; step++) {
                // Grows for a while, then shrinks, again and again.
                if (random.nextInt(10) < (step / 6000 % 2 == 0 ? 9 : 1)) {
                    String key = "key" + random.nextInt(1_000_000);
                    table.set(key, step);
                    if (random.nextInt(200) == 0) {
                        table.table.mark(table.hash(key));
                        marked.add(key);
                    }
                } else {
                    String key = table.anyKey(random);
                    table.remove(key);
                    marked.remove(key);
                }
                if (step % 1000 == 999) {
                    checkMarks(table, marked);
                }
            }
        }
    }

    private static void checkMarks(TableModel table, java.util.Set<String> marked) {
        java.util.Set<String> met = new java.util.HashSet<>();
        KeyTable keys = table.table;
        int groups = 0;
        for (long at = keys.nextMarked(0); at < keys.buckets(); at = keys.nextMarked(at)) {
            long start = at & -KeyTable.GROUP;
            int before = met.size();
            for (; at < Math.min(start + KeyTable.GROUP, keys.buckets()); at++) {
                keys.visitBucket(
                        at,
                        entry -> {
                            String key = table.keyOf(entry);
                            if (marked.contains(key)) {
                                met.add(key);
                            }
                        });
            }
            groups++;
            if (met.size() == before) {
                keys.unmark(start);
            }
        }
        assertEquals(marked, met);
        assertTrue(groups <= keys.buckets() / KeyTable.GROUP + 1);
    }

    @Test
    void shouldFindAnEntryByItsAddressOnlyWhenItStandsThere() {
        try (TableModel table = new TableModel(5)) {
            for (int i = 0; i < 1000; i++) {
                table.set("key" + i, i);
            }
            long entry = table.find("key7");
            assertTrue(table.table.findEntry(table.hash("key7"), entry));
            table.table.removeFound();
            assertFalse(table.table.findEntry(table.hash("key7"), entry));
            assertFalse(table.table.findPlaceOf(entry));
            assertEquals(0, table.find("key7"));
            assertEquals(999, table.table.size());
        }
    }
}
