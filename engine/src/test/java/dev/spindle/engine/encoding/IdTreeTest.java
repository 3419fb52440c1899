package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.testkit.Seed;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link IdTree} against a {@link TreeMap}. */
class IdTreeTest {

    private record Id(long ms, long seq) {}

    private static final Comparator<Id> ORDER =
            (a, b) -> StreamIds.compare(a.ms, a.seq, b.ms, b.seq);

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 20})
    void shouldBehaveLikeATreeMapWhenChangesAreRandom(int payload) {
        Random random = Seed.random(payload);
        for (int round = 0; round < 12; round++) {
            try (Arena arena = new Arena(64L << 20, false)) {
                exercise(arena, payload, random, 1 << 4 + round % 9, round % 3);
            }
        }
    }

    private static void exercise(Arena arena, int payload, Random random, int range, int growth) {
        Memory memory = arena.memory();
        long state = arena.allocate(IdTree.STATE_BYTES);
        memory.fill(state, IdTree.STATE_BYTES, (byte) 0);
        IdTree tree = new IdTree(arena, payload).wrap(state);
        TreeMap<Id, Byte> model = new TreeMap<>(ORDER);
        long next = 0;
        for (int i = 0; i < 6000; i++) {
            int kind = random.nextInt(10);
            Id id = new Id(random.nextInt(range) - 1L, random.nextInt(4) - 2L);
            if (kind < 3 + growth) {
                if (random.nextBoolean()) {
                    id = new Id(next++, 7);
                }
                byte mark = (byte) random.nextInt();
                boolean added = tree.insert(id.ms, id.seq);
                assertEquals(!model.containsKey(id), added);
                if (payload > 0) {
                    memory.fill(tree.payload(), payload, mark);
                }
                model.put(id, mark);
            } else if (kind < 8) {
                if (kind < 5 && !model.isEmpty()) {
                    id = model.firstKey();
                }
                boolean there = tree.find(id.ms, id.seq);
                assertEquals(model.remove(id) != null, there);
                if (there) {
                    tree.remove();
                }
            } else {
                lookUp(tree, model, id);
            }
            assertEquals(model.size(), tree.size());
            if (i % 500 == 0) {
                compare(memory, tree, model, payload);
            }
        }
        compare(memory, tree, model, payload);
        long held = arena.usedBytes();
        assertEquals(held - arena.sizeOf(state), tree.bytes());
        while (tree.freeLeaves(3) == 3) {
            assertTrue(tree.size() >= 0);
        }
        assertEquals(0, tree.size());
        assertFalse(tree.first());
        assertEquals(arena.sizeOf(state), arena.usedBytes());
    }

    private static void lookUp(IdTree tree, TreeMap<Id, Byte> model, Id id) {
        check(tree, tree.floor(id.ms, id.seq), model.floorKey(id));
        check(tree, tree.ceiling(id.ms, id.seq), model.ceilingKey(id));
        if (tree.ceiling(id.ms, id.seq)) {
            Id at = model.ceilingKey(id);
            check(tree, tree.next(), model.higherKey(at));
        }
        if (tree.floor(id.ms, id.seq)) {
            Id at = model.floorKey(id);
            check(tree, tree.previous(), model.lowerKey(at));
        }
    }

    private static void check(IdTree tree, boolean found, Id expected) {
        assertEquals(expected, found ? new Id(tree.ms(), tree.seq()) : null);
    }

    private static void compare(Memory memory, IdTree tree, TreeMap<Id, Byte> model, int payload) {
        boolean more = tree.first();
        for (Map.Entry<Id, Byte> entry : model.entrySet()) {
            check(tree, more, entry.getKey());
            for (int i = 0; i < payload; i++) {
                assertEquals(entry.getValue(), memory.getByte(tree.payload() + i));
            }
            more = tree.next();
        }
        assertFalse(more);
        more = tree.last();
        for (Id id : model.descendingKeySet()) {
            check(tree, more, id);
            more = tree.previous();
        }
        assertFalse(more);
    }
}
