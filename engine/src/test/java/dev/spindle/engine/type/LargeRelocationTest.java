package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.keyspace.Relocation;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.memory.Compaction;
import dev.spindle.engine.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large values made of a table of members move, part by part, while they change. */
class LargeRelocationTest {
    private static final int TYPE = ValueType.SET;

    private final Arena arena = new Arena(256L << 20, false);
    private final Memory memory = arena.memory();
    private final Keyspaces keyspaces = new Keyspaces(arena, 2, 7);
    private final Keyspace db = keyspaces.get(1);
    private final MemberTable table = new MemberTable(arena, 9);
    private final long scratch = UnsafeApi.allocateMemory(256);
    private final Map<String, Set<String>> model = new HashMap<>();

    @AfterEach
    void close() {
        UnsafeApi.freeMemory(scratch);
        arena.close();
    }

    private int put(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            UnsafeApi.putByte(scratch + i, bytes[i]);
        }
        return bytes.length;
    }

    private long entry(String key) {
        int length = put(key);
        return db.table().find(db.hash(scratch, length), scratch, length);
    }

    private MemberTable of(long entry) {
        return table.wrap(CollectionEntry.root(memory, entry, Entry.header(memory, entry)));
    }

    private void create(String key) {
        long root = table.create();
        int length = put(key);
        long entry =
                CollectionEntry.large(
                        db, TYPE, 2, scratch, length, memory.handle(root) & 0xFFFF_FFFFL);
        db.insert(db.hash(scratch, length), entry);
        model.put(key, new HashSet<>());
    }

    private void add(String key, String text) {
        MemberTable members = of(entry(key));
        int length = put(text);
        long hash = members.hash(scratch, length);
        if (members.find(hash, scratch, length) == 0) {
            long member = arena.allocate(Member.size(length, 0));
            Member.init(memory, member, scratch, length);
            members.insert(hash, member);
            assertTrue(model.get(key).add(text));
        }
    }

    private void remove(String key, String text) {
        MemberTable members = of(entry(key));
        int length = put(text);
        long member = members.find(members.hash(scratch, length), scratch, length);
        assertEquals(model.get(key).remove(text), member != 0);
        if (member != 0) {
            members.removeFound();
            arena.free(member);
        }
    }

    private void check() {
        model.forEach(
                (key, expected) -> {
                    MemberTable members = of(entry(key));
                    assertEquals(expected.size(), members.size());
                    for (String text : expected) {
                        int length = put(text);
                        assertNotEquals(
                                0, members.find(members.hash(scratch, length), scratch, length));
                    }
                });
        ArenaAudit.check(arena);
    }

    private static String member(Random random) {
        int number = random.nextInt(6000);
        return "member" + number + "x".repeat(number % 150);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldKeepEveryMemberWhenValuesMoveWhileTheyChange(long given) {
        long seed = Long.getLong("seed", given);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        keyspaces
                .shared()
                .mover(
                        TYPE,
                        (entry, header, cursor, most) -> {
                            long root =
                                    cursor == 0
                                            ? CollectionEntry.relocateRoot(arena, entry, header)
                                            : CollectionEntry.root(memory, entry, header);
                            return table.wrap(root)
                                    .relocate(cursor, most, arena.compaction()::move);
                        });
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            keys.add("key" + i);
            create("key" + i);
        }
        Compaction compaction = arena.compaction();
        Relocation relocation = new Relocation(keyspaces);
        long freedSlabs = 0;
        for (int pass = 0; pass < 6; pass++) {
            for (int i = 0; i < 20_000; i++) {
                add(keys.get(random.nextInt(keys.size())), member(random));
            }
            for (int i = 0; i < 60_000; i++) {
                remove(keys.get(random.nextInt(keys.size())), member(random));
            }
            check();
            compaction.begin();
            while (compaction.step()) {
                continue;
            }
            long leaving = compaction.leaving();
            long used = arena.usedBytes();
            relocation.begin();
            boolean changes = pass % 2 == 1;
            while (relocation.step(16)) {
                if (changes && random.nextInt(3) == 0) {
                    add(keys.get(random.nextInt(keys.size())), member(random));
                    remove(keys.get(random.nextInt(keys.size())), member(random));
                }
            }
            if (!changes) {
                assertEquals(used, arena.usedBytes());
                assertEquals(0, compaction.leaving(), "slabs of " + leaving + " that stay");
            }
            freedSlabs += leaving - compaction.leaving();
            compaction.end();
            while (compaction.step()) {
                continue;
            }
            assertEquals(0, compaction.leaving());
            check();
        }
        assertTrue(freedSlabs > 50, "slabs emptied: " + freedSlabs);
    }
}
