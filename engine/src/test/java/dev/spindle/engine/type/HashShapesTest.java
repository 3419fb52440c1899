package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.keyspace.Relocation;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.memory.Compaction;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.testkit.EngineHarness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small hashes that share the names of their fields, against maps of Java, while they change, are copied and moved. */
class HashShapesTest {

    private static final int KEYS = 40;
    private static final int STEPS = Integer.getInteger("spindle.test.steps", 6000);
    private static final String[][] RECORDS = {
        {"name", "email", "city", "country", "created"},
        {"name", "email", "city", "country", "updated"},
        {"name", "email"},
        {"sku", "price", "stock", "weight:grams", "", "17", "-3"},
        {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10000", "200000", "3000000", "40000000"},
        {"a rather long name that alone is worth it"},
    };

    private final EngineHarness engine = new EngineHarness();
    private final Map<String, Map<String, String>> model = new HashMap<>();

    @AfterEach
    void close() {
        engine.close();
    }

    private Arena arena() {
        return engine.engine().arena();
    }

    private HashType hashes() {
        return engine.engine().hashes();
    }

    private Keyspace db() {
        return engine.engine().keyspaces().get(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldHoldWhatMapsHoldWhenHashesShareTheirNames(long seed) {
        Random random = new Random(seed);
        int mostShapes = 0;
        for (int i = 0; i < STEPS; i++) {
            String key = "key" + random.nextInt(KEYS);
            step(random, key);
            check(key);
            if (i % 50 == 0) {
                checkMemory();
            }
            if (i % 1000 == 0) {
                defragment();
            }
            mostShapes = Math.max(mostShapes, hashes().sharedShapes());
        }
        assertTrue(mostShapes >= 5, "shapes: " + mostShapes);
        checkAsAnotherReaderSeesIt();
        engine.command("FLUSHALL");
        engine.engine().keyspaces().shared().freeAll();
        assertEquals(0, arena().usedBytes());
        assertEquals(0, hashes().sharedShapes());
        assertEquals(0, hashes().sharedShapeBytes());
    }

    private void step(Random random, String key) {
        Map<String, String> hash = model.get(key);
        String field = field(random, hash);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> create(random, key);
            case 4, 5 -> {
                String value = value(random);
                engine.command("HSET", key, field, value);
                model.computeIfAbsent(key, k -> new LinkedHashMap<>()).put(field, value);
            }
            case 6 -> {
                boolean there = hash != null && hash.remove(field) != null;
                assertEquals(there ? ":1\r\n" : ":0\r\n", engine.command("HDEL", key, field));
                if (there && hash.isEmpty()) {
                    model.remove(key);
                }
            }
            case 7 -> {
                engine.command("DEL", key);
                model.remove(key);
            }
            case 8 -> {
                String to = "key" + random.nextInt(KEYS);
                if (hash != null && !to.equals(key)) {
                    engine.command("COPY", key, to, "REPLACE");
                    model.put(to, new LinkedHashMap<>(hash));
                }
            }
            case 9 -> {
                String to = "key" + random.nextInt(KEYS);
                if (hash != null && !to.equals(key)) {
                    engine.command("RENAME", key, to);
                    model.put(to, model.remove(key));
                }
            }
            case 10 -> expireAndPersist(key, field);
            case 11 -> engine.command("EXPIRE", key, "100000");
            case 12 -> replaceByString(random, key);
            case 13 -> enlarge(random, key, hash);
            default -> checkPicks(key, hash);
        }
    }

    private static String field(Random random, Map<String, String> hash) {
        if (hash != null && random.nextInt(4) > 0) {
            return new ArrayList<>(hash.keySet()).get(random.nextInt(hash.size()));
        }
        return "other" + random.nextInt(3);
    }

    private static String value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "" + random.nextInt(200);
            case 1 -> "" + random.nextLong();
            default -> "v".repeat(random.nextInt(64));
        };
    }

    // A record as it is, the first fields of one, one with another field at its end or in its
    // middle, or
    // with a field twice.
    private void create(Random random, String key) {
        List<String> names = new ArrayList<>(List.of(RECORDS[random.nextInt(RECORDS.length)]));
        switch (random.nextInt(8)) {
            case 0 -> names = names.subList(0, 1 + random.nextInt(names.size()));
            case 1 -> names.add("other" + random.nextInt(3));
            case 2 -> names.add(random.nextInt(names.size() + 1), "between");
            case 3 -> names.add(names.get(random.nextInt(names.size())));
            default -> {}
        }
        engine.command("DEL", key);
        Map<String, String> hash = new LinkedHashMap<>();
        List<String> words = new ArrayList<>(List.of("HSET", key));
        for (String name : names) {
            String value = value(random);
            words.add(name);
            words.add(value);
            hash.put(name, value);
        }
        assertEquals(":" + hash.size() + "\r\n", engine.command(words.toArray(new String[0])));
        model.put(key, hash);
    }

    private void expireAndPersist(String key, String field) {
        String reply = engine.command("HEXPIRE", key, "1000", "FIELDS", "1", field);
        Map<String, String> hash = model.get(key);
        boolean there = hash != null && hash.containsKey(field);
        if (hash != null) {
            assertEquals(there ? "*1\r\n:1\r\n" : "*1\r\n:-2\r\n", reply);
        }
        if (there) {
            assertEquals("$10\r\nlistpackex\r\n", engine.command("OBJECT", "ENCODING", key));
            engine.command("HPERSIST", key, "FIELDS", "1", field);
        }
    }

    private void replaceByString(Random random, String key) {
        if (random.nextInt(2) == 0) {
            engine.command("SET", key, "" + random.nextInt());
        } else {
            engine.command("SET", key, "s".repeat(3000));
        }
        engine.command("DEL", key);
        model.remove(key);
    }

    private void enlarge(Random random, String key, Map<String, String> hash) {
        if (hash == null || random.nextInt(4) > 0) {
            return;
        }
        String long1 = "l".repeat(70);
        engine.command("HSET", key, "other0", long1);
        hash.put("other0", long1);
        assertEquals("$9\r\nhashtable\r\n", engine.command("OBJECT", "ENCODING", key));
        engine.command("DEL", key);
        model.remove(key);
    }

    private void checkPicks(String key, Map<String, String> hash) {
        if (hash == null) {
            return;
        }
        String[] picked =
                engine.command("HRANDFIELD", key, "" + (hash.size() - 1), "WITHVALUES")
                        .split("\r\n", -1);
        TreeSet<String> names = new TreeSet<>();
        for (int i = 2; i + 2 < picked.length; i += 4) {
            assertEquals(hash.get(picked[i]), picked[i + 2]);
            names.add(picked[i]);
        }
        assertEquals(hash.size() - 1, names.size(), "picks differ");
        String one = engine.command("HRANDFIELD", key).split("\r\n", -1)[1];
        assertTrue(hash.containsKey(one), one);
        assertEquals(
                engine.command("HGETALL", key),
                engine.command("HSCAN", key, "0", "COUNT", "1000")
                        .replaceFirst("\\*2\r\n\\$1\r\n0\r\n", ""));
    }

    private void check(String key) {
        Map<String, String> expected = model.getOrDefault(key, Map.of());
        String[] lines = engine.command("HGETALL", key).split("\r\n", -1);
        assertEquals("*" + 2 * expected.size(), lines[0], key);
        List<String> names = new ArrayList<>();
        for (int i = 2; i + 1 < lines.length; i += 4) {
            names.add(lines[i]);
            assertEquals(expected.get(lines[i]), lines[i + 2], key + " " + lines[i]);
        }
        assertEquals(new TreeSet<>(expected.keySet()), new TreeSet<>(names));
        for (Map.Entry<String, String> one : expected.entrySet()) {
            assertEquals(
                    "$" + one.getValue().length() + "\r\n" + one.getValue() + "\r\n",
                    engine.command("HGET", key, one.getKey()));
        }
        assertEquals("$-1\r\n", engine.command("HGET", key, "nobody's"));
    }

    // What MEMORY USAGE says of all keys, and the shapes, is what the arena has handed out.
    private void checkMemory() {
        engine.engine().keyspaces().shared().freeAll();
        long said = hashes().sharedShapeBytes() + db().table().bytes();
        for (int i = 0; i < KEYS; i++) {
            String reply = engine.command("MEMORY", "USAGE", "key" + i);
            if (reply.startsWith(":")) {
                said += Long.parseLong(reply.substring(1).trim()) - KeyTable.PLACE_BYTES;
            }
        }
        assertEquals(arena().usedBytes(), said);
        ArenaAudit.check(arena());
    }

    private void defragment() {
        // Sparse slabs to be emptied.
        for (int i = 0; i < 3000; i++) {
            engine.command("HSET", "many" + i, "name", "x".repeat(i % 60), "email", "y");
        }
        for (int i = 0; i < 3000; i++) {
            if (i % 10 != 0) {
                engine.command("DEL", "many" + i);
            }
        }
        Compaction compaction = arena().compaction();
        long before = compaction.moves();
        compaction.begin();
        while (compaction.step()) {
            continue;
        }
        Relocation relocation = new Relocation(engine.engine().keyspaces());
        relocation.begin();
        while (relocation.step(16)) {
            continue;
        }
        compaction.end();
        while (compaction.step()) {
            continue;
        }
        assertTrue(compaction.moves() > before, "blocks moved");
        for (int i = 0; i < 3000; i += 10) {
            engine.command("DEL", "many" + i);
        }
        for (int i = 0; i < KEYS; i++) {
            check("key" + i);
        }
    }

    // Blocks and shapes are all that a reader needs: one that has seen none of the writes.
    private void checkAsAnotherReaderSeesIt() {
        HashType reader = new HashType(new KeyspaceShared(arena(), 42), 42);
        for (Map.Entry<String, Map<String, String>> one : model.entrySet()) {
            long entry = entryOf(one.getKey());
            List<String> read = new ArrayList<>();
            reader.walk(
                    entry,
                    (name, value) -> {
                        read.add(textOf(name));
                        read.add(textOf(reader.text(value)));
                    });
            List<String> expected = new ArrayList<>();
            hashes().walk(
                            entry,
                            (name, value) -> {
                                expected.add(textOf(name));
                                expected.add(textOf(hashes().text(value)));
                            });
            assertEquals(2 * one.getValue().size(), read.size());
            assertEquals(expected, read);
        }
    }

    private static String textOf(ByteView view) {
        StringBuilder text = new StringBuilder();
        for (long i = 0; i < view.length(); i++) {
            text.append((char) UnsafeApi.getByte(view.address() + i));
        }
        return text.toString();
    }

    private long entryOf(String key) {
        Scratch bytes = new Scratch();
        for (byte one : key.getBytes(StandardCharsets.US_ASCII)) {
            bytes.appendByte(one);
        }
        long hash = db().hash(bytes.address(), key.length());
        long entry = db().peek(hash, bytes.address(), key.length());
        assertNotEquals(0, entry, key);
        return entry;
    }

    @Test
    void shouldTakeTheBytesOfTheNamesOnceWhenManyHashesHaveThem() {
        String[] words = record("first", 0);
        engine.command(words);
        assertEquals(0, hashes().sharedShapes(), "names that occur once");
        long before = arena().usedBytes();
        engine.command("HSET", "plain", "z", "v".repeat(10));
        engine.command("DEL", "plain");
        assertEquals(before, arena().usedBytes());
        for (int i = 1; i <= 3; i++) {
            engine.command(record("key" + i, i));
        }
        assertEquals(1, hashes().sharedShapes());
        long first = usage("first");
        // Eight names of twelve bytes and one before them, less a handle; in slots.
        assertTrue(first - usage("key1") >= 8 * 13 - 4 - 16, first + " " + usage("key1"));
        assertEquals(usage("key1"), usage("key2"));
        assertEquals("$8\r\nlistpack\r\n", engine.command("OBJECT", "ENCODING", "key2"));
        engine.command("HSET", "key1", "another", "field");
        engine.command("HDEL", "key2", "field:number1");
        assertEquals(1, hashes().sharedShapes(), "key3 has it still");
        engine.command("DEL", "key3");
        assertEquals(0, hashes().sharedShapes());
        assertEquals("$2\r\n21\r\n", engine.command("HGET", "key2", "field:number2"));
    }

    private static String[] record(String key, int number) {
        String[] words = new String[18];
        words[0] = "HSET";
        words[1] = key;
        for (int i = 0; i < 8; i++) {
            words[2 + 2 * i] = "field:numbe" + i;
            words[3 + 2 * i] = "" + (number * 10 + i);
        }
        words[4] = "field:number1";
        words[6] = "field:number2";
        words[7] = "" + (number * 10 + 1);
        return words;
    }

    private long usage(String key) {
        return Long.parseLong(engine.command("MEMORY", "USAGE", key).substring(1).trim());
    }

    @Test
    void shouldKeepAllHashesWhenThereAreMoreShapesThanAreKept() {
        int kinds = HashShapes.MOST + 300;
        for (int round = 0; round < 3; round++) {
            for (int kind = 0; kind < kinds; kind++) {
                engine.command(
                        "HSET",
                        kind + ":" + round,
                        "id",
                        "" + round,
                        "a field of kind " + kind,
                        "x" + kind);
            }
        }
        assertTrue(hashes().sharedShapes() > HashShapes.MOST / 2);
        assertTrue(hashes().sharedShapes() <= HashShapes.MOST);
        for (int round = 0; round < 3; round++) {
            for (int kind = 0; kind < kinds; kind++) {
                String value = "x" + kind;
                assertEquals(
                        "$" + value.length() + "\r\n" + value + "\r\n",
                        engine.command("HGET", kind + ":" + round, "a field of kind " + kind));
            }
        }
        Integer[] order = new Integer[kinds];
        Arrays.setAll(order, i -> i);
        java.util.Collections.shuffle(Arrays.asList(order), new Random(7));
        for (int kind : order) {
            for (int round = 0; round < 3; round++) {
                assertEquals(":1\r\n", engine.command("DEL", kind + ":" + round));
            }
        }
        assertEquals(0, hashes().sharedShapes());
        assertEquals(arena().usedBytes(), db().table().bytes());
    }
}
