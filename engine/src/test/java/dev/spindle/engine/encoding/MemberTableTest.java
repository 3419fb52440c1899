package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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

class MemberTableTest {

    private static String key(Random random, int reach) {
        int number = random.nextInt(reach);
        // Lengths on both sides of where the length needs five bytes.
        return number % 61 == 0 ? "k".repeat(245 + number % 20) + number : "k" + number;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldHoldWhatAHashMapHoldsWhenChangedAtRandom(long seed) {
        Random random = new Random(seed);
        try (MemberModel a = new MemberModel(seed);
                MemberModel b = new MemberModel(a)) {
            MemberModel[] models = {a, b};
            int reach = 1 << (4 + random.nextInt(11));
            for (int round = 0; round < 20; round++) {
                int removals = random.nextInt(100);
                int steps = random.nextInt(4 * reach);
                for (int i = 0; i < steps; i++) {
                    // Two tables by turns: nothing may be remembered of the other.
                    MemberModel model = models[random.nextInt(2)];
                    if (random.nextInt(100) < removals) {
                        model.remove(key(random, reach));
                    } else {
                        model.set(key(random, reach), random.nextLong());
                    }
                }
                a.check();
                b.check();
                assertEquals(a.arena.usedBytes(), a.bytes() + b.bytes(), "seed " + seed);
            }
            a.clear();
            b.clear();
            a.check();
            a.table().release();
            b.table().release();
            assertEquals(0, a.arena.usedBytes(), "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void shouldTellMembersApartWhenTheyShareBucketAndTag(long seed) {
        Random random = new Random(seed);
        try (MemberModel model = new MemberModel(seed)) {
            List<String> keys = new ArrayList<>();
            // 5 low bits and 6 of the tag's 8: chains with many equal tags, some of tag 0, kept as
            // 1.
            for (int i = 0; keys.size() < 300; i++) {
                String key = "c" + i;
                if ((model.hash(key) & (0x3FL << 56 | 0x1F)) == 0) {
                    keys.add(key);
                }
            }
            for (int round = 0; round < 40; round++) {
                for (int i = 0; i < 100; i++) {
                    String key = keys.get(random.nextInt(keys.size()));
                    if (random.nextInt(3) > 0) {
                        model.set(key, random.nextInt());
                    } else {
                        model.remove(key);
                    }
                }
                model.check();
                assertEquals(model.arena.usedBytes(), model.bytes());
            }
            for (String key : keys) {
                model.remove(key);
                assertEquals(0, model.find(key));
            }
            model.table().release();
            assertEquals(0, model.arena.usedBytes());
        }
    }

    @Test
    void shouldGrowAndShrinkByOneBucketAtATime() {
        try (MemberModel model = new MemberModel(21)) {
            int members = 70_000;
            for (int i = 0; i < members; i++) {
                int before = model.table().buckets();
                model.set("k" + i, i);
                int after = model.table().buckets();
                assertTrue(after - before <= 1 && (long) after * 8 >= i, "buckets " + after);
            }
            model.check();
            long full = model.arena.usedBytes();
            for (int i = 0; i < members; i++) {
                int before = model.table().buckets();
                model.remove("k" + i);
                int after = model.table().buckets();
                assertTrue(before - after <= 1);
                assertTrue(after == 1 || (long) after * 3 <= members - i, "buckets " + after);
                if (i == members * 9 / 10) {
                    assertTrue(model.arena.usedBytes() < full / 5);
                    assertEquals(model.arena.usedBytes(), model.bytes());
                    model.check();
                }
            }
            assertEquals(1, model.table().buckets());
            model.set("again", 1);
            model.check();
        }
    }

    @Test
    void shouldKeepTheTypesWordsWhenTheTableChanges() {
        try (MemberModel model = new MemberModel(22)) {
            assertEquals(0, model.table().word(0));
            assertEquals(0, model.table().word(1));
            model.table().word(0, -5);
            model.table().word(1, Long.MAX_VALUE);
            for (int i = 0; i < 5000; i++) {
                model.set("k" + i, i);
            }
            for (int i = 0; i < 4990; i++) {
                model.remove("k" + i);
            }
            assertEquals(-5, model.table().word(0));
            assertEquals(Long.MAX_VALUE, model.table().word(1));
            assertEquals(model.root, model.table.root());
            model.check();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44, 45, 46, 47, 48})
    void shouldScanWhatStaysWhenTheTableGrowsAndShrinksMeanwhile(long seed) {
        Random random = new Random(seed);
        try (MemberModel model = new MemberModel(seed)) {
            int stay = 1 + random.nextInt(3000);
            for (int i = 0; i < stay; i++) {
                model.set("stay" + i, i);
            }
            for (int scan = 0; scan < 20; scan++) {
                Set<String> seen = new HashSet<>();
                boolean growing = random.nextBoolean();
                long cursor = 0;
                int next = 0;
                do {
                    cursor = model.table().scan(cursor, member -> seen.add(model.keyOf(member)));
                    int changes = random.nextInt(60);
                    for (int i = 0; i < changes; i++) {
                        if (growing) {
                            model.set("come" + random.nextInt(30_000), i);
                        } else {
                            model.remove("come" + next++);
                        }
                    }
                    if (random.nextInt(40) == 0) {
                        growing = !growing;
                    }
                } while (cursor != 0);
                for (int i = 0; i < stay; i++) {
                    assertTrue(seen.contains("stay" + i), "seed " + seed + " missed stay" + i);
                }
            }
        }
    }

    @Test
    void shouldScanWithAnyCursorWithoutHarm() {
        Random random = new Random(49);
        try (MemberModel model = new MemberModel(49)) {
            for (int size : new int[] {0, 1, 8, 9, 100, 1000}) {
                while (model.model.size() < size) {
                    model.set("k" + model.model.size(), size);
                }
                for (int i = 0; i < 1000; i++) {
                    model.table().scan(random.nextLong(), member -> {});
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 10, 100, 924, 1500})
    void shouldPickEveryMemberEquallyOftenWhenChainsDiffer(int members) {
        for (boolean shrunk : new boolean[] {false, true}) {
            Random random = new Random(members);
            try (MemberModel model = new MemberModel(members)) {
                int most = shrunk ? 4 * members : members;
                for (int i = 0; i < most; i++) {
                    model.set("k" + i, i);
                }
                for (int i = members; i < most; i++) {
                    model.remove("k" + i);
                }
                int perKey = 200;
                double unfair = chiSquare(model, random, perKey);
                // Mean members - 1, deviation sqrt(2 (members - 1)): six deviations never happen by
                // chance.
                double limit = members + 6 * Math.sqrt(2.0 * members);
                assertTrue(unfair < limit, "chi-square " + unfair + " of " + members);
            }
        }
    }

    private static double chiSquare(MemberModel model, Random random, int perKey) {
        Map<String, int[]> counts = new HashMap<>();
        long picks = (long) model.model.size() * perKey;
        for (long i = 0; i < picks; i++) {
            long member = model.table().random(random::nextLong);
            counts.computeIfAbsent(model.keyOf(member), k -> new int[1])[0]++;
        }
        double sum = 0;
        for (String key : model.model.keySet()) {
            double off = counts.getOrDefault(key, new int[1])[0] - perKey;
            sum += off * off / perKey;
        }
        return sum;
    }

    // Picks are drawn ahead: they must stay fair while the table becomes smaller and larger, and
    // while another one is picked from.
    @Test
    void shouldPickEveryMemberEquallyOftenWhenTheTableChangesBetweenPicks() {
        Random random = new Random(77);
        try (MemberModel model = new MemberModel(77);
                MemberModel other = new MemberModel(model)) {
            int members = 60_000;
            for (int i = 0; i < members; i++) {
                model.set("k" + i, i);
                other.set("o" + i, i);
            }
            int[] parts = new int[60];
            int pops = 0;
            for (int round = 0; round < 12; round++) {
                // Down to where buckets are merged, member by member, and up again by the same
                // ones.
                List<String> popped = new ArrayList<>();
                while (popped.size() < 45_000) {
                    long member = model.table().random(random::nextLong);
                    String key = model.keyOf(member);
                    assertTrue(model.find(key) == member, "picked what is not there: " + key);
                    popped.add(key);
                    model.remove(key);
                    if (popped.size() % 50 == 0) {
                        long elsewhere = other.table().random(random::nextLong);
                        assertTrue(other.keyOf(elsewhere).startsWith("o"));
                    }
                    // The first thousand, where all are there still nearly as before.
                    if (popped.size() <= 1000) {
                        parts[Integer.parseInt(key.substring(1)) / 1000]++;
                        pops++;
                    }
                }
                for (String key : popped) {
                    model.set(key, 1);
                }
            }
            double expected = (double) pops / parts.length;
            double unfair = 0;
            for (int part : parts) {
                unfair += (part - expected) * (part - expected) / expected;
            }
            double limit = parts.length + 6 * Math.sqrt(2.0 * parts.length);
            assertTrue(unfair < limit, "chi-square " + unfair + " of " + parts.length);
            model.check();
        }
    }

    @Test
    void shouldPickNothingWhenEmpty() {
        try (MemberModel model = new MemberModel(55)) {
            assertEquals(0, model.table().random(new Random(1)::nextLong));
            model.set("only", 1);
            assertEquals("only", model.keyOf(model.table().random(new Random(1)::nextLong)));
            model.remove("only");
            assertEquals(0, model.table().random(new Random(1)::nextLong));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 33, 5000, 30_000})
    void shouldHandOutEachMemberOnceAndFreeAllWhenDrained(int members) {
        try (MemberModel model = new MemberModel(61)) {
            for (int i = 0; i < members; i++) {
                model.set("k" + i, i);
            }
            Set<String> drained = new HashSet<>();
            int slices = model.table().buckets();
            while (model.table()
                    .drainLast(
                            member -> {
                                assertTrue(drained.add(model.keyOf(member)));
                                model.free(member);
                            })) {
                assertEquals(members - drained.size(), model.table().size());
                assertEquals(model.arena.usedBytes(), model.bytes());
                slices--;
            }
            assertEquals(1, slices);
            assertEquals(model.model.keySet(), drained);
            model.table().release();
            assertEquals(0, model.arena.usedBytes());
        }
    }

    @Test
    void shouldFreeTheTableAloneWhenReleased() {
        try (MemberModel model = new MemberModel(62)) {
            List<Long> members = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                model.set("k" + i, i);
            }
            model.table().visitAll(members::add);
            model.table().release();
            for (long member : members) {
                model.arena.free(member);
            }
            assertEquals(0, model.arena.usedBytes());
        }
    }

    @Test
    void shouldChangeNothingWhenTouched() {
        try (MemberModel a = new MemberModel(63);
                MemberModel b = new MemberModel(a)) {
            for (int i = 0; i < 5000; i++) {
                a.set("k" + i, i);
            }
            long[] roots = new long[64];
            long[] hashes = new long[64];
            for (int i = 0; i < 64; i++) {
                roots[i] = i % 3 == 0 ? 0 : i % 3 == 1 ? a.root : b.root;
                hashes[i] = a.hash("k" + 100 * i);
            }
            b.table().touch(roots, hashes, new long[64], 64);
            assertEquals(b.root, b.table.root());
            a.table().touchBuckets(0, 1_000_000);
            a.table().touchBuckets(17, 25);
            a.check();
            b.check();
            assertNotEquals(0, a.table.touched());
        }
    }

    @Test
    void shouldStayWholeWhenMemoryRunsOut() {
        try (MemberModel model = new MemberModel(71)) {
            for (int i = 0; i < 3000; i++) {
                model.set("k" + i, i);
            }
            List<Long> members = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                members.add(model.make("late" + i, i));
            }
            List<Long> fillers = fill(model);
            assertThrows(OutOfMemory.class, model.table::create);
            int refused = 0;
            for (int i = 0; i < members.size(); i++) {
                try {
                    model.table().insert(model.hash("late" + i), members.get(i));
                    model.model.put("late" + i, (long) i);
                } catch (OutOfMemory full) {
                    refused++;
                }
            }
            assertTrue(refused > 0);
            model.check();
            // Merging may need memory too; without it, deletions still work.
            for (int i = 0; i < 2900; i++) {
                model.remove("k" + i);
            }
            model.check();
            for (long filler : fillers) {
                model.arena.free(filler);
            }
            for (int i = 0; i < 3000; i++) {
                model.set("m" + i, i);
            }
            model.check();
        }
    }

    private static List<Long> fill(MemberModel model) {
        List<Long> fillers = new ArrayList<>();
        for (long size = 64 << 20; size >= 8; size /= 2) {
            while (true) {
                try {
                    fillers.add(model.arena.allocate(size));
                } catch (OutOfMemory full) {
                    break;
                }
            }
        }
        assertThrows(OutOfMemory.class, () -> model.arena.allocate(64));
        return fillers;
    }
}
