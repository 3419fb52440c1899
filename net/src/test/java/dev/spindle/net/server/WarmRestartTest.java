package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.image.WarmImage;
import dev.spindle.engine.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                + client.command("INFO", "keyspace").replaceAll("avg_ttl=\\d+", "");
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
                assertTrue(server.log().contains("DB taken over from memory"), server.log());
                client.command("HSET", "hash", "more" + i, "v");
                client.command("DEL", "key:" + i);
                before = digest(client);
            }
        }
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
            assertEquals(":0\r\n", client.command("DBSIZE"));
            assertTrue(server.log().contains("did not end cleanly"), server.log());
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
            assertEquals(":0\r\n", client.command("DBSIZE"));
            assertTrue(server.log().contains("have changed since"), server.log());
        }
    }

    @Test
    void shouldServeWithoutImageWhenAnotherServerHasTheDirectory() {
        try (ServerUnderTest first = start();
                ServerUnderTest second = start();
                RawClient client = second.connect()) {
            assertEquals("+OK\r\n", client.command("SET", "a", "b"));
            assertTrue(second.log().contains("another server uses"), second.log());
            assertFalse(first.log().isEmpty());
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
