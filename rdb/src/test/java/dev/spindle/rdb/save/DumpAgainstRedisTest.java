package dev.spindle.rdb.save;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.rdb.Rdb;
import dev.spindle.rdb.format.Crc64;
import dev.spindle.rdb.testkit.DataSets;
import dev.spindle.rdb.testkit.DumpFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Payloads of DUMP: those of a real server byte for byte where both keep a value alike, and restored by it in any case. */
class DumpAgainstRedisTest {

    @Test
    void shouldBeTheSameBytesWhereBothKeepAValueAlike() {
        long seed = System.nanoTime();
        try (EngineHarness engine = engine("10");
                Rdb rdb = new Rdb(engine.engine());
                RealRedis redis = RealRedis.start("--rdbcompression", "no");
                RawClient client = redis.connect()) {
            Twin twin = new Twin(engine, client);
            twin.fill();
            int compared = 0;
            for (String key : client.elements("KEYS", "*")) {
                if (client.command("OBJECT", "ENCODING", key).contains("hashtable")) {
                    // In the order of the table, which is each server's own.
                    continue;
                }
                assertArrayEquals(
                        RawClient.bytes(client.command("DUMP", key)),
                        RawClient.bytes(engine.command("DUMP", key)),
                        key + " seed " + seed);
                compared++;
            }
            assertTrue(compared > 60, "keys: " + compared);
            assertEquals("$-1\r\n", engine.command("DUMP", "no such key"));
            assertTrue(rdb.saver().lastSaveSeconds() > 0);
        }
    }

    @Test
    void shouldBeRestoredByARealServer() {
        long seed = System.nanoTime();
        try (EngineHarness engine = DumpFiles.engine("--rdb-version", "10");
                Rdb rdb = new Rdb(engine.engine());
                RealRedis redis = RealRedis.start("--enable-debug-command", "yes");
                RawClient client = redis.connect()) {
            new DataSets(engine, seed).everything();
            int restored = 0;
            for (String key : RawClient.flatten(engine.command("KEYS", "*"))) {
                String payload = bulk(engine.command("DUMP", key));
                assertEquals(
                        "+OK\r\n", client.command("RESTORE", key, "0", payload), "seed " + seed);
                assertEquals(
                        client.command("DEBUG", "DIGEST-VALUE", key),
                        engine.command("DEBUG", "DIGEST-VALUE", key),
                        key + " seed " + seed);
                restored++;
            }
            assertTrue(restored > 100 && !rdb.saver().isRunning(), "keys: " + restored);
        }
    }

    @Test
    void shouldEndWithItsVersionAndChecksum() {
        for (String version : List.of("10", "11")) {
            try (EngineHarness engine = engine(version);
                    Rdb rdb = new Rdb(engine.engine())) {
                engine.command("HSET", "h", "f", "v");
                assertVersion(Integer.parseInt(version), engine.command("DUMP", "h"));
                engine.command("HPEXPIRE", "h", "100000", "FIELDS", "1", "f");
                assertVersion(12, engine.command("DUMP", "h"));
                assertFalse(rdb.saver().isRunning());
            }
        }
    }

    private static void assertVersion(int version, String reply) {
        byte[] payload = bulk(reply).getBytes(StandardCharsets.ISO_8859_1);
        int end = payload.length - 10;
        assertEquals(version, payload[end] | payload[end + 1] << 8);
        long crc = Crc64.update(Crc64.START, payload, 0, end + 2);
        for (int i = 0; i < 8; i++) {
            assertEquals((byte) (crc >>> 8 * i), payload[end + 2 + i]);
        }
    }

    private static EngineHarness engine(String version) {
        return DumpFiles.engine("--rdb-version", version, "--rdbcompression", "no");
    }

    private static String bulk(String reply) {
        int line = reply.indexOf("\r\n");
        int length = Integer.parseInt(reply.substring(1, line));
        return reply.substring(line + 2, line + 2 + length);
    }

    /** The same commands for both. */
    private record Twin(EngineHarness engine, RawClient client) {

        void run(String... words) {
            assertEquals(client.command(words), engine.command(words), String.join(" ", words));
        }

        void fill() {
            for (String text :
                    List.of(
                            "",
                            "0",
                            "-1",
                            "127",
                            "128",
                            "32768",
                            "-32769",
                            "2147483647",
                            "2147483648",
                            "-9223372036854775808",
                            "012",
                            "x",
                            "x".repeat(70),
                            "y".repeat(20_000))) {
                run("SET", "string:" + text.length() + ":" + text.hashCode(), text);
                run("RPUSH", "list:one:" + text.hashCode(), text, text + "1", text);
                run("ZADD", "zset:one:" + text.hashCode(), "1", text, "-2.5", text + "a");
                run("HSET", "hash:one:" + text.hashCode(), text, text, "other", "1");
            }
            for (int i = 0; i < 3000; i++) {
                run("RPUSH", "list:long", "element:" + i, Integer.toString(i * i));
                run("ZADD", "zset:large", Double.toString(i / 7.0), "member " + i);
                if (i < 100) {
                    run("SADD", "set:ints", Integer.toString(i * 1000));
                    run("ZADD", "zset:small", Double.toString(i / 8.0), "m" + i);
                    run("HSET", "hash:small", "f" + i, "v" + i);
                    run("XADD", "stream:a", "1-" + (i + 1), "f", "" + i, "g", "text " + i);
                    run("XADD", "stream:b", "7-" + (i + 1), "f" + i % 3, "v");
                }
            }
            for (String score : List.of("inf", "-inf", "1e20", "4503599627370497.5", "3e18")) {
                run("ZADD", "zset:scores", score, "s" + score);
            }
            run("XDEL", "stream:a", "1-5", "1-6");
            run("XGROUP", "CREATE", "stream:b", "group", "7-20");
            run("SET", "12", "a key that is a number");
        }
    }
}
