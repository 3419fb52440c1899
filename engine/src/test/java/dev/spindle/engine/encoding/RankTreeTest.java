package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random lives of rank trees against a sorted set of the heap. */
class RankTreeTest {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private record Row(double score, String name) {}

    private static final Comparator<Row> ORDER =
            Comparator.comparingDouble(Row::score).thenComparing(Row::name);

    private final Arena arena = new Arena(1L << 30, false);
    private final Memory memory = arena.memory();
    private final RankTree tree = new RankTree(arena);
    private final long scratch = UnsafeApi.allocateMemory(512);
    private final long slot = arena.allocate(8);
    private final TreeSet<Row> model = new TreeSet<>(ORDER);
    private final Map<String, Long> members = new HashMap<>();
    private final Map<String, Double> scores = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    @AfterEach
    void close() {
        arena.close();
        UnsafeApi.freeMemory(scratch);
    }

    private int bytes(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        UnsafeApi.copyMemory(bytes, BYTES, null, scratch, bytes.length);
        return bytes.length;
    }

    private void insert(String name, double score) {
        int length = bytes(name);
        long member = arena.allocate(Member.size(length, 8));
        Member.init(memory, member, scratch, length);
        tree.insert(score, member);
        members.put(name, member);
        scores.put(name, score);
        names.add(name);
        model.add(new Row(score, name));
    }

    private void remove(int index) {
        String name = names.get(index);
        tree.remove(scores.get(name), members.get(name));
        forget(index);
    }

    private void forget(int index) {
        String last = names.remove(names.size() - 1);
        String name = last;
        if (index < names.size()) {
            name = names.set(index, last);
        }
        arena.free(members.remove(name));
        model.remove(new Row(scores.remove(name), name));
    }

    private void update(String name, double score) {
        double before = scores.get(name);
        if (before == score) {
            return;
        }
        tree.update(before, score, members.get(name));
        model.remove(new Row(before, name));
        model.add(new Row(score, name));
        scores.put(name, score);
    }

    private String nameAt() {
        long member = tree.member();
        byte[] bytes = new byte[Member.keyLength(memory, member)];
        UnsafeApi.copyMemory(null, Member.keyAddress(memory, member), bytes, BYTES, bytes.length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void compare(Random random) {
        tree.audit();
        List<Row> rows = new ArrayList<>(model);
        assertEquals(rows.size(), tree.size());
        if (rows.isEmpty()) {
            return;
        }
        int from = random.nextInt(rows.size());
        tree.seek(from, random.nextInt(100));
        for (int i = from; i < rows.size(); i++) {
            assertEquals(rows.get(i), new Row(tree.score(), nameAt()));
            assertEquals(i + 1 < rows.size(), tree.next());
        }
        tree.seek(from, -random.nextInt(100));
        for (int i = from; i >= 0; i--) {
            assertEquals(rows.get(i), new Row(tree.score(), nameAt()));
            assertEquals(i > 0, tree.previous());
        }
        for (int i = 0; i < 20; i++) {
            int rank = random.nextInt(rows.size());
            Row row = rows.get(rank);
            assertEquals(rank, tree.rankOf(row.score, members.get(row.name)));
            Row low = new Row(row.score, "");
            assertEquals(model.headSet(low).size(), tree.countBelow(row.score, false));
            Row high = new Row(row.score, "~~~");
            assertEquals(model.headSet(high).size(), tree.countBelow(row.score, true));
            double between = row.score + 0.01;
            assertEquals(
                    model.headSet(new Row(between, "")).size(), tree.countBelow(between, false));
        }
    }

    private static double score(Random random, int spread) {
        return spread == 0 ? 1 : spread < 0 ? random.nextGaussian() : random.nextInt(spread);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 1000, -1})
    void shouldKeepTheOrderWhenElementsComeGoAndChange(int spread) {
        System.out.println("spindle.test.seed=" + SEED);
        Random random = new Random(SEED + spread);
        long before = arena.usedBytes();
        tree.create(slot);
        compare(random);
        for (int step = 0; step < 30_000; step++) {
            // Phases of growth and decline.
            int growth = step / 6000 % 2 == 0 ? 60 : 25;
            int dice = random.nextInt(100);
            if (names.isEmpty() || dice < growth) {
                String name = "m" + random.nextInt(1_000_000);
                if (!members.containsKey(name)) {
                    insert(name, score(random, spread));
                }
            } else if (dice < 70) {
                remove(random.nextInt(names.size()));
            } else if (dice < 75) {
                long member = tree.removeRank(random.nextInt(3) == 0 ? 0 : names.size() - 1);
                String name = "";
                for (Map.Entry<String, Long> entry : members.entrySet()) {
                    if (entry.getValue() == member) {
                        name = entry.getKey();
                    }
                }
                forget(names.indexOf(name));
            } else {
                String name = names.get(random.nextInt(names.size()));
                double old = scores.get(name);
                update(
                        name,
                        random.nextBoolean() ? old + (dice - 85) / 8.0 : score(random, spread));
            }
            if (step % 977 == 0) {
                compare(random);
            }
        }
        while (!names.isEmpty()) {
            remove(random.nextInt(names.size()));
            if (names.size() % 997 == 0) {
                compare(random);
            }
        }
        compare(random);
        assertTrue(tree.freeSome(1));
        assertEquals(before, arena.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void shouldFillItsLeavesWhenElementsComeInOrder(int sign) {
        long before = arena.usedBytes();
        tree.create(slot);
        for (int i = 0; i < 100_000; i++) {
            insert("m" + i, sign * i);
        }
        compare(new Random(1));
        assertTrue(tree.bytes() < 100_000 * 15, "bytes " + tree.bytes());
        for (long member : members.values()) {
            arena.free(member);
        }
        int slices = 0;
        while (!tree.freeSome(64)) {
            slices++;
        }
        assertTrue(slices > 20);
        assertEquals(before, arena.usedBytes());
    }

    @Test
    void shouldCountByMemberWhenAllScoresAreEqual() {
        Random random = new Random(SEED);
        tree.create(slot);
        for (int i = 0; i < 5_000; i++) {
            String name = "m" + random.nextInt(1_000_000);
            if (!members.containsKey(name)) {
                insert(name, 0);
            }
        }
        for (int i = 0; i < 1_000; i++) {
            String name =
                    random.nextBoolean()
                            ? names.get(random.nextInt(names.size()))
                            : "m" + random.nextInt(1_000_000);
            int length = bytes(name);
            assertEquals(
                    model.headSet(new Row(0, name)).size(),
                    tree.countLexBelow(scratch, length, false));
            assertEquals(
                    model.headSet(new Row(0, name), true).size(),
                    tree.countLexBelow(scratch, length, true));
        }
    }

    @Test
    void shouldStayWholeWhenMemoryRunsOut() {
        System.out.println("spindle.test.seed=" + SEED);
        Random random = new Random(SEED);
        try (Arena small = new Arena(4L << 20, false)) {
            long word = small.allocate(8);
            RankTree little = new RankTree(small);
            little.create(word);
            List<Long> stored = new ArrayList<>();
            List<Double> keys = new ArrayList<>();
            boolean full = false;
            while (!full) {
                int length = bytes("n" + stored.size());
                long member = 0;
                double score = random.nextGaussian();
                try {
                    member = small.allocate(Member.size(length, 8));
                    Member.init(small.memory(), member, scratch, length);
                    little.insert(score, member);
                    stored.add(member);
                    keys.add(score);
                } catch (dev.spindle.engine.memory.OutOfMemory refused) {
                    full = true;
                }
            }
            little.audit();
            assertFalse(stored.isEmpty());
            for (int i = 0; i < stored.size(); i++) {
                little.remove(keys.get(i), stored.get(i));
                small.free(stored.get(i));
            }
            assertEquals(0, little.size());
        }
    }
}
