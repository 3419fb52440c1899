package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RandomDefrag;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hashes and the times of their fields against maps of Java, with the sweep of active expiry between. */
class HashTypeTest {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);
    private static final int STEPS = Integer.getInteger("spindle.test.steps", 6000);

    /** A field of the model. */
    private static final class Field {
        String value;
        long until;
    }

    private final EngineHarness engine = new EngineHarness();
    private final Map<String, TreeMap<String, Field>> model = new HashMap<>();
    private Random random;
    private int names;

    private Keyspace db() {
        return engine.engine().keyspaces().get(0);
    }

    private long now() {
        return engine.clock().epochMs();
    }

    @ParameterizedTest
    @CsvSource({"0, 20", "512, 20", "8, 20", "0, 2000", "30, 300"})
    void shouldHoldWhatAMapHoldsWhenFieldsExpire(int limit, int fieldNames) {
        System.out.println("spindle.test.seed=" + SEED);
        random = new Random(SEED + limit + fieldNames);
        names = fieldNames;
        engine.command("CONFIG", "SET", "hash-max-listpack-entries", "" + limit);
        RandomDefrag defrag = new RandomDefrag(engine.engine(), random);
        for (int i = 0; i < STEPS; i++) {
            String key = "key" + random.nextInt(3);
            step(key);
            defrag.steps();
            if (random.nextInt(20) == 0) {
                engine.clock().advanceMs(random.nextInt(40));
                engine.engine().keyspaces().shared().nowMs(now());
                dropExpired();
            }
            if (random.nextInt(5) == 0) {
                db().sweep().advance();
            }
            if (random.nextInt(names / 4) == 0) {
                check(key);
                checkMemory();
            }
        }
        defrag.finish();
        assertTrue(defrag.moves() > 100, "moved " + defrag.moves());
        engine.clock().advanceMs(1_000_000);
        engine.engine().keyspaces().shared().nowMs(now());
        dropExpired();
        // One walk may have begun in the middle.
        for (int walks = 0; walks < 2; walks += db().sweep().isComplete() ? 1 : 0) {
            db().sweep().advance();
        }
        assertEquals(0, db().volatiles(), "all times have passed");
        for (int i = 0; i < 3; i++) {
            check("key" + i);
            assertEquals(
                    ":" + fields("key" + i).size() + "\r\n", engine.command("HLEN", "key" + i));
        }
        engine.engine().keyspaces().flushAll(false);
        while (engine.engine().keyspaces().shared().freeSlice()) {
            // one slice at a time
        }
        assertEquals(0, engine.engine().arena().usedBytes());
        engine.close();
    }

    private TreeMap<String, Field> fields(String key) {
        return model.computeIfAbsent(key, k -> new TreeMap<>());
    }

    private void dropExpired() {
        for (TreeMap<String, Field> fields : model.values()) {
            fields.values().removeIf(field -> field.until != 0 && field.until < now());
        }
    }

    private void put(String key, String name, String value, long until) {
        Field field = fields(key).computeIfAbsent(name, n -> new Field());
        field.value = value;
        field.until = until;
    }

    private void step(String key) {
        String name = "field" + random.nextInt(names);
        String value =
                random.nextInt(3) == 0 ? "" + random.nextLong() : "v".repeat(random.nextInt(60));
        Field field = fields(key).get(name);
        int ms = 1 + random.nextInt(100);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                engine.command("HSET", key, name, value);
                put(key, name, value, 0);
            }
            case 3, 4 -> {
                String reply = engine.command("HPEXPIRE", key, "" + ms, "FIELDS", "1", name);
                assertEquals(field == null ? "*1\r\n:-2\r\n" : "*1\r\n:1\r\n", reply);
                if (field != null) {
                    field.until = now() + ms;
                }
            }
            case 5 -> {
                engine.command("HPERSIST", key, "FIELDS", "1", name);
                if (field != null) {
                    field.until = 0;
                }
            }
            case 6 -> {
                engine.command("HSETEX", key, "PX", "" + ms, "FIELDS", "1", name, value);
                put(key, name, value, now() + ms);
            }
            case 7 -> {
                engine.command("HSETEX", key, "KEEPTTL", "FIELDS", "1", name, value);
                put(key, name, value, field == null ? 0 : field.until);
            }
            case 8 -> {
                String reply = engine.command("HDEL", key, name);
                assertEquals(field == null ? ":0\r\n" : ":1\r\n", reply);
                fields(key).remove(name);
            }
            default -> other(key, name, field);
        }
    }

    private void other(String key, String name, Field field) {
        String to = "key" + random.nextInt(3);
        if (random.nextInt(10) > 0 || to.equals(key)) {
            String reply = engine.command("HGET", key, name);
            String value = field == null ? null : field.value;
            assertEquals(
                    value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n",
                    reply);
            return;
        }
        engine.command("COPY", key, to, "REPLACE");
        if (fields(key).isEmpty()) {
            // A hash of which all has expired may still be there to be copied; it ends up empty.
            engine.command("DEL", key, to);
            fields(to).clear();
            return;
        }
        TreeMap<String, Field> copy = new TreeMap<>();
        fields(key)
                .forEach(
                        (n, f) -> {
                            Field made = new Field();
                            made.value = f.value;
                            made.until = f.until;
                            copy.put(n, made);
                        });
        model.put(to, copy);
    }

    private void check(String key) {
        TreeMap<String, Field> expected = fields(key);
        String[] lines = engine.command("HGETALL", key).split("\r\n", -1);
        assertEquals("*" + 2 * expected.size(), lines[0], key);
        for (int i = 2; i + 1 < lines.length; i += 4) {
            Field field = expected.get(lines[i]);
            assertTrue(field != null, lines[i]);
            assertEquals(field.value, lines[i + 2]);
        }
        for (Map.Entry<String, Field> one : expected.entrySet()) {
            if (random.nextInt(expected.size()) < 5) {
                long until = one.getValue().until;
                assertEquals(
                        "*1\r\n:" + (until == 0 ? -1 : until) + "\r\n",
                        engine.command("HPEXPIRETIME", key, "FIELDS", "1", one.getKey()));
            }
        }
    }

    // What MEMORY USAGE says of all keys is what the arena has handed out.
    private void checkMemory() {
        long said = 0;
        for (int i = 0; i < 3; i++) {
            String reply = engine.command("MEMORY", "USAGE", "key" + i);
            if (reply.startsWith(":")) {
                said += Long.parseLong(reply.substring(1).trim()) - KeyTable.PLACE_BYTES;
            }
        }
        if (!engine.engine().keyspaces().shared().hasPendingFrees()) {
            assertEquals(engine.engine().arena().usedBytes() - db().table().bytes(), said);
        }
    }
}
