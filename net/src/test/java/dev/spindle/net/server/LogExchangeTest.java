package dev.spindle.net.server;

import static dev.spindle.net.server.LogServers.awaitRewrite;
import static dev.spindle.net.server.LogServers.digest;
import static dev.spindle.net.server.LogServers.digestOfAll;
import static dev.spindle.net.server.LogServers.fill;
import static dev.spindle.net.server.LogServers.start;
import static dev.spindle.net.server.LogServers.tool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that go to a real Redis or come from one, and those that end at a moment in the past. */
class LogExchangeTest {

    private static final String DEBUG = "--enable-debug-command";

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no"})
    void shouldGoOnFromALogThatRedisWrote(String preamble) throws IOException {
        Path data = Files.createDirectories(directory.resolve("data"));
        String digest;
        try (RealRedis redis =
                        RealRedis.start(
                                "--dir",
                                data.toString(),
                                "--appendonly",
                                "yes",
                                "--aof-timestamp-enabled",
                                "yes",
                                "--aof-use-rdb-preamble",
                                preamble,
                                "--enable-debug-command",
                                "yes",
                                "--appendfsync",
                                "always");
                RawClient client = redis.connect()) {
            fill(client);
            client.command("BGREWRITEAOF");
            awaitRewrite(client);
            fill(client);
            digest = digest(client);
            client.command("SHUTDOWN", "NOSAVE");
        } catch (IllegalStateException | java.io.UncheckedIOException e) {
            // SHUTDOWN has no reply.
            digest = null;
        }
        for (int i = 0; i < 2; i++) {
            try (ServerUnderTest server = start(data);
                    RawClient client = server.connect()) {
                digest = digest == null ? digest(client) : digest;
                assertEquals(digest, digest(client));
                client.command("BGREWRITEAOF");
                awaitRewrite(client);
                assertEquals("$4\r\n1000\r\n", client.command("GET", "counter"));
            }
        }
    }

    // A file of Redis before 7: commands, or a snapshot with commands behind it.
    @ParameterizedTest
    @ValueSource(strings = {"yes", "no"})
    void shouldTakeInAnOldSingleFileAsRedisDoes(String preamble) throws IOException {
        Path made = Files.createDirectories(directory.resolve("made"));
        byte[] old = new byte[0];
        try (RealRedis redis =
                        RealRedis.start(
                                "--dir",
                                made.toString(),
                                "--appendonly",
                                "yes",
                                "--aof-use-rdb-preamble",
                                preamble,
                                "--appendfsync",
                                "always");
                RawClient client = redis.connect()) {
            fill(client);
            client.command("BGREWRITEAOF");
            awaitRewrite(client);
            fill(client);
            // A base and the commands since, one behind the other, are what a single file was.
            for (String name :
                    List.of(preamble.equals("yes") ? "2.base.rdb" : "2.base.aof", "2.incr.aof")) {
                Path part = made.resolve("appendonlydir/appendonly.aof." + name);
                byte[] more = Files.readAllBytes(part);
                old = Arrays.copyOf(old, old.length + more.length);
                System.arraycopy(more, 0, old, old.length - more.length, more.length);
            }
        }
        Path data = Files.createDirectories(directory.resolve("data"));
        Path redisData = Files.createDirectories(directory.resolve("redis"));
        Files.write(data.resolve("appendonly.aof"), old);
        Files.write(redisData.resolve("appendonly.aof"), old);
        String[] options = {"--dir", redisData.toString(), "--appendonly", "yes", DEBUG, "yes"};
        try (RealRedis redis = RealRedis.start(options);
                RawClient judge = redis.connect();
                ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            assertEquals(digestOfAll(judge), digest(client), server.log());
            for (Path each : List.of(redisData, data)) {
                assertFalse(Files.exists(each.resolve("appendonly.aof")));
                Path within = each.resolve("appendonlydir");
                Path taken = within.resolve("appendonly.aof");
                assertEquals(-1, Arrays.mismatch(old, Files.readAllBytes(taken)));
                String listed = Files.readString(within.resolve("appendonly.aof.manifest"));
                assertTrue(listed.startsWith("file appendonly.aof seq 1 type b\n"), listed);
            }
            client.command("INCR", "counter");
        }
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            assertEquals("$4\r\n1001\r\n", client.command("GET", "counter"));
            client.command("BGREWRITEAOF");
            awaitRewrite(client);
            assertFalse(Files.exists(data.resolve("appendonlydir/appendonly.aof")));
        }
    }

    @Test
    void shouldWriteALogThatRedisLoads() throws IOException {
        Path data = directory.resolve("data");
        String digest;
        try (ServerUnderTest server = start(data, "--rdb-version", "10");
                RawClient client = server.connect()) {
            fill(client);
            client.command("BGREWRITEAOF");
            awaitRewrite(client);
            fill(client);
            digest = digest(client);
        }
        Path redisData = Files.createDirectories(directory.resolve("redis"));
        StringWriter out = new StringWriter();
        assertEquals(
                0,
                tool(
                        out,
                        "export-aof",
                        "--dir",
                        data.toString(),
                        "--to",
                        redisData.resolve("appendonlydir").toString()),
                out::toString);
        String[] options = {"--dir", redisData.toString(), "--appendonly", "yes", DEBUG, "yes"};
        try (RealRedis redis = RealRedis.start(options);
                RawClient client = redis.connect()) {
            assertEquals(digest, digestOfAll(client));
        }
    }

    @Test
    void shouldRestoreToAFrame() throws IOException {
        Path data = directory.resolve("data");
        try (ServerUnderTest server = start(data, "--appendfsync", "always");
                RawClient client = server.connect()) {
            for (int i = 0; i < 50; i++) {
                client.command("INCR", "counter");
            }
        }
        Path then = directory.resolve("then");
        StringWriter out = new StringWriter();
        assertEquals(
                0,
                tool(
                        out,
                        "restore",
                        "--from",
                        data.toString(),
                        "--to",
                        "#20",
                        "--into",
                        then.toString()),
                out::toString);
        try (ServerUnderTest server = start(then);
                RawClient client = server.connect()) {
            assertEquals("$2\r\n20\r\n", client.command("GET", "counter"));
        }
        assertThrows(
                IOException.class,
                () -> {
                    if (tool(out, "restore", "--from", data.toString(), "--to", "x", "--into", "y")
                            != 0) {
                        throw new IOException(out.toString());
                    }
                });
    }
}
