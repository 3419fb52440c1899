package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.config.ConfigException;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpindleServerTest {

    private static final String TOO_MANY = "-ERR max number of clients reached\r\n";

    @TempDir private Path directory;

    @Test
    void shouldServeAndEndWhenStartedAndClosed() {
        int port;
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient client = server.connect()) {
            port = server.server().port();
            assertEquals("+PONG\r\n", client.command("PING"));
            assertEquals("+OK\r\n", client.command("SET", "a", "b"));
            assertEquals("$1\r\nb\r\n", client.command("GET", "a"));
        }
        assertThrows(UncheckedIOException.class, () -> new RawClient("127.0.0.1", port));
    }

    @Test
    void shouldLogTheLinesThatToolsWaitFor() {
        ServerUnderTest server = ServerUnderTest.start(directory);
        server.close();
        String log = server.log();
        String date = "\\d+:[CM] \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3}";
        for (String line :
                List.of(
                        "\\* oO0OoO0OoO0Oo Spindle is starting oO0OoO0OoO0Oo",
                        "\\* Configuration loaded",
                        "\\* Server initialized",
                        "\\* Ready to accept connections",
                        "# User requested shutdown\\.\\.\\.",
                        "# Spindle is now ready to exit, bye bye\\.\\.\\.")) {
            assertTrue(
                    log.lines().anyMatch(l -> l.matches(date + " " + line)), line + " in\n" + log);
        }
    }

    @Test
    void shouldAnswerTheSameWhenFramesAreCutAnywhere() {
        byte[] frames =
                ("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\nPING\r\n*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient client = server.connect()) {
            for (int cut = 1; cut < frames.length; cut++) {
                client.sendRaw(java.util.Arrays.copyOf(frames, cut));
                // Another client's answer shows that the server has had a turn in between.
                try (RawClient other = server.connect()) {
                    assertEquals("+PONG\r\n", other.command("PING"));
                }
                client.sendRaw(java.util.Arrays.copyOfRange(frames, cut, frames.length));
                assertEquals("+OK\r\n", new String(client.readReply(), StandardCharsets.US_ASCII));
                assertEquals(
                        "+PONG\r\n", new String(client.readReply(), StandardCharsets.US_ASCII));
                assertEquals(
                        "$5\r\nvalue\r\n",
                        new String(client.readReply(), StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void shouldAnswerAnErrorAndCloseWhenAFrameIsMalformed() {
        try (ServerUnderTest server = ServerUnderTest.start(directory, "--loglevel", "verbose")) {
            try (RawClient client = server.connect()) {
                client.sendRaw("*1\r\n$x\r\n".getBytes(StandardCharsets.US_ASCII));
                assertEquals(
                        "-ERR Protocol error: invalid bulk length\r\n",
                        new String(client.readUntilClosed(), StandardCharsets.US_ASCII));
            }
            ServerUnderTest.await(
                    "the error is logged", () -> server.log().contains("Protocol error"));
            try (RawClient next = server.connect()) {
                assertEquals("+PONG\r\n", next.command("PING"));
            }
        }
    }

    @Test
    void shouldForgetEveryConnectionWhenTenThousandAreOpenedAndDropped() throws IOException {
        int total = 10_000;
        int atOnce = 500;
        try (ServerUnderTest server = ServerUnderTest.start(directory)) {
            var address = new InetSocketAddress("127.0.0.1", server.server().port());
            for (int done = 0; done < total; done += atOnce) {
                List<SocketChannel> open = new ArrayList<>();
                for (int i = 0; i < atOnce; i++) {
                    SocketChannel channel = SocketChannel.open(address);
                    open.add(channel);
                    if (i % 3 == 0) {
                        channel.write(ByteBuffer.wrap("*2\r\n$3\r\nGE".getBytes()));
                    }
                    if (i % 5 == 0) {
                        // Dropped with a reset instead of an end.
                        channel.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
                    }
                }
                for (SocketChannel channel : open) {
                    channel.close();
                }
            }
            // Some of the last may not have been accepted yet when those before are gone.
            ServerUnderTest.await(
                    "all have come",
                    () ->
                            onCore(server, () -> server.server().engine().stats().connections)
                                    >= total);
            ServerUnderTest.await(
                    "all are gone",
                    () -> onCore(server, () -> server.server().engine().clients().count()) == 0);
            assertEquals(
                    (long) total,
                    (long) onCore(server, () -> server.server().engine().stats().connections));
            assertEquals(
                    0L, (long) onCore(server, () -> server.server().engine().blocks().lentBytes()));
        }
    }

    private static <T> T onCore(ServerUnderTest server, java.util.function.Supplier<T> question) {
        var answer = new java.util.concurrent.CompletableFuture<T>();
        server.server().execute(() -> answer.complete(question.get()));
        return answer.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    @Test
    void shouldSendEverythingInOrderWhenTheReaderIsSlow() throws IOException {
        int values = 64;
        byte[] value = new byte[1 << 20];
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient writer = server.connect();
                Socket reader = new Socket("127.0.0.1", server.server().port())) {
            for (int i = 0; i < values; i++) {
                java.util.Arrays.fill(value, (byte) i);
                writer.commandBytes("SET".getBytes(), ("k" + i).getBytes(), value);
            }
            StringBuilder gets = new StringBuilder();
            for (int i = 0; i < values; i++) {
                gets.append("GET k").append(i).append("\r\n");
            }
            reader.getOutputStream().write(gets.toString().getBytes());
            // Others are served while megabytes wait for this one.
            ServerUnderTest.await(
                    "replies wait",
                    () -> onCore(server, () -> server.server().engine().blocks().lentBytes()) > 0);
            assertEquals("+PONG\r\n", writer.command("PING"));
            InputStream in = reader.getInputStream();
            for (int i = 0; i < values; i++) {
                assertEquals("$" + value.length + "\r\n", new String(in.readNBytes(10)));
                java.util.Arrays.fill(value, (byte) i);
                assertArrayEquals(value, in.readNBytes(value.length));
                assertEquals("\r\n", new String(in.readNBytes(2)));
            }
        }
    }

    @Test
    void shouldReceiveAndSendAHugeValue() {
        int megabytes = Integer.getInteger("spindle.test.huge.value.mb", 64);
        byte[] value = new byte[megabytes << 20];
        new java.util.Random(megabytes).nextBytes(value);
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient client = server.connect()) {
            assertEquals(
                    "+OK\r\n",
                    new String(
                            client.commandBytes("SET".getBytes(), "big".getBytes(), value),
                            StandardCharsets.US_ASCII));
            byte[] reply = client.commandBytes("GET".getBytes(), "big".getBytes());
            int header = ("$" + value.length + "\r\n").length();
            assertArrayEquals(
                    value, java.util.Arrays.copyOfRange(reply, header, header + value.length));
            assertEquals(
                    0L, (long) onCore(server, () -> server.server().engine().blocks().lentBytes()));
        }
    }

    @Test
    void shouldCloseAndLogWhenOutputPassesTheHardLimit() {
        try (ServerUnderTest server =
                        ServerUnderTest.start(
                                directory, "--client-output-buffer-limit", "normal 1mb 0 0");
                RawClient client = server.connect()) {
            client.commandBytes("SET".getBytes(), "a".getBytes(), new byte[600 << 10]);
            client.sendRaw("GET a\r\nGET a\r\nGET a\r\n".getBytes());
            assertThrowsOrEnds(client);
            ServerUnderTest.await(
                    "the log says so",
                    () ->
                            server.log()
                                    .contains(
                                            "scheduled to be closed ASAP for overcoming of output buffer limits."));
            assertEquals(
                    1L,
                    (long)
                            onCore(
                                    server,
                                    () ->
                                            server.server()
                                                    .engine()
                                                    .stats()
                                                    .outputBufferDisconnects));
        }
    }

    private static void assertThrowsOrEnds(RawClient client) {
        try {
            assertTrue(client.readUntilClosed().length < 3 * (600 << 10));
        } catch (UncheckedIOException reset) {
            assertTrue(reset.getCause() instanceof IOException);
        }
    }

    @Test
    void shouldCloseAndLogWhenInputPassesItsLimit() {
        try (ServerUnderTest server =
                        ServerUnderTest.start(directory, "--client-query-buffer-limit", "1mb");
                RawClient client = server.connect()) {
            try {
                client.sendRaw("*2\r\n$3\r\nGET\r\n$400000000\r\n".getBytes());
                client.sendRaw(new byte[3 << 20]);
                client.readUntilClosed();
            } catch (UncheckedIOException reset) {
                assertTrue(reset.getCause() instanceof IOException);
            }
            ServerUnderTest.await(
                    "the log says so",
                    () ->
                            server.log()
                                    .contains(
                                            "Closing client that reached max query buffer length: id="));
        }
    }

    @Test
    void shouldServeOverAUnixSocketAndRemoveItAtTheEnd() throws IOException {
        Path path = directory.resolve("s");
        Files.createFile(path); // left over by a server that was killed
        try (ServerUnderTest server =
                        ServerUnderTest.start(
                                directory,
                                "--unixsocket",
                                path.toString(),
                                "--unixsocketperm",
                                "700");
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(ByteBuffer.wrap("PING\r\n".getBytes()));
            ByteBuffer reply = ByteBuffer.allocate(7);
            while (reply.hasRemaining() && channel.read(reply) >= 0) {
                assertTrue(reply.position() <= 7);
            }
            assertEquals("+PONG\r\n", new String(reply.array()));
            ServerUnderTest.await(
                    "the log names it",
                    () ->
                            server.log()
                                    .contains(
                                            "The server is now ready to accept connections at "
                                                    + path));
        }
        assertTrue(Files.notExists(path));
    }

    @Test
    void shouldRefuseWhenMaxclientsIsReached() {
        try (ServerUnderTest server = ServerUnderTest.start(directory, "--maxclients", "2");
                RawClient first = server.connect();
                RawClient second = server.connect()) {
            assertEquals("+PONG\r\n", first.command("PING"));
            assertEquals("+PONG\r\n", second.command("PING"));
            try (RawClient third = server.connect()) {
                assertEquals(TOO_MANY, new String(third.readUntilClosed()));
            }
            assertEquals("+PONG\r\n", first.command("PING"));
            assertEquals(
                    1L,
                    (long)
                            onCore(
                                    server,
                                    () -> server.server().engine().stats().rejectedConnections));
        }
    }

    @Test
    void shouldCloseAClientWhenItIsSilentForTooLong() {
        try (ServerUnderTest server = ServerUnderTest.start(directory, "--loglevel", "verbose");
                RawClient client = server.connect()) {
            assertEquals("+OK\r\n", client.command("CONFIG", "SET", "timeout", "1"));
            assertEquals(0, client.readUntilClosed().length);
            ServerUnderTest.await(
                    "the log says so", () -> server.log().contains("Closing idle client"));
        }
    }

    @Test
    void shouldAnswerWhatWasAskedWhenThePeerSendsNoMore() throws IOException {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                Socket socket = new Socket("127.0.0.1", server.server().port())) {
            socket.getOutputStream().write("PING\r\nPING\r\n".getBytes());
            socket.shutdownOutput();
            assertEquals("+PONG\r\n+PONG\r\n", new String(socket.getInputStream().readAllBytes()));
        }
    }

    @Test
    void shouldSayRedisWordsWhenThePortIsTaken() {
        try (ServerUnderTest server = ServerUnderTest.start(directory)) {
            Path log = directory.resolve("second.log");
            int port = server.server().port();
            assertThrows(
                    StartFailure.class,
                    () ->
                            SpindleServer.start(
                                    "--port",
                                    Integer.toString(port),
                                    "--bind",
                                    "127.0.0.1",
                                    "--logfile",
                                    log.toString()));
            assertTrue(
                    read(log)
                            .contains(
                                    "# Warning: Could not create server TCP listening socket 127.0.0.1:"
                                            + port
                                            + ": bind: Address already in use"));
            assertTrue(
                    read(log).contains("# Failed listening on port " + port + " (TCP), aborting."));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldListenWhenAnOptionalAddressIsMissing() {
        try (ServerUnderTest server =
                        ServerUnderTest.start(directory, "--bind", "127.0.0.1 -192.0.2.1");
                RawClient client = server.connect()) {
            assertEquals("+PONG\r\n", client.command("PING"));
        }
    }

    @Test
    void shouldFindRelativeFilesInDirWhicheverWasConfiguredFirst() throws IOException {
        Path dir = Files.createDirectory(directory.resolve("dir"));
        Path next = Files.createDirectory(dir.resolve("next"));
        try (ServerUnderTest server =
                        ServerUnderTest.start(
                                directory,
                                "--port",
                                Integer.toString(RealRedis.freePort()),
                                "--unixsocket",
                                "s",
                                "--enable-protected-configs",
                                "yes",
                                "--dir",
                                dir.toString(),
                                "--logfile",
                                "log");
                RawClient client = server.connect();
                SocketChannel local = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            local.connect(UnixDomainSocketAddress.of(dir.resolve("s")));
            ServerUnderTest.await(
                    "the log has its first lines",
                    () ->
                            Files.exists(dir.resolve("log"))
                                    && read(dir.resolve("log"))
                                            .contains("ready to accept connections at s\n"));
            assertTrue(client.command("CLIENT", "LIST").contains(" addr=s:0 laddr=s:0 "));
            assertEquals("+OK\r\n", client.command("CONFIG", "SET", "dir", "next"));
            assertEquals(
                    "*2\r\n$3\r\ndir\r\n$" + next.toString().length() + "\r\n" + next + "\r\n",
                    client.command("CONFIG", "GET", "dir"));
        }
        assertTrue(read(next.resolve("log")).contains("bye bye"));
        assertTrue(Files.notExists(dir.resolve("s")));
    }

    @Test
    void shouldSayRedisWordsWhenTheLogCannotBeOpened() {
        for (String[] logs :
                new String[][] {
                    {
                        directory.resolve("missing").resolve("log").toString(),
                        "No such file or directory"
                    },
                    {directory.toString(), "Is a directory"}
                }) {
            ConfigException e =
                    assertThrows(
                            ConfigException.class,
                            () -> SpindleServer.start("--port", "0", "--logfile", logs[0]));
            assertEquals(
                    "\n*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***\nCan't open the log file: "
                            + logs[1]
                            + "\n",
                    e.getMessage());
        }
    }
}
