package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.testkit.Seed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Strings against a map of byte arrays; after every test all memory must be free again. */
class StringTypeTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int SCRATCH_BYTES = 4 << 20;
    private static final int[] KEY_LENGTHS = {0, 1, 16, 254, 255, 256, 70_000};
    private static final int[] EDGES = {0, 1, 20, 44, 45, 1024, 1025, 4096, 8192, 8193, 1 << 20};

    /** What the model knows of a key. */
    private record Value(byte[] bytes, long expiry) {}

    private final Arena arena = new Arena(128L << 20, false);
    private final Keyspaces keyspaces = new Keyspaces(arena, 1, 7);
    private final Keyspace db = keyspaces.get(0);
    private final Memory memory = arena.memory();
    private final StringType strings = new StringType();
    private final long keyScratch = UnsafeApi.allocateMemory(1 << 17);
    private final long valueScratch = UnsafeApi.allocateMemory(SCRATCH_BYTES);

    StringTypeTest() {
        keyspaces.shared().nowMs(NOW);
    }

    @AfterEach
    void nothingIsLeft() {
        keyspaces.flushAll(false);
        while (keyspaces.shared().freeSlice()) {
            // one slice at a time
        }
        assertEquals(0, arena.usedBytes());
        assertEquals(0, arena.allocations());
        arena.close();
        UnsafeApi.freeMemory(keyScratch);
        UnsafeApi.freeMemory(valueScratch);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private long put(long to, byte[] bytes) {
        UnsafeApi.copyMemory(bytes, BYTES, null, to, bytes.length);
        return to;
    }

    private long find(byte[] key) {
        put(keyScratch, key);
        return db.lookupWrite(db.hash(keyScratch, key.length), keyScratch, key.length);
    }

    private long set(byte[] key, byte[] value, long expiry) {
        long old = find(key);
        return strings.set(
                db,
                db.hash(keyScratch, key.length),
                old,
                keyScratch,
                key.length,
                put(valueScratch, value),
                value.length,
                expiry);
    }

    private long set(String key, byte[] value) {
        return set(ascii(key), value, Entry.NO_EXPIRY);
    }

    private byte[] get(byte[] key) {
        long entry = find(key);
        if (entry == 0) {
            return null;
        }
        ByteView view = strings.view(memory, entry);
        byte[] copy = new byte[(int) view.length()];
        UnsafeApi.copyMemory(null, view.address(), copy, BYTES, copy.length);
        assertEquals(copy.length, StringType.length(memory, entry));
        return copy;
    }

    private long expiry(byte[] key) {
        long entry = find(key);
        return Entry.expiry(memory, entry, Entry.header(memory, entry));
    }

    private int encoding(byte[] key) {
        return Entry.encoding(Entry.header(memory, find(key)));
    }

    private long blob(byte[] key) {
        long entry = find(key);
        long header = Entry.header(memory, entry);
        assertTrue((Entry.flags(header) & Entry.BLOB) != 0, "not a blob");
        return memory.address(Entry.blobHandle(Entry.word(memory, entry, header)));
    }

    @Test
    void shouldEqualAMapWhenOperationsAreRandom() {
        Random random = Seed.random(0);
        List<byte[]> keys = new ArrayList<>();
        for (int length : KEY_LENGTHS) {
            for (int i = 0; i < (length < 1 ? 1 : 3); i++) {
                byte[] key = new byte[length];
                random.nextBytes(key);
                keys.add(key);
            }
        }
        Map<String, Value> model = new HashMap<>();
        for (int step = 0; step < 12_000; step++) {
            byte[] key = keys.get(random.nextInt(keys.size()));
            change(random, key, name(key), model);
            checkKey(key, model.get(name(key)));
            long expiring = model.values().stream().filter(v -> v.expiry >= 0).count();
            assertEquals(expiring, db.expiring(), "keys with an expiry");
            assertEquals(model.size(), db.size());
        }
    }

    private static String name(byte[] key) {
        return new String(key, StandardCharsets.ISO_8859_1);
    }

    private void checkKey(byte[] key, Value expected) {
        byte[] found = get(key);
        if (expected == null) {
            assertEquals(null, found);
            return;
        }
        assertTrue(Arrays.equals(expected.bytes, found), "bytes of a key");
        assertEquals(expected.expiry, expiry(key));
    }

    private void change(Random random, byte[] key, String name, Map<String, Value> model) {
        Value before = model.get(name);
        long entry = find(key);
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                byte[] value = value(random);
                long until = random.nextBoolean() ? NOW + 1 + random.nextInt(1000) : -1;
                boolean keep = random.nextInt(3) == 0;
                set(key, value, keep ? StringType.KEEP_EXPIRY : until);
                long kept = before == null ? -1 : before.expiry;
                model.put(name, new Value(value, keep ? kept : until));
            }
            case 2 -> {
                long number = random.nextLong() >> random.nextInt(63);
                long hash = db.hash(keyScratch, key.length);
                strings.setLong(
                        db, hash, entry, keyScratch, key.length, number, StringType.KEEP_EXPIRY);
                byte[] text = ascii(Long.toString(number));
                model.put(name, new Value(text, before == null ? -1 : before.expiry));
            }
            case 3 -> {
                if (before != null && before.bytes.length < 3 << 20) {
                    int more = value(random).length;
                    long length = (long) before.bytes.length + more;
                    strings.grow(db, entry, length);
                    assertEquals(ValueType.RAW, encoding(key));
                    byte[] grown = Arrays.copyOf(before.bytes, (int) length);
                    model.put(name, new Value(grown, before.expiry));
                }
            }
            case 4 -> {
                if (before != null) {
                    long until = random.nextBoolean() ? NOW + 5 : Entry.NO_EXPIRY;
                    db.expiry(entry, until);
                    model.put(name, new Value(before.bytes, until));
                }
            }
            default -> {
                db.delete(db.hash(keyScratch, key.length), keyScratch, key.length);
                model.remove(name);
            }
        }
    }

    // Around the lengths at which the layout changes, or an integer.
    private static byte[] value(Random random) {
        if (random.nextInt(5) == 0) {
            return ascii(Long.toString(random.nextLong() >> random.nextInt(63)));
        }
        // Long ones are rarer, or nothing else would have time.
        int edge = EDGES[random.nextInt(random.nextInt(8) == 0 ? EDGES.length : EDGES.length - 1)];
        byte[] value = new byte[Math.max(0, edge + random.nextInt(5) - 2)];
        random.nextBytes(value);
        return value;
    }

    @Test
    void shouldOverwriteInPlaceWhenTheSizeClassIsTheSame() {
        byte[] key = ascii("key");
        for (int length : new int[] {10, 40, 100, 1000, 5000, 8000, 20_000, 2 << 20}) {
            byte[] value = new byte[length];
            long first = set("key", value);
            long used = arena.usedBytes();
            long blob = length > Entry.INLINE_MAX ? blob(key) : 0;
            value[length - 1] = 7;
            assertEquals(first, set("key", value), "entry moved at " + length);
            assertArrayEquals(value, get(key));
            assertEquals(used, arena.usedBytes());
            if (blob != 0) {
                assertEquals(blob, blob(key), "blob moved at " + length);
            }
        }
    }

    @Test
    void shouldGiveMemoryBackWhenAValueShrinks() {
        set("key", new byte[10]);
        long small = arena.usedBytes();
        for (int length : new int[] {500, 5000, 50_000, 3 << 20}) {
            set("key", new byte[length]);
            assertTrue(arena.usedBytes() > small);
            set("key", new byte[10]);
            assertEquals(small, arena.usedBytes());
        }
        set("key", new byte[3 << 20]);
        set("key", new byte[2 << 20]);
        long two = arena.usedBytes();
        set("key", new byte[10]);
        set("key", new byte[2 << 20]);
        assertEquals(two, arena.usedBytes(), "a blob was cut to its new length");
        set("key", ascii("123"));
        assertEquals(ValueType.INT, encoding(ascii("key")));
        assertTrue(arena.usedBytes() <= small);
    }

    @Test
    void shouldTakeAndLoseAnExpiryInPlaceWhenThereIsAFieldForIt() {
        byte[] key = ascii("key");
        for (byte[] value : new byte[][] {new byte[30], ascii("77"), new byte[9000]}) {
            long entry = set(key, value, NOW + 50);
            assertEquals(1, db.expiring());
            assertEquals(entry, set(key, value, NOW + 60));
            assertEquals(NOW + 60, expiry(key));
            assertEquals(entry, set(key, value, Entry.NO_EXPIRY));
            assertEquals(0, db.expiring());
            assertEquals(entry, set(key, value, NOW + 70));
            assertEquals(entry, set(key, value, StringType.KEEP_EXPIRY));
            assertEquals(NOW + 70, expiry(key));
            set(key, value, Entry.NO_EXPIRY);
        }
    }

    @Test
    void shouldCopyALongValueSeldomWhenItGrowsByLittle() {
        byte[] key = ascii("key");
        set("key", new byte[2000]);
        // A neighbour behind it, so that it cannot simply be extended.
        set("neighbour", new byte[20_000]);
        int moves = 0;
        long blob = blob(key);
        long length = 2000;
        for (int i = 0; i < 20_000; i++) {
            length += 100;
            strings.grow(db, find(key), length);
            long now = blob(key);
            if (now != blob) {
                moves++;
                blob = now;
            }
        }
        assertEquals(length, get(key).length);
        assertTrue(moves < 30, moves + " copies");
    }

    @Test
    void shouldChangeNothingWhenMemoryIsFull() {
        byte[] key = ascii("key");
        byte[] value = new byte[3000];
        value[5] = 9;
        set(key, value, NOW + 9);
        fill();
        long used = arena.usedBytes();
        assertThrows(OutOfMemory.class, () -> set("key", new byte[SCRATCH_BYTES]));
        assertThrows(OutOfMemory.class, () -> strings.grow(db, find(key), 64L << 20));
        assertThrows(OutOfMemory.class, () -> set("another", new byte[SCRATCH_BYTES]));
        assertEquals(0, find(ascii("another")));
        assertEquals(used, arena.usedBytes());
        assertArrayEquals(value, get(key));
        assertEquals(NOW + 9, expiry(key));
    }

    @Test
    void shouldLeakNothingWhenMemoryEndsAtAnyAllocation() {
        fill();
        // Down to the last slot of every class that a small string may take.
        int stored = 0;
        for (int length = 4096; length > 0; length = length / 2) {
            byte[] value = new byte[length];
            while (true) {
                byte[] key = ascii("small" + stored);
                long before = arena.usedBytes();
                long size = db.size();
                try {
                    set(key, value, Entry.NO_EXPIRY);
                    stored++;
                } catch (OutOfMemory full) {
                    assertEquals(before, arena.usedBytes());
                    assertEquals(size, db.size());
                    assertEquals(0, find(key));
                    break;
                }
            }
        }
        assertNotEquals(0, stored);
        for (int i = 0; i < stored; i++) {
            assertNotEquals(0, find(ascii("small" + i)));
        }
    }

    // Takes all large pieces of the arena.
    private void fill() {
        int number = 0;
        for (int length = SCRATCH_BYTES; length >= 16_384; length /= 2) {
            try {
                while (true) {
                    set(ascii("filler" + number), new byte[length], Entry.NO_EXPIRY);
                    number++;
                }
            } catch (OutOfMemory full) {
                // This size is exhausted.
            }
        }
    }
}
