package dev.spindle.rdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written here and read here again is the same: values, encodings, times, and what nobody runs. */
class RoundTripTest {

    private static final int[] SIZES = {1, 20, 128, 129, 512, 513, 2000};

    @TempDir Path directory;
    private EngineHarness harness;
    private Rdb rdb;

    @BeforeEach
    void open() {
        List<CommandSpec> rows = new ArrayList<>(CommandFamilies.rows());
        rows.addAll(Rdb.rows());
        ServerConfig config = ServerConfig.load(null, List.of("--dir", directory.toString()));
        harness = new EngineHarness(256L << 20, config, rows);
        harness.engine().settings().debugCommand = 2;
        rdb = new Rdb(harness.engine());
        fill();
    }

    @AfterEach
    void close() {
        rdb.close();
        harness.close();
    }

    private void fill() {
        Random random = new Random(3);
        for (int size : SIZES) {
            for (int i = 0; i < size; i++) {
                String word = Long.toString(random.nextLong() >>> random.nextInt(60), 36);
                String number = String.valueOf(random.nextLong() >> random.nextInt(64));
                harness.command("RPUSH", "list" + size, word, number);
                harness.command("SADD", "set" + size, word);
                harness.command("SADD", "ints" + size, number);
                harness.command("ZADD", "zset" + size, String.valueOf(random.nextGaussian()), word);
                harness.command("HSET", "hash" + size, word, number);
                harness.command("XADD", "stream" + size, "*", "f" + i % 3, word, "n", number);
            }
            harness.command("HPEXPIRE", "hash" + size, "1000000", "FIELDS", "1", firstField(size));
            harness.command("XGROUP", "CREATE", "stream" + size, "g", "0");
            harness.command(
                    "XREADGROUP", "GROUP", "g", "c", "COUNT", "7", "STREAMS", "stream" + size, ">");
            harness.command("PEXPIRE", "list" + size, "500000");
        }
        for (int i = 0; i < 20; i++) {
            harness.command(
                    "HSET",
                    "shape" + i,
                    "first-name",
                    "n" + i,
                    "age-in-years",
                    String.valueOf(i),
                    "city-of-birth",
                    "c");
        }
        harness.command("SET", "text", "x".repeat(3000));
        harness.command("SET", "number", "-77");
        rdb.libraries().add("#!lua name=kept\n".getBytes(StandardCharsets.US_ASCII));
    }

    private String firstField(int size) {
        return RawClient.flatten(harness.command("HKEYS", "hash" + size)).get(0);
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String key :
                RawClient.flatten(harness.command("KEYS", "*")).stream().sorted().toList()) {
            facts.put(
                    key,
                    harness.command("DEBUG", "DIGEST-VALUE", key)
                            + harness.command("OBJECT", "ENCODING", key)
                            + harness.command("PEXPIRETIME", key)
                            + (key.startsWith("hash") ? times(key) : "")
                            + (key.startsWith("stream")
                                    ? harness.command("XINFO", "STREAM", key, "FULL")
                                    : ""));
        }
        return facts;
    }

    private String times(String key) {
        List<String> words = new ArrayList<>(List.of("HPEXPIRETIME", key, "FIELDS", "1"));
        words.add(
                RawClient.flatten(harness.command("HKEYS", key)).stream()
                        .sorted()
                        .findFirst()
                        .orElseThrow());
        return harness.command(words.toArray(new String[0]));
    }

    @Test
    void shouldBeTheSameWhenItIsSavedAndLoaded() {
        Map<String, String> before = facts();
        String digest = harness.command("DEBUG", "DIGEST");
        assertEquals(
                "+OK\r\n",
                harness.command("DEBUG", "RELOAD"),
                () -> String.join("\n", harness.log()));
        assertEquals(digest, harness.command("DEBUG", "DIGEST"));
        assertEquals(before, facts());
        assertEquals(1, rdb.libraries().sources().size());
        assertArrayEquals(
                "#!lua name=kept\n".getBytes(StandardCharsets.US_ASCII),
                rdb.libraries().sources().get(0));
        assertTrue(harness.engine().hashes().sharedShapes() > 0, "small hashes share names again");
    }

    @Test
    void shouldBeTheSameWhenEachValueIsDumpedAndRestored() {
        Map<String, String> before = facts();
        for (String key : before.keySet()) {
            String reply = harness.command("DUMP", key);
            String payload = reply.substring(reply.indexOf('\n') + 1, reply.length() - 2);
            String until = harness.command("PEXPIRETIME", key).substring(1).trim();
            assertEquals(
                    "+OK\r\n",
                    harness.command(
                            "RESTORE",
                            key,
                            until.equals("-1") ? "0" : until,
                            payload,
                            "REPLACE",
                            "ABSTTL"),
                    key);
        }
        assertEquals(before, facts());
    }
}
