package dev.spindle.rdb.write;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.rdb.testkit.DataSets;
import dev.spindle.rdb.testkit.DumpFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for Redis 7.0 is loaded by one, and both sides then say the same of every key. */
class FilesLoadIntoRedisTest {

    @TempDir Path directory;

    @Test
    void shouldHoldEverythingInEveryEncoding() {
        long seed = System.nanoTime();
        try (EngineHarness engine = DumpFiles.engine("--rdb-version", "10")) {
            new DataSets(engine, seed).everything();
            assertSameAfterLoading(engine, seed);
        }
    }

    @Test
    void shouldHoldEverythingUncompressedAndWithoutChecksum() {
        long seed = System.nanoTime();
        try (EngineHarness engine =
                DumpFiles.engine(
                        "--rdb-version", "10", "--rdbcompression", "no", "--rdbchecksum", "no")) {
            new DataSets(engine, seed).everything();
            assertSameAfterLoading(engine, seed);
        }
    }

    @Test
    void shouldHoldListsOfNodesOfANumberOfElements() {
        long seed = System.nanoTime();
        try (EngineHarness engine =
                DumpFiles.engine("--rdb-version", "10", "--list-max-listpack-size", "128")) {
            new DataSets(engine, seed).lists();
            assertSameAfterLoading(engine, seed, "--list-max-listpack-size", "128");
        }
    }

    private void assertSameAfterLoading(EngineHarness engine, long seed, String... arguments) {
        DumpFiles.write(engine, directory);
        try (RealRedis redis = DumpFiles.load(directory, arguments);
                RawClient client = redis.connect()) {
            for (int db = 0; db < 16; db++) {
                String select = Integer.toString(db);
                client.command("SELECT", select);
                engine.command("SELECT", select);
                assertEquals(engine.command("DBSIZE"), client.command("DBSIZE"), "seed " + seed);
                compareKeys(engine, client, seed);
            }
            engine.command("SELECT", "0");
            client.command("SELECT", "0");
            assertEquals(
                    engine.command("DEBUG", "DIGEST"),
                    client.command("DEBUG", "DIGEST"),
                    "seed " + seed);
        }
    }

    private static void compareKeys(EngineHarness engine, RawClient client, long seed) {
        for (String key : client.elements("KEYS", "*")) {
            same(engine, client, seed, "DEBUG", "DIGEST-VALUE", key);
            same(engine, client, seed, "PEXPIRETIME", key);
            String type = engine.command("TYPE", key);
            if (type.equals("+stream\r\n")) {
                same(engine, client, seed, "XINFO", "STREAM", key);
                same(engine, client, seed, "XINFO", "GROUPS", key);
            }
        }
    }

    private static void same(EngineHarness engine, RawClient client, long seed, String... words) {
        assertEquals(
                client.command(words),
                engine.command(words),
                () -> String.join(" ", words) + " seed " + seed);
    }
}
