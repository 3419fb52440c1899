package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Scratch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** Groups, consumers and their pending entries against Java's collections. */
class StreamGroupsTest {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int STEPS = 20_000;

    private record Id(long ms, long seq) {}

    private record Pending(String consumer, long delivered, long deliveries) {}

    private static final class Group {
        private final TreeMap<String, Long> consumers = new TreeMap<>();
        private final TreeMap<Id, Pending> pending =
                new TreeMap<>(
                        Comparator.<Id>comparingLong(id -> id.ms).thenComparingLong(id -> id.seq));
    }

    private final Random random = new Random(SEED);
    private final TreeMap<String, Group> model = new TreeMap<>();
    private final Scratch name = new Scratch();

    @Test
    void shouldBehaveLikeCollectionsWhenChangesAreRandom() {
        System.out.println("spindle.test.seed=" + SEED);
        try (Arena arena = new Arena(64L << 20, false)) {
            StreamGroups groups = new StreamGroups(arena);
            long root = new StreamLog(arena).create();
            for (int i = 0; i < STEPS; i++) {
                step(groups, root, i);
                if (i % 1000 == 0) {
                    compare(groups, root);
                }
            }
            compare(groups, root);
            assertEquals(arena.usedBytes(), arena.sizeOf(root) + groups.bytes(root));
            long copy = new StreamLog(arena).create();
            groups.copy(root, copy);
            compare(groups, copy);
            int slices = 0;
            while (!groups.freeSlice(root, 8)) {
                slices++;
            }
            assertTrue(slices > 3, "freed at once");
            compare(groups, copy);
            while (!groups.freeSlice(copy, 1)) {
                slices++;
            }
            assertEquals(arena.sizeOf(root) + arena.sizeOf(copy), arena.usedBytes());
        }
    }

    private void step(StreamGroups groups, long root, int i) {
        String group = "group" + random.nextInt(4);
        String consumer = "x".repeat(random.nextInt(3)) + random.nextInt(20);
        Group known = model.get(group);
        long address = groups.find(root, put(group), group.length());
        assertEquals(known != null, address != 0);
        int kind = random.nextInt(1000);
        if (known == null) {
            long made = groups.create(root, put(group), group.length(), 1, 2, 3);
            assertTrue(made != 0);
            model.put(group, new Group());
            return;
        }
        assertEquals(0, groups.create(root, put(group), group.length(), 1, 2, 3));
        if (kind < 2) {
            groups.destroy(root, put(group), group.length());
            model.remove(group);
            return;
        }
        long who = groups.findConsumer(address, put(consumer), consumer.length());
        assertEquals(known.consumers.containsKey(consumer), who != 0);
        if (who == 0) {
            who = groups.createConsumer(address, put(consumer), consumer.length(), i);
            known.consumers.put(consumer, (long) i);
        }
        Id id = new Id(random.nextInt(2) == 0 ? i : random.nextInt(STEPS), random.nextInt(2));
        if (kind < 10) {
            groups.findConsumer(address, put(consumer), consumer.length());
            groups.deleteConsumer(address, who);
            known.consumers.remove(consumer);
            known.pending.values().removeIf(p -> p.consumer.equals(consumer));
        } else if (kind < 700) {
            groups.assign(address, who, id.ms, id.seq, i, kind);
            known.pending.put(id, new Pending(consumer, i, kind));
        } else {
            if (!known.pending.isEmpty() && random.nextInt(4) != 0) {
                id = known.pending.firstKey();
            }
            assertEquals(
                    known.pending.remove(id) != null, groups.acknowledge(address, id.ms, id.seq));
        }
    }

    private long put(String text) {
        name.clear();
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            name.appendByte(b);
        }
        name.appendByte(0);
        return name.address();
    }

    private static String text(StreamGroups groups, long record) {
        byte[] bytes = new byte[groups.nameLength(record)];
        UnsafeApi.copyMemory(null, groups.nameAddress(record), bytes, BYTES, bytes.length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private void compare(StreamGroups groups, long root) {
        assertEquals(model.size(), groups.count(root));
        int g = 0;
        for (Map.Entry<String, Group> entry : model.entrySet()) {
            long group = groups.group(root, g++);
            assertEquals(entry.getKey(), text(groups, group));
            compareConsumers(groups, group, entry.getValue());
            IdTree list = groups.groupPendingOf(group);
            boolean more = list.first();
            for (Map.Entry<Id, Pending> pending : entry.getValue().pending.entrySet()) {
                assertTrue(more);
                assertEquals(pending.getKey(), new Id(list.ms(), list.seq()));
                assertEquals(
                        pending.getValue(),
                        new Pending(
                                text(groups, groups.owner(list)),
                                groups.delivered(list),
                                groups.deliveries(list)));
                more = list.next();
            }
            assertFalse(more);
        }
    }

    private static void compareConsumers(StreamGroups groups, long group, Group expected) {
        assertEquals(expected.consumers.size(), groups.consumerCount(group));
        int c = 0;
        for (Map.Entry<String, Long> entry : expected.consumers.entrySet()) {
            long consumer = groups.consumer(group, c++);
            assertEquals(entry.getKey(), text(groups, consumer));
            assertEquals(entry.getValue(), groups.seen(consumer));
            assertEquals(-1, groups.active(consumer));
            List<Id> own = new ArrayList<>();
            IdTree list = groups.pendingOf(consumer);
            for (boolean more = list.first(); more; more = list.next()) {
                own.add(new Id(list.ms(), list.seq()));
            }
            List<Id> wanted =
                    expected.pending.entrySet().stream()
                            .filter(p -> p.getValue().consumer.equals(entry.getKey()))
                            .map(Map.Entry::getKey)
                            .toList();
            assertEquals(wanted, own);
        }
    }
}
