package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.image.WarmImage;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmRestartTest {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String EVERYTHING = "DEBUG DIGEST";

    @TempDir private Path directory;
    private Path image;

    @BeforeEach
    void makeDirectory() throws IOException {
        image = Files.createTempDirectory(MEMORY, "spindle-test-");
    }

    @AfterEach
    void removeDirectory() throws IOException {
        try (Stream<Path> walk = Files.walk(image)) {
            List<Path> all = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                Files.delete(path);
            }
        }
    }

    private ServerUnderTest start(String... more) {
        List<String> words = new java.util.ArrayList<>();
        words.addAll(List.of("--warm-restart", "yes", "--warm-restart-dir", image.toString()));
        words.addAll(List.of("--enable-debug-command", "yes", "--dir", directory.toString()));
        words.addAll(List.of("--save", ""));
        words.addAll(List.of(more));
        return ServerUnderTest.start(directory, words.toArray(new String[0]));
    }

    private static void fill(RawClient client) {
        client.command("SET", "string", "value", "PX", "1000000000");
        for (int i = 0; i < 2000; i++) {
            client.command("SET", "key:" + i, "x".repeat(i % 500));
            client.command("HSET", "hash", "field" + i, "v" + i);
            client.command("ZADD", "sorted", "" + i, "m" + i);
            client.command("RPUSH", "list", "element" + i);
            client.command("XADD", "stream", "1-" + (i + 1), "f", "v" + i);
        }
        client.command("XGROUP", "CREATE", "stream", "group", "0");
        client.command(
                "XREADGROUP", "GROUP", "group", "me", "COUNT", "10", "STREAMS", "stream", ">");
        client.command("SELECT", "7");
        client.command("SADD", "set", "a", "b", "c");
    }

    private static String digest(RawClient client) {
        String[] words = EVERYTHING.split(" ");
        return client.command(words)
                + client.command("INFO", "keyspace").replaceAll("^\\$\\d+|avg_ttl=\\d+", "");
    }

    @Test
    void shouldServeTheSameDataAfterCleanEnds() {
        String before;
        try (ServerUnderTest server = start();
                RawClient client = server.connect()) {
            fill(client);
            before = digest(client);
        }
        for (int i = 0; i < 3; i++) {
            try (ServerUnderTest server = start();
                    RawClient client = server.connect()) {
                assertEquals(before, digest(client));
                server.awaitLog("DB taken over from memory");
                client.command("HSET", "hash", "more" + i, "v");
                client.command("DEL", "key:" + i);
                before = digest(client);
            }
        }
    }

    @Test
    void shouldKeepLibrariesOfFunctionsThatAFileBrought() throws IOException {
        String library = "#!lua name=lib\nredis.register_function('f', function() return 7 end)";
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            assertEquals("$3\r\nlib\r\n", client.command("FUNCTION", "LOAD", library));
            assertEquals("+OK\r\n", client.command("SAVE"));
            Files.copy(redis.directory().resolve("dump.rdb"), directory.resolve("dump.rdb"));
        }
        try (ServerUnderTest server = start();
                RawClient client = server.connect()) {
            ServerUnderTest.await(
                    "it is loaded", () -> client.command("SET", "a", "1").equals("+OK\r\n"));
        }
        for (int i = 0; i < 2; i++) {
            try (ServerUnderTest server = start("--rdb-version", "10");
                    RawClient client = server.connect()) {
                assertTrue(server.log().contains("DB taken over from memory"), server.log());
                assertEquals("+OK\r\n", client.command("SAVE"));
            }
        }
        try (RealRedis redis = RealRedis.start("--dir", directory.toString());
                RawClient client = redis.connect()) {
            assertEquals(":7\r\n", client.command("FCALL", "f", "0"));
            assertEquals("$1\r\n1\r\n", client.command("GET", "a"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldGoOnWithItsLogWithoutReadingIt(String form) throws IOException {
        String[] options = {"--appendonly", "yes", "--aof-log", form};
        String before;
        try (ServerUnderTest server = start(options);
                RawClient client = server.connect()) {
            fill(client);
            before = digest(client);
        }
        for (int i = 0; i < 3; i++) {
            try (ServerUnderTest server = start(options);
                    RawClient client = server.connect()) {
                assertEquals(before, digest(client));
                server.awaitLog("DB taken over from memory");
                client.command("HSET", "hash", "more" + i, "v");
                client.command("INCR", "counter");
                client.command("DEL", "key:" + i);
                client.command("SELECT", "3");
                client.command("RPUSH", "list", "v" + i);
                before = digest(client);
            }
        }
        // None of the starts has read what the log held: that is left for one without the image.
        Path log = directory.resolve("server.log");
        assertFalse(Files.readString(log).contains("DB loaded from incr file"));
        Files.delete(image.resolve(WarmImage.HEADER));
        try (ServerUnderTest server = start(options);
                RawClient client = server.connect()) {
            awaitLoaded(client);
            server.awaitLog("DB loaded from incr file");
            assertEquals(before, digest(client));
            assertEquals("$1\r\n3\r\n", client.command("GET", "counter"));
        }
    }

    // Not read: with this log nothing would start that looks at it.
    @Test
    void shouldNotLookAtTheFramesOfItsLog() throws IOException {
        String[] options = {"--appendonly", "yes", "--aof-log", "file"};
        String before;
        try (ServerUnderTest server = start(options);
                RawClient client = server.connect()) {
            fill(client);
            before = digest(client);
        }
        Path frames = directory.resolve("appendonlydir/appendonly.aof.1.incr.log");
        var changed = Files.getLastModifiedTime(frames);
        byte[] bytes = Files.readAllBytes(frames);
        java.util.Arrays.fill(bytes, bytes.length / 3, bytes.length / 2, (byte) 0);
        Files.write(frames, bytes);
        Files.setLastModifiedTime(frames, changed);
        try (ServerUnderTest server = start(options);
                RawClient client = server.connect()) {
            assertEquals(before, digest(client), server.log());
        }
    }

    @Test
    void shouldMakeItsLogWholeWhenTheServerBeforeCouldNot() throws IOException {
        String before;
        try (ServerUnderTest server = start("--appendonly", "no");
                RawClient client = server.connect()) {
            fill(client);
            // A log whose first base cannot be written holds nothing at the end.
            Path base = directory.resolve("appendonlydir/appendonly.aof.1.base.rdb/in-the-way");
            Files.createDirectories(base);
            client.command("CONFIG", "SET", "appendonly", "yes");
            ServerUnderTest.await(
                    "the base cannot be written",
                    () -> server.log().contains("Background AOF rewrite failed"));
            client.command("SET", "late", "v");
            before = digest(client);
        }
        try (ServerUnderTest server = start("--appendonly", "yes");
                RawClient client = server.connect()) {
            server.awaitLog("DB taken over from memory");
            ServerUnderTest.await(
                    "it is rewritten",
                    () ->
                            server.log().contains("Background AOF rewrite finished")
                                    && client.command("INFO", "persistence")
                                            .contains("aof_enabled:1"));
            assertEquals(before, digest(client));
            client.command("SELECT", "0");
            client.command("SET", "later", "v");
            before = digest(client);
        }
        assertLogHolds(before);
    }

    @Test
    void shouldRefuseWritersUntilTheLogHoldsWhatWasTakenOver() throws IOException {
        List<Path> inTheWay = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            String base = "appendonlydir/appendonly.aof." + number + ".base.rdb/in-the-way";
            inTheWay.add(Files.createDirectories(directory.resolve(base)));
        }
        try (ServerUnderTest server = start("--appendonly", "no");
                RawClient client = server.connect()) {
            fill(client);
            client.command("CONFIG", "SET", "appendonly", "yes");
            server.awaitLog("Background AOF rewrite failed");
        }
        String before;
        try (ServerUnderTest server = start("--appendonly", "yes");
                RawClient client = server.connect()) {
            server.awaitLog("DB taken over from memory");
            server.awaitLog("Background AOF rewrite failed");
            assertEquals(
                    "-MISCONF Errors writing to the AOF file: it has to be made anew first\r\n",
                    client.command("SET", "later", "v"));
            assertEquals("$-1\r\n", client.command("GET", "later"));
            for (Path path : inTheWay) {
                Files.deleteIfExists(path);
                Files.deleteIfExists(path.getParent());
            }
            ServerUnderTest.await(
                    "writers are served",
                    () -> client.command("SET", "later", "v").equals("+OK\r\n"));
            before = digest(client);
        }
        assertLogHolds(before);
    }

    private void assertLogHolds(String digest) throws IOException {
        Files.delete(image.resolve(WarmImage.HEADER));
        try (ServerUnderTest server = start("--appendonly", "yes");
                RawClient client = server.connect()) {
            awaitLoaded(client);
            assertEquals(digest, digest(client));
        }
    }

    private static void awaitLoaded(RawClient client) {
        ServerUnderTest.await(
                "the data is loaded", () -> client.command("PING").equals("+PONG\r\n"));
    }

    @Test
    void shouldStartEmptyAndSayWhyWhenTheImageIsGone() throws IOException {
        try (ServerUnderTest server = start();
                RawClient client = server.connect()) {
            fill(client);
        }
        // As if killed: the header is what a clean end leaves.
        Files.delete(image.resolve(WarmImage.HEADER));
        try (ServerUnderTest server = start();
                RawClient client = server.connect()) {
            awaitLoaded(client);
            assertEquals(":0\r\n", client.command("DBSIZE"));
            server.awaitLog("did not end cleanly");
        }
    }

    @Test
    void shouldNotUseTheImageWhenSomebodyPutAnotherFileThere() throws IOException {
        try (ServerUnderTest server = start("--dbfilename", "other.rdb");
                RawClient client = server.connect()) {
            fill(client);
        }
        Files.write(
                directory.resolve("other.rdb"),
                java.util.HexFormat.of().parseHex("524544495330303131ff0000000000000000"));
        try (ServerUnderTest server = start("--dbfilename", "other.rdb");
                RawClient client = server.connect()) {
            awaitLoaded(client);
            assertEquals(":0\r\n", client.command("DBSIZE"));
            server.awaitLog("have changed since");
        }
    }

    @Test
    void shouldServeWithoutImageWhenAnotherServerHasTheDirectory() {
        try (ServerUnderTest first = start();
                ServerUnderTest second = start();
                RawClient client = second.connect()) {
            assertEquals("+OK\r\n", client.command("SET", "a", "b"));
            second.awaitLog("another server uses");
            first.awaitLog("Server initialized");
        }
    }

    @Test
    void shouldServeWithoutImageWhenTheDirectoryIsNotInMemory() throws IOException {
        Path onDisk = Files.createDirectory(directory.resolve("image"));
        try (ServerUnderTest server = start("--warm-restart-dir", onDisk.toString());
                RawClient client = server.connect()) {
            assertEquals("+OK\r\n", client.command("SET", "a", "b"));
            String type = Files.getFileStore(onDisk).type();
            assertEquals(
                    !type.equals("tmpfs"), server.log().contains("not in memory"), server.log());
        }
    }
}
