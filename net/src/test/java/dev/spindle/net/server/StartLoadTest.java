package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that finds a file when it starts. */
class StartLoadTest {

    private static final int KEYS = 20_000;

    @TempDir Path directory;

    private byte[] file(RawClient client, RealRedis redis) throws IOException {
        client.command("SAVE");
        byte[] file = Files.readAllBytes(redis.directory().resolve("dump.rdb"));
        Files.write(directory.resolve("dump.rdb"), file);
        return file;
    }

    private ServerUnderTest start(String... options) {
        String[] all = Arrays.copyOf(options, options.length + 4);
        all[options.length] = "--dir";
        all[options.length + 1] = directory.toString();
        all[options.length + 2] = "--enable-debug-command";
        all[options.length + 3] = "yes";
        return ServerUnderTest.start(directory, all);
    }

    @Test
    void shouldServeWhatRedisHasWrittenWhenItStartsWithItsFile() throws IOException {
        try (RealRedis redis = RealRedis.start("--enable-debug-command", "yes");
                RawClient client = redis.connect()) {
            client.command("DEBUG", "POPULATE", String.valueOf(KEYS));
            client.command("SET", "over", "v", "PX", "1");
            client.command("DEBUG", "SET-ACTIVE-EXPIRE", "0");
            client.command("RPUSH", "list", "a", "b");
            file(client, redis);
            try (ServerUnderTest server = start();
                    RawClient here = server.connect()) {
                ServerUnderTest.await(
                        "it is loaded", () -> server.log().contains("Ready to accept"));
                assertEquals(
                        client.command("DEBUG", "DIGEST-VALUE", "list", "key:7"),
                        here.command("DEBUG", "DIGEST-VALUE", "list", "key:7"));
                assertEquals(":" + (KEYS + 1) + "\r\n", here.command("DBSIZE"));
                String info = here.command("INFO", "persistence");
                assertTrue(info.contains("loading:0\r\n"), info);
                assertTrue(info.contains("rdb_last_load_keys_loaded:" + (KEYS + 1)), info);
                String log = server.log();
                assertTrue(log.contains("Loading RDB produced by version 7."), log);
                assertTrue(log.contains("DB loaded from disk: "), log);
                assertTrue(log.contains("Done loading RDB, keys loaded: " + (KEYS + 1)), log);
            }
        }
    }

    @Test
    void shouldSayThatItLoadsWhenClientsComeMeanwhile() throws IOException {
        try (RealRedis redis = RealRedis.start("--enable-debug-command", "yes");
                RawClient client = redis.connect()) {
            client.command("DEBUG", "POPULATE", String.valueOf(KEYS));
            file(client, redis);
        }
        try (ServerUnderTest server = start("--key-load-delay", "1000");
                RawClient here = server.connect()) {
            String loading = "-LOADING Redis is loading the dataset in memory\r\n";
            assertEquals(loading, here.command("GET", "key:1"));
            assertEquals(loading, here.command("PING"));
            assertEquals(loading, here.command("SET", "a", "b"));
            String info = here.command("INFO", "persistence");
            assertTrue(info.contains("loading:1\r\n"), info);
            assertTrue(info.contains("async_loading:0\r\n"), info);
            for (String field :
                    new String[] {
                        "loading_start_time:1",
                        "loading_total_bytes:",
                        "loading_rdb_used_mem:",
                        "loading_loaded_bytes:",
                        "loading_loaded_perc:",
                        "loading_eta_seconds:"
                    }) {
                assertTrue(info.contains("\r\n" + field), field + " in " + info);
            }
            here.command("CONFIG", "SET", "key-load-delay", "0");
            ServerUnderTest.await("it is loaded", () -> here.command("PING").equals("+PONG\r\n"));
            assertEquals(":" + KEYS + "\r\n", here.command("DBSIZE"));
        }
    }

    @Test
    void shouldEndWithAReasonWhenItsFileIsBroken() throws Exception {
        byte[] file;
        try (RealRedis redis = RealRedis.start("--enable-debug-command", "yes");
                RawClient client = redis.connect()) {
            client.command("DEBUG", "POPULATE", "1000");
            file = file(client, redis);
        }
        Files.write(directory.resolve("dump.rdb"), Arrays.copyOf(file, 5000));
        assertEnds("Short read or OOM loading DB. Unrecoverable error, aborting now.");
        assertEnds("Internal error in RDB reading offset 5000 -> Unexpected EOF reading RDB file");
        byte[] wrong = file.clone();
        wrong[wrong.length - 2] ^= 1;
        Files.write(directory.resolve("dump.rdb"), wrong);
        assertEnds("Wrong RDB checksum expected: (");
        wrong[0] = 'X';
        Files.write(directory.resolve("dump.rdb"), wrong);
        assertEnds("Wrong signature trying to load DB from file");
        Files.delete(directory.resolve("dump.rdb"));
        Files.createDirectory(directory.resolve("dump.rdb"));
        try (ServerUnderTest server = start()) {
            assertEquals(1, server.server().awaitEnd());
        }
    }

    private void assertEnds(String reason) throws InterruptedException {
        Path log = directory.resolve("server.log");
        try (ServerUnderTest server = start()) {
            assertEquals(1, server.server().awaitEnd());
            server.awaitLog(reason);
            server.awaitLog("Fatal error loading the DB, check server logs. Exiting.");
        }
        log.toFile().delete();
    }

    @Test
    void shouldEndAtOnceWhenItIsToldToWhileItLoads() throws Exception {
        try (RealRedis redis = RealRedis.start("--enable-debug-command", "yes");
                RawClient client = redis.connect()) {
            client.command("DEBUG", "POPULATE", String.valueOf(KEYS));
            file(client, redis);
        }
        try (ServerUnderTest server = start("--key-load-delay", "100000")) {
            server.server().close();
            assertEquals(0, server.server().awaitEnd());
            assertTrue(!server.log().contains("DB loaded"), server.log());
        }
    }
}
