package dev.spindle.engine.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.type.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.agrona.UnsafeApi;

/** A key table beside a hash map that says what it must hold. Values are integers. */
final class TableModel implements AutoCloseable {

    private static final int SCRATCH = 4096;

    final long seed;
    final Arena arena = new Arena(512L << 20, false);
    final Memory memory = arena.memory();
    final KeyTable table;
    final Map<String, Long> model = new HashMap<>();
    private final List<String> keys = new ArrayList<>();
    private final long scratch = UnsafeApi.allocateMemory(SCRATCH);

    TableModel(long seed) {
        this.seed = seed;
        table = new KeyTable(arena, seed);
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
        return table.find(table.hash(scratch, length), scratch, length);
    }

    long makeEntry(String key, long value) {
        int length = put(key);
        int flags = Entry.WORD | Entry.keyFlags(length);
        long entry = arena.allocate(Entry.size(flags, length, 0));
        Entry.init(memory, entry, ValueType.STRING, ValueType.INT, flags, 0, length, 0);
        long header = Entry.header(memory, entry);
        memory.putLong(Entry.wordAddress(entry, header), value);
        memory.copyIn(scratch, Entry.keyAddress(entry, header), length);
        return entry;
    }

    String keyOf(long entry) {
        long header = Entry.header(memory, entry);
        int length = Entry.keyLength(memory, entry, header);
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < length; i++) {
            key.append((char) (memory.getByte(Entry.keyAddress(entry, header) + i) & 0xFF));
        }
        return key.toString();
    }

    long valueOf(long entry) {
        return Entry.word(memory, entry, Entry.header(memory, entry));
    }

    /** Inserts, or replaces where the key is there. */
    void set(String key, long value) {
        long made = makeEntry(key, value);
        long old = find(key);
        if (old == 0) {
            assertTrue(model.put(key, value) == null, key);
            keys.add(key);
            table.insert(hash(key), made);
        } else {
            assertEquals(model.put(key, value), valueOf(old), key);
            table.replaceFound(made);
            arena.free(old);
        }
    }

    void remove(String key) {
        long entry = find(key);
        Long expected = model.remove(key);
        if (expected == null) {
            assertEquals(0, entry, key);
            return;
        }
        assertNotEquals(0, entry, key);
        assertEquals(expected, valueOf(entry), key);
        table.removeFound();
        arena.free(entry);
    }

    /** A key that is, or lately was, in the table. */
    String anyKey(Random random) {
        return keys.isEmpty() ? "none" : keys.get(random.nextInt(keys.size()));
    }

    void clear() {
        for (String key : new ArrayList<>(model.keySet())) {
            remove(key);
        }
        keys.clear();
    }

    Set<String> scanAll() {
        Set<String> seen = new HashSet<>();
        long cursor = 0;
        do {
            cursor = table.scan(cursor, entry -> seen.add(keyOf(entry)));
        } while (cursor != 0);
        return seen;
    }

    /** Compares everything that can be read with the model. */
    void check() {
        assertEquals(model.size(), table.size());
        for (Map.Entry<String, Long> expected : model.entrySet()) {
            long entry = find(expected.getKey());
            assertNotEquals(0, entry, expected.getKey());
            assertEquals(expected.getValue(), valueOf(entry));
        }
        List<String> visited = new ArrayList<>();
        for (long bucket = 0; bucket < table.buckets(); bucket++) {
            table.visitBucket(bucket, entry -> visited.add(keyOf(entry)));
        }
        assertEquals(model.size(), visited.size());
        assertEquals(model.keySet(), new HashSet<>(visited));
        assertEquals(model.keySet(), scanAll());
    }

    @Override
    public void close() {
        UnsafeApi.freeMemory(scratch);
        arena.close();
    }
}
