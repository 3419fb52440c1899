package dev.spindle.net.server;

import static dev.spindle.net.server.LogServers.awaitRewrite;
import static dev.spindle.net.server.LogServers.digest;
import static dev.spindle.net.server.LogServers.digestOfAll;
import static dev.spindle.net.server.LogServers.fill;
import static dev.spindle.net.server.LogServers.start;
import static dev.spindle.net.server.LogServers.tool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with an append-only log: what it has answered is there after it comes back, however it went. */
class AppendOnlyServerTest {

    private static final String WAITAOF_OFF =
            "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n";

    private static final String DEBUG = "--enable-debug-command";

    @TempDir private Path directory;

    // What a crash at this moment would leave, as long as the machine stays up.
    private Path crashOf(Path data) throws IOException {
        Path copy = Files.createTempDirectory(directory, "crash");
        try (Stream<Path> walk = Files.walk(data)) {
            for (Path path : walk.toList()) {
                Path to = copy.resolve(data.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(path, to);
                }
            }
        }
        return copy;
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldSayThatItLoadsWhileItLooksThroughTheLog(String log) throws IOException {
        Path data = directory.resolve("data");
        String before;
        try (ServerUnderTest server = start(data, "--aof-log", log);
                RawClient client = server.connect()) {
            fill(client);
            before = digest(client);
        }
        // Slept between two frames that are looked at; what is repeated is not slowed down.
        String[] options = {
            "--appendonly",
            "yes",
            "--dir",
            data.toString(),
            "--aof-log",
            log,
            DEBUG,
            "yes",
            "--key-load-delay",
            "2000000"
        };
        try (ServerUnderTest server = ServerUnderTest.start(data, options);
                RawClient client = server.connect()) {
            String loading = "-LOADING Redis is loading the dataset in memory\r\n";
            assertEquals(loading, client.command("PING"));
            assertEquals(loading, client.command("GET", "string"));
            String info = client.command("INFO", "persistence");
            assertTrue(info.contains("\r\nloading:1\r\n"), info);
            assertTrue(info.matches("(?s).*\r\nloading_total_bytes:[1-9]\\d+\r\n.*"), info);
            assertTrue(info.contains("\r\nloading_loaded_perc:"), info);
            assertEquals("+OK\r\n", client.command("CONFIG", "SET", "key-load-delay", "0"));
            assertEquals(before, digestOfAll(client));
        }
    }

    @Test
    void shouldEndAtOnceWhenItIsToldToWhileItLooksThroughTheLog() throws Exception {
        Path data = directory.resolve("data");
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            fill(client);
        }
        String[] options = {
            "--appendonly", "yes", "--dir", data.toString(), "--key-load-delay", "100000000"
        };
        try (ServerUnderTest server = ServerUnderTest.start(data, options)) {
            server.server().close();
            assertEquals(0, server.server().awaitEnd());
            assertTrue(!server.log().contains("DB loaded"), server.log());
        }
    }

    @ParameterizedTest
    @CsvSource({"chronicle,everysec", "file,everysec", "file,always", "chronicle,no"})
    void shouldHaveTheSameDataAfterEachRestart(String log, String policy) throws IOException {
        Path data = directory.resolve("data");
        String before = null;
        for (int i = 0; i < 3; i++) {
            try (ServerUnderTest server = start(data, "--aof-log", log, "--appendfsync", policy);
                    RawClient client = server.connect()) {
                if (before != null) {
                    assertEquals(before, digest(client));
                }
                fill(client);
                before = digest(client);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldHaveAllThatWasAnsweredUnderAlways(String log) throws IOException {
        Path data = directory.resolve("data");
        Path crash;
        try (ServerUnderTest server = start(data, "--aof-log", log, "--appendfsync", "always");
                RawClient client = server.connect()) {
            for (int i = 1; i <= 300; i++) {
                assertEquals(":" + i + "\r\n", client.command("INCR", "counter"));
            }
            crash = crashOf(data);
        }
        try (ServerUnderTest server = start(crash, "--aof-log", log);
                RawClient client = server.connect()) {
            assertEquals("$3\r\n300\r\n", client.command("GET", "counter"));
        }
    }

    /** As in a container, where each start has the number of the one before: here that process lives, even. */
    @Test
    void shouldNotTakeWhatAProcessOfItsNumberLeftForLocksOfItsOwn() throws IOException {
        Path data = directory.resolve("data");
        Path crash;
        try (ServerUnderTest server = start(data, "--appendfsync", "always");
                RawClient client = server.connect()) {
            client.command("SET", "a", "1");
            crash = crashOf(data);
        }
        // The next generation was begun, and not listed, too.
        Path logs = crash.resolve("appendonlydir");
        Path next = Files.createDirectories(logs.resolve("appendonly.aof.2.incr.cq"));
        try (Stream<Path> files = Files.list(logs.resolve("appendonly.aof.1.incr.cq"))) {
            for (Path file : files.toList()) {
                Files.copy(file, next.resolve(file.getFileName().toString()));
            }
        }
        try (ServerUnderTest server = start(crash);
                RawClient client = server.connect()) {
            assertEquals("$1\r\n1\r\n", client.command("GET", "a"));
            assertFalse(server.log().contains("Chronicle"), server.log());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldLoseAndRepeatNothingWhenItIsRewritten(String log) throws IOException {
        Path data = directory.resolve("data");
        Path crash;
        String digest;
        try (ServerUnderTest server = start(data, "--aof-log", log, "--appendfsync", "always");
                RawClient client = server.connect()) {
            fill(client);
            for (int round = 0; round < 3; round++) {
                assertEquals(
                        "+Background append only file rewriting started\r\n",
                        client.command("BGREWRITEAOF"));
                for (int i = 0; i < 200; i++) {
                    client.command("INCR", "counter");
                    client.command("RPUSH", "list", "more" + i);
                }
                awaitRewrite(client);
            }
            digest = digest(client);
            crash = crashOf(data);
            assertFalse(
                    Files.exists(
                            data.resolve("appendonlydir/appendonly.aof.1.incr." + suffix(log))));
        }
        try (ServerUnderTest server = start(crash, "--aof-log", log);
                RawClient client = server.connect()) {
            assertEquals(digest, digest(client));
            server.awaitLog("DB loaded from base file");
        }
    }

    private static String suffix(String log) {
        return log.equals("file") ? "log" : "cq";
    }

    @Test
    void shouldBeginAndEndWhileItServes() throws IOException {
        Path data = directory.resolve("data");
        Path crash;
        String digest;
        try (ServerUnderTest server = start(data, "--appendonly", "no", "--appendfsync", "always");
                RawClient client = server.connect()) {
            fill(client);
            assertFalse(Files.exists(data.resolve("appendonlydir")));
            assertEquals("+OK\r\n", client.command("CONFIG", "SET", "appendonly", "yes"));
            awaitRewrite(client);
            assertTrue(client.command("INFO", "persistence").contains("aof_enabled:1"));
            client.command("SET", "after", "it");
            digest = digest(client);
            crash = crashOf(data);
            assertEquals("+OK\r\n", client.command("CONFIG", "SET", "appendonly", "no"));
            client.command("SET", "not", "logged");
            assertTrue(client.command("INFO", "persistence").contains("aof_enabled:0"));
            assertEquals("+OK\r\n", client.command("CONFIG", "SET", "appendonly", "yes"));
            awaitRewrite(client);
        }
        try (ServerUnderTest server = start(crash);
                RawClient client = server.connect()) {
            assertEquals(digest, digest(client));
        }
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            assertEquals("$6\r\nlogged\r\n", client.command("GET", "not"));
        }
    }

    @Test
    void shouldLetClientsWaitForTheDisk() throws IOException {
        try (ServerUnderTest server = start(directory.resolve("data"));
                RawClient client = server.connect()) {
            client.command("SET", "a", "1");
            assertEquals("*2\r\n:1\r\n:0\r\n", client.command("WAITAOF", "1", "0", "0"));
            assertEquals("*2\r\n:1\r\n:0\r\n", client.command("WAITAOF", "1", "1", "10"));
            assertEquals(
                    "-ERR value is out of range, value must between 0 and 1\r\n",
                    client.command("WAITAOF", "2", "0", "0"));
            client.command("CONFIG", "SET", "appendonly", "no");
            assertEquals(
                    "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n",
                    client.command("WAITAOF", "1", "0", "0"));
        }
    }

    // As Redis 7.2 documents and tests it; the real server at hand is older and has no WAITAOF.
    @Test
    void shouldReadAllArgumentsOfWaitAofBeforeItLooksAtTheLog() throws IOException {
        String range = "-ERR value is out of range, value must between 0 and 1\r\n";
        String integer = "-ERR value is not an integer or out of range\r\n";
        String positive = "-ERR value is out of range, must be positive\r\n";
        String timeout = "-ERR timeout is not an integer or out of range\r\n";
        try (ServerUnderTest server = start(directory.resolve("data"), "--appendonly", "no");
                RawClient client = server.connect()) {
            assertEquals(range, client.command("WAITAOF", "-1", "0", "0"));
            assertEquals(integer, client.command("WAITAOF", "x", "0", "0"));
            assertEquals(integer, client.command("WAITAOF", "1", "x", "0"));
            assertEquals(positive, client.command("WAITAOF", "1", "-1", "0"));
            assertEquals(timeout, client.command("WAITAOF", "1", "0", "x"));
            assertEquals("-ERR timeout is negative\r\n", client.command("WAITAOF", "1", "0", "-1"));
            assertEquals(
                    "-ERR wrong number of arguments for 'waitaof' command\r\n",
                    client.command("WAITAOF", "1", "0"));
            assertEquals(WAITAOF_OFF, client.command("WAITAOF", "1", "0", "10"));
            assertEquals("*2\r\n:0\r\n:0\r\n", client.command("WAITAOF", "0", "0", "0"));
            assertEquals("*2\r\n:0\r\n:0\r\n", client.command("WAITAOF", "0", "2", "10"));
        }
    }

    @Test
    void shouldWaitAsLongAsItIsToldForWhatDoesNotCome() throws IOException {
        try (ServerUnderTest server = start(directory.resolve("data"), "--appendfsync", "no");
                RawClient client = server.connect();
                RawClient other = server.connect()) {
            client.command("INCR", "a");
            assertEquals("*2\r\n:0\r\n:0\r\n", client.command("WAITAOF", "1", "0", "20"));
            client.command("MULTI");
            client.command("WAITAOF", "1", "0", "0");
            assertEquals("*1\r\n*2\r\n:0\r\n:0\r\n", client.command("EXEC"));
            send(client, "WAITAOF", "1", "0", "0");
            awaitBlocked(other, 1);
            other.command("CONFIG", "SET", "appendonly", "no");
            assertEquals(WAITAOF_OFF, RawClient.latin1(client.readReply()));
            other.command("CONFIG", "SET", "appendonly", "yes", "appendfsync", "everysec");
            awaitRewrite(other);
            client.command("INCR", "a");
            assertEquals("*2\r\n:1\r\n:0\r\n", client.command("WAITAOF", "1", "0", "0"));
            String id = client.text("CLIENT", "ID");
            send(client, "WAITAOF", "1", "1", "0");
            awaitBlocked(other, 1);
            assertEquals(":1\r\n", other.command("CLIENT", "UNBLOCK", id));
            assertEquals("*2\r\n:1\r\n:0\r\n", RawClient.latin1(client.readReply()));
        }
    }

    private static void send(RawClient client, String... words) {
        client.sendRaw(RawClient.encode(RawClient.bytes(words)));
    }

    private static void awaitBlocked(RawClient client, int count) {
        ServerUnderTest.await(
                "somebody waits",
                () ->
                        client.command("INFO", "clients")
                                .contains("\r\nblocked_clients:" + count + "\r\n"));
    }

    @ParameterizedTest
    @CsvSource({"chronicle,everysec", "file,always"})
    void shouldLoadItsLogAgainAsRedisDoes(String log, String policy) throws IOException {
        Path data = directory.resolve("data");
        String before;
        try (RealRedis redis =
                        RealRedis.start("--appendonly", "yes", "--enable-debug-command", "yes");
                RawClient judge = redis.connect();
                ServerUnderTest server = start(data, "--aof-log", log, "--appendfsync", policy);
                RawClient client = server.connect()) {
            for (RawClient each : List.of(judge, client)) {
                fill(each);
                each.command("CONFIG", "SET", "auto-aof-rewrite-percentage", "0");
                before = digest(each);
                assertEquals("+OK\r\n", each.command("DEBUG", "LOADAOF"));
                assertEquals(before, digest(each));
                each.command("SET", "not-logged", "v", "PX", "1");
                each.command("RPUSH", "list", "after");
                assertEquals("+OK\r\n", each.command("DEBUG", "loadaof"));
                each.command("DEL", "not-logged");
                each.command("INCR", "counter");
            }
            assertEquals(digest(judge), digest(client));
            assertEquals(
                    judge.command("DEBUG", "LOADAOF", "x"),
                    client.command("DEBUG", "LOADAOF", "x"));
            String judged = judge.command("DEBUG", "HELP");
            String help = client.command("DEBUG", "HELP");
            for (String word : List.of("+LOADAOF", "+RELOAD")) {
                assertEquals(helpOf(judged, word), helpOf(help, word));
            }
            client.command("MULTI");
            client.command("DEBUG", "LOADAOF");
            assertEquals(
                    "*1\r\n-ERR DEBUG LOADAOF is not possible within a transaction\r\n",
                    client.command("EXEC"));
            before = digest(client);
        }
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            assertEquals(before, digest(client));
        }
    }

    private static String helpOf(String help, String word) {
        int from = help.indexOf(word);
        assertTrue(from > 0, word);
        int to = from;
        do {
            to = help.indexOf("\r\n", to) + 2;
        } while (help.startsWith("+ ", to));
        return help.substring(from, to);
    }

    @Test
    void shouldKeepItsDataAndMakeItsLogAnewWhenThatCannotBeLoaded() throws IOException {
        Path data = directory.resolve("data");
        String before;
        try (ServerUnderTest server = start(data, "--aof-log", "file");
                RawClient client = server.connect()) {
            fill(client);
            before = digest(client);
            assertEquals("*2\r\n:1\r\n:0\r\n", client.command("WAITAOF", "1", "0", "0"));
            long length =
                    Long.parseLong(
                            client.text("INFO", "persistence")
                                    .replaceAll("(?s).*aof_current_size:(\\d+).*", "$1"));
            Path file = data.resolve("appendonlydir/appendonly.aof.1.incr.log");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(java.nio.ByteBuffer.allocate(64), length / 2);
            }
            assertEquals(
                    "-ERR Error trying to load the AOF files, check server logs.\r\n",
                    client.command("DEBUG", "LOADAOF"));
            assertEquals(before, digest(client));
            awaitRewrite(client);
            assertEquals("+OK\r\n", client.command("DEBUG", "LOADAOF"));
            assertEquals(before, digest(client));
        }
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            assertEquals(before, digest(client));
        }
    }

    @Test
    void shouldRefuseWritersWhenItHoldsAPartOnly() throws IOException {
        Path data = directory.resolve("data");
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            fill(client);
            client.command("BGREWRITEAOF");
            awaitRewrite(client);
            Path base = data.resolve("appendonlydir/appendonly.aof.2.base.rdb");
            byte[] bytes = Files.readAllBytes(base);
            bytes[bytes.length - 2] ^= 1;
            Files.write(base, bytes);
            assertEquals(
                    "-ERR Error trying to load the AOF files, check server logs.\r\n",
                    client.command("DEBUG", "LOADAOF"));
            assertTrue(client.command("SET", "a", "b").startsWith("-MISCONF"));
            server.awaitLog("DEBUG LOADAOF: reading ");
        }
    }

    @Test
    void shouldLoadWhatALogLeftThatIsOff() throws IOException {
        Path data = directory.resolve("data");
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            client.command("SET", "logged", "v");
            client.command("CONFIG", "SET", "appendonly", "no");
            client.command("SET", "lost", "v");
            assertEquals("+OK\r\n", client.command("DEBUG", "LOADAOF"));
            assertEquals("*1\r\n$6\r\nlogged\r\n", client.command("KEYS", "*"));
        }
    }

    @Test
    void shouldKeepASecondServerOut() throws IOException {
        Path data = directory.resolve("data");
        try (ServerUnderTest first = start(data)) {
            Path other = directory.resolve("other");
            Files.createDirectories(other);
            ServerUnderTest second =
                    ServerUnderTest.start(other, "--appendonly", "yes", "--dir", data.toString());
            ServerUnderTest.await(
                    "it is refused", () -> second.log().contains("is in use by another server"));
            second.close();
            assertTrue(first.server().port() > 0);
        }
    }

    @Test
    void shouldRefuseALogThatIsDamagedInTheMiddleAndRepairItWhenAsked() throws IOException {
        Path data = directory.resolve("data");
        try (ServerUnderTest server = start(data, "--aof-log", "file", "--appendfsync", "always");
                RawClient client = server.connect()) {
            for (int i = 0; i < 100; i++) {
                client.command("INCR", "counter");
            }
        }
        Path file = data.resolve("appendonlydir/appendonly.aof.1.incr.log");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.allocate(64), Files.size(file) / 2);
        }
        ServerUnderTest refused =
                ServerUnderTest.start(
                        Files.createDirectories(directory.resolve("refused")),
                        "--appendonly",
                        "yes",
                        "--dir",
                        data.toString());
        ServerUnderTest.await(
                "it is refused",
                () -> refused.log().contains("Bad file format reading the append only file"));
        refused.close();
        String log = data.resolve("appendonlydir").toString();
        assertEquals(1, tool(new StringWriter(), "check-aof", log));
        StringWriter out = new StringWriter();
        assertEquals(0, tool(out, "check-aof", "--fix", log), out::toString);
        assertTrue(Files.exists(file.resolveSibling("broken-" + file.getFileName())));
        assertEquals(0, tool(new StringWriter(), "check-aof", log));
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            int kept = Integer.parseInt(client.text("GET", "counter"));
            assertTrue(kept > 20 && kept < 80, "kept " + kept);
        }
    }

    @Test
    void shouldCutOffWhatACrashLeftHalfWrittenUnlessItMayNot() throws IOException {
        Path data = directory.resolve("data");
        try (ServerUnderTest server = start(data, "--aof-log", "file");
                RawClient client = server.connect()) {
            client.command("SET", "a", "1");
            client.command("SET", "b", "2");
        }
        Path file = data.resolve("appendonlydir/appendonly.aof.1.incr.log");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) - 3);
        }
        ServerUnderTest refused =
                ServerUnderTest.start(
                        Files.createDirectories(directory.resolve("refused")),
                        "--appendonly",
                        "yes",
                        "--aof-load-truncated",
                        "no",
                        "--dir",
                        data.toString());
        ServerUnderTest.await(
                "it is refused",
                () -> refused.log().contains("Unexpected end of file reading the append only"));
        refused.close();
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            server.awaitLog("Truncating the AOF");
            client.command("SET", "c", "3");
        }
        try (ServerUnderTest server = start(data);
                RawClient client = server.connect()) {
            assertEquals("$1\r\n3\r\n", client.command("GET", "c"));
        }
    }
}
