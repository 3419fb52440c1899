package dev.spindle.net.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.tool.AofTools;
import dev.spindle.engine.testkit.RawClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page in the middle of a log was zeroed or overwritten: the server names it and does not start; the tool says what a repair costs. */
class DamagedLogTest {

    private static final int PAGE = 4096;
    private static final int STEPS = 3000;

    private static final Pattern REFUSAL =
            Pattern.compile(
                    "Bad file format reading the append only file (\\S+): at offset (\\d+) there is (.+), and more follows at offset (\\d+)\\.");

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private long sent;
    private long acknowledged;

    @TempDir private Path directory;

    private static ServerProcess logged(Path data, String log) throws IOException {
        return ServerProcess.start(
                data, "--appendonly", "yes", "--appendfsync", "no", "--aof-log", log);
    }

    private Path write(String log) throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        try (ServerProcess server = logged(data, log).serving()) {
            StepLoad load = new StepLoad(server, 0, random.nextLong());
            load.awaitMore(STEPS);
            load.close();
            sent = load.sent();
            acknowledged = load.acknowledged();
            try (RawClient client = server.connect()) {
                client.sendRaw(RawClient.encode(RawClient.bytes("SHUTDOWN")));
                assertEquals(0, client.readUntilClosed().length);
            }
            assertEquals(0, server.exitCode(), server.log());
        }
        return data;
    }

    private Path copy(Path data, String name) throws IOException {
        Path copy = directory.resolve(name);
        try (Stream<Path> walk = Files.walk(data)) {
            for (Path path : walk.toList()) {
                Files.copy(path, copy.resolve(data.relativize(path).toString()));
            }
        }
        return copy;
    }

    private static Path framesOf(Path data, String log) throws IOException {
        Path logs = data.resolve("appendonlydir");
        if (log.equals("file")) {
            return logs.resolve("appendonly.aof.1.incr.log");
        }
        try (Stream<Path> files = Files.list(logs.resolve("appendonly.aof.1.incr.cq"))) {
            return files.filter(file -> file.toString().endsWith(".cq4")).findAny().orElseThrow();
        }
    }

    // Where the zeros begin that were set aside behind the last frame.
    private static int written(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldRefuseALogWithAPageThatChangedAndStartBehindARepair(String log) throws Exception {
        Path data = write(log);
        for (boolean zeros : new boolean[] {true, false}) {
            Path damaged = copy(data, zeros ? "zeros" : "garbage");
            Path file = framesOf(damaged, log);
            int pages = written(file) / PAGE;
            long at = PAGE * (pages / 3 + random.nextLong(pages / 3));
            byte[] page = new byte[PAGE];
            if (!zeros) {
                random.nextBytes(page);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(page), at);
            }
            byte[] before = Files.readAllBytes(file);
            long offset = refused(damaged, log, at);
            assertTrue(
                    Arrays.equals(before, Files.readAllBytes(file)), "a refusal changes nothing");
            repair(damaged, offset);
            Steps state = new Steps();
            try (ServerProcess server = logged(damaged, log).serving();
                    RawClient client = server.connect()) {
                assertNull(state.goTo(client, sent), "seed " + seed);
                assertTrue(state.last() > 0 && state.last() < acknowledged, "seed " + seed);
            }
        }
    }

    private long refused(Path damaged, String log, long at) throws Exception {
        try (ServerProcess server = logged(damaged, log)) {
            assertEquals(1, server.exitCode(), server.log());
            Matcher line = REFUSAL.matcher(server.log());
            assertTrue(line.find(), "seed " + seed + ": " + server.log());
            long offset = Long.parseLong(line.group(2));
            // The frame that has the page in it, or begins in it.
            assertTrue(offset < at + PAGE, "seed " + seed + ": " + line.group());
            assertTrue(Long.parseLong(line.group(4)) > at, "seed " + seed + ": " + line.group());
            assertTrue(server.log().contains("check-aof --fix"), server.log());
            return offset;
        }
    }

    private void repair(Path damaged, long offset) {
        String logs = damaged.resolve("appendonlydir").toString();
        StringWriter out = new StringWriter();
        assertEquals(1, tool(out, "check-aof", logs));
        assertTrue(out.toString().contains("at offset " + offset + " there is"), out.toString());
        assertEquals(0, tool(out, "check-aof", "--fix", logs), out.toString());
        assertTrue(out.toString().matches("(?s).*\\d+ bytes dropped; a copy is in .*"));
        assertEquals(0, tool(out, "check-aof", logs), out.toString());
    }

    private static int tool(StringWriter out, String... args) {
        PrintWriter writer = new PrintWriter(out, true);
        return AofTools.run(writer, writer, args);
    }
}
