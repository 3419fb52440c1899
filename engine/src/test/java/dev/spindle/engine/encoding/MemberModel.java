package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.UnsafeApi;

/** A member table beside a hash map that says what it must hold. Each member's payload is an integer of eight bytes. */
final class MemberModel implements AutoCloseable {

    private static final int SCRATCH = 4096;

    final Arena arena;
    final Memory memory;
    final MemberTable table;
    final long root;
    final Map<String, Long> model = new HashMap<>();
    private final boolean ownsArena;
    private final long scratch = UnsafeApi.allocateMemory(SCRATCH);
    private long memberBytes;

    MemberModel(long seed) {
        this(new Arena(512L << 20, false), null, seed);
    }

    /** Another table of the same flyweight. */
    MemberModel(MemberModel other) {
        this(other.arena, other.table, 0);
    }

    private MemberModel(Arena arena, MemberTable flyweight, long seed) {
        this.arena = arena;
        ownsArena = flyweight == null;
        memory = arena.memory();
        table = ownsArena ? new MemberTable(arena, seed) : flyweight;
        root = table.create();
    }

    MemberTable table() {
        return table.wrap(root);
    }

    int put(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        assertTrue(bytes.length <= SCRATCH);
        for (int i = 0; i < bytes.length; i++) {
            UnsafeApi.putByte(scratch + i, bytes[i]);
        }
        return bytes.length;
    }

    long hash(String key) {
        return table.hash(scratch, put(key));
    }

    long find(String key) {
        int length = put(key);
        return table().find(table.hash(scratch, length), scratch, length);
    }

    long make(String key, long value) {
        int length = put(key);
        long member = arena.allocate(Member.size(length, Long.BYTES));
        memory.putLongUnaligned(Member.init(memory, member, scratch, length), value);
        return member;
    }

    String keyOf(long member) {
        int length = Member.keyLength(memory, member);
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < length; i++) {
            key.append((char) (memory.getByte(Member.keyAddress(memory, member) + i) & 0xFF));
        }
        return key.toString();
    }

    long valueOf(long member) {
        return memory.getLongUnaligned(Member.payload(memory, member));
    }

    /** Inserts, or replaces where the key is there. */
    void set(String key, long value) {
        long made = make(key, value);
        memberBytes += arena.sizeOf(made);
        long old = find(key);
        if (old == 0) {
            assertTrue(model.put(key, value) == null, key);
            table().insert(hash(key), made);
        } else {
            assertEquals(model.put(key, value), valueOf(old), key);
            table().replaceFound(made);
            free(old);
        }
    }

    void remove(String key) {
        long member = find(key);
        Long expected = model.remove(key);
        if (expected == null) {
            assertEquals(0, member, key);
            return;
        }
        assertNotEquals(0, member, key);
        assertEquals(expected, valueOf(member), key);
        table().removeFound();
        free(member);
    }

    void free(long member) {
        memberBytes -= arena.sizeOf(member);
        arena.free(member);
    }

    void clear() {
        for (String key : new ArrayList<>(model.keySet())) {
            remove(key);
        }
    }

    Set<String> scanAll() {
        Set<String> seen = new HashSet<>();
        long cursor = 0;
        do {
            cursor = table().scan(cursor, member -> seen.add(keyOf(member)));
        } while (cursor != 0);
        return seen;
    }

    /** Bytes of the table and its members, as they were counted when they were allocated. */
    long bytes() {
        return memberBytes + table().bytes();
    }

    /** Compares everything that can be read with the model. */
    void check() {
        assertEquals(model.size(), table().size());
        for (Map.Entry<String, Long> expected : model.entrySet()) {
            long member = find(expected.getKey());
            assertNotEquals(0, member, expected.getKey());
            assertEquals(expected.getValue(), valueOf(member));
            assertEquals(hash(expected.getKey()), table.hashOf(member));
        }
        List<String> visited = new ArrayList<>();
        for (int bucket = 0; bucket < table().buckets(); bucket++) {
            table.visitBucket(bucket, member -> visited.add(keyOf(member)));
        }
        assertEquals(model.size(), visited.size());
        assertEquals(model.keySet(), new HashSet<>(visited));
        List<String> all = new ArrayList<>();
        table().visitAll(member -> all.add(keyOf(member)));
        assertEquals(visited, all);
        assertEquals(model.keySet(), scanAll());
    }

    @Override
    public void close() {
        UnsafeApi.freeMemory(scratch);
        if (ownsArena) {
            arena.close();
        }
    }
}
