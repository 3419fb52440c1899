package dev.spindle.net.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.engine.testkit.RawClient;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that are full, take no writes, or lose a file while it is written: writers are told, readers served, and what was acknowledged is kept. */
class DiskTest {

    private static final int DISK_MB = 28;
    private static final long BALLAST = 14 << 20;
    private static final long RETRIES_NS = 3_500_000_000L;

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());

    @TempDir private Path directory;

    private static boolean isServed(RawClient client, String... command) {
        return client.command(command).charAt(0) != '-';
    }

    // Lines may come a little later than what they tell of.
    private static void awaitLine(ServerProcess server, String line) throws Exception {
        Waiting.until("it says: " + line, () -> server.log().contains(line));
    }

    private static void awaitServed(ServerProcess server, Waiting.Condition condition)
            throws Exception {
        try {
            Waiting.until("writers are served", condition);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + server.log(), e);
        }
    }

    private static ServerProcess logged(Path data, String log, String policy) throws Exception {
        return ServerProcess.start(
                        data, "--appendonly", "yes", "--appendfsync", policy, "--aof-log", log)
                .serving();
    }

    @ParameterizedTest
    @CsvSource({"chronicle,always", "file,always", "chronicle,everysec", "file,no"})
    void shouldRefuseWritersWhileTheLogHasNoRoomAndLoseNothing(String log, String policy)
            throws Exception {
        String where = "seed " + seed;
        Steps state = new Steps();
        try (Mount disk = Mount.of(directory.resolve("disk"), DISK_MB)) {
            Path ballast = disk.ballast(BALLAST);
            long acknowledged;
            StepLoad after;
            try (ServerProcess server = logged(disk.point(), log, policy)) {
                try (RawClient client = server.connect()) {
                    acknowledged = fill(server, client, state);
                    assertTrue(isServed(client, "GET", "sum"));
                    awaitLine(server, "Error writing to the AOF file: No space left on device");
                    Files.delete(ballast);
                    awaitServed(server, () -> isServed(client, "PING"));
                    awaitLine(server, "AOF write error looks solved. The server can write again.");
                    assertTrue(
                            client.command("INFO", "persistence")
                                    .contains("aof_last_write_status:ok"));
                }
                after = new StepLoad(server, state.last(), seed);
                after.awaitMore(1000);
                assertNull(after.error(), where);
                server.kill();
                after.join();
            }
            try (ServerProcess server = logged(disk.point(), log, policy);
                    RawClient client = server.connect()) {
                assertNull(state.goTo(client, after.sent()), where);
                if (policy.equals("always")) {
                    assertTrue(
                            state.last() >= after.acknowledged(),
                            where
                                    + ": step "
                                    + state.last()
                                    + " of "
                                    + after.acknowledged()
                                    + server.log());
                }
                // What was acknowledged before the disk was full had to wait for room, whatever the
                // policy.
                assertTrue(state.last() >= acknowledged, where);
            }
        }
    }

    // Writes until there is no room. What was set aside of the disk may still take what waited, and
    // writers are served once more then.
    private long fill(ServerProcess server, RawClient client, Steps state) throws Exception {
        while (true) {
            StepLoad load = new StepLoad(server, state.last(), seed);
            // Told an error, or hung up on: under "always" nobody can say any more whether a reply
            // would be true.
            load.join();
            assertNull(state.goTo(client, load.sent()), "seed " + seed);
            assertTrue(state.last() >= load.acknowledged(), "seed " + seed);
            String reply = client.command("SET", "refused", "1");
            String info = client.command("INFO", "persistence");
            if (reply.charAt(0) == '-' && info.contains("aof_last_write_status:err")) {
                assertEquals(
                        "-MISCONF Errors writing to the AOF file: No space left on device\r\n",
                        reply);
                return load.acknowledged();
            }
        }
    }

    @Test
    void shouldRefuseWritersWhenASnapshotHasNoRoomUntilOneIsThere() throws Exception {
        try (Mount disk = Mount.of(directory.resolve("disk"), 4)) {
            try (ServerProcess server =
                            ServerProcess.start(disk.point(), "--save", "3600", "1").serving();
                    RawClient client = server.connect()) {
                client.command("SET", "a", "x".repeat(500_000));
                Path ballast = disk.ballast(Long.MAX_VALUE);
                client.command("BGSAVE");
                Waiting.until(
                        "saving has failed",
                        () ->
                                client.command("INFO", "persistence")
                                        .contains("rdb_last_bgsave_status:err"));
                awaitLine(server, "No space left on device");
                assertTrue(client.command("SET", "b", "1").startsWith("-MISCONF Redis is conf"));
                assertTrue(client.command("SAVE").startsWith("-ERR"));
                assertEquals("$-1\r\n", client.command("GET", "b"));
                assertEquals(
                        "+OK\r\n",
                        client.command("CONFIG", "SET", "stop-writes-on-bgsave-error", "no"));
                assertEquals("+OK\r\n", client.command("SET", "b", "1"));
                client.command("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes");
                assertEquals(List.of("ballast"), names(disk.point()));
                Files.delete(ballast);
                client.command("BGSAVE");
                awaitServed(server, () -> isServed(client, "SET", "c", "1"));
                assertEquals(List.of("dump.rdb"), names(disk.point()));
            }
        }
    }

    /** As Redis, which serves writers again only when what it could not write before is written. */
    @ParameterizedTest
    @CsvSource({"chronicle,everysec", "file,everysec"})
    void shouldRefuseWritersUntilWhatWaitsIsWritten(String log, String policy) throws Exception {
        try (Mount disk = Mount.of(directory.resolve("disk"), DISK_MB)) {
            Path ballast = disk.ballast(BALLAST);
            try (ServerProcess server = logged(disk.point(), log, policy);
                    RawClient client = server.connect()) {
                String large = "x".repeat(3_000_000);
                // One at a time: what waits must fit once there is room, and while the log's thread
                // gets no processor the ring takes more than the whole disk does.
                while (isServed(client, "SET", "large", large)) {
                    client.command("WAITAOF", "1", "0", "1500");
                }
                // Small ones would fit; several tries of the log's come and go.
                long end = System.nanoTime() + RETRIES_NS;
                while (System.nanoTime() - end < 0) {
                    assertFalse(isServed(client, "SET", "small", "1"), server.log());
                    assertFalse(isServed(client, "SET", "large", large), server.log());
                }
                assertFalse(server.log().contains("AOF write error looks solved"), server.log());
                Files.delete(ballast);
                awaitServed(server, () -> isServed(client, "SET", "small", "1"));
            }
        }
    }

    /** Keys that expire overflow the ring. Once there is room, whoever is told OK must find the data after a kill, though the log lacked effects. */
    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldLoseNothingAcknowledgedAfterTheRingHasOverflowed(String log) throws Exception {
        String where = "seed " + seed;
        String name = "n".repeat(2000);
        try (Mount disk = Mount.of(directory.resolve("disk"), DISK_MB)) {
            StepLoad after;
            try (ServerProcess server =
                            ServerProcess.start(
                                            disk.point(),
                                            "--appendonly",
                                            "yes",
                                            "--aof-log",
                                            log,
                                            "--aof-ring-size",
                                            "1mb")
                                    .serving();
                    RawClient client = server.connect()) {
                client.command("SET", "before", "1");
                for (int i = 0; i < 1500; i++) {
                    client.command("SET", name + i, "v", "PX", "3000");
                }
                Path ballast = disk.ballast(Long.MAX_VALUE);
                String large = "x".repeat(100_000);
                Waiting.until("there is no room", () -> !isServed(client, "SET", "large", large));
                awaitLine(server, "the log stays at what it has");
                Files.delete(ballast);
                awaitServed(server, () -> isServed(client, "SET", "last", "1"));
                after = new StepLoad(server, 0, seed);
                after.awaitMore(100);
                assertNull(after.error(), where);
                server.kill();
                after.join();
            }
            try (ServerProcess server = logged(disk.point(), log, "everysec");
                    RawClient client = server.connect()) {
                assertEquals(":3\r\n", client.command("EXISTS", "before", "large", "last"));
                Steps state = new Steps();
                assertNull(state.goTo(client, after.sent()), where);
                assertTrue(state.last() >= after.acknowledged(), where);
            }
        }
    }

    private static List<String> names(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldSayWhatItCannotDoWhereNothingCanBeWritten(String log) throws Exception {
        try (Mount disk = Mount.of(directory.resolve("disk"), 4)) {
            disk.readOnly();
            try (ServerProcess server =
                    ServerProcess.start(disk.point(), "--appendonly", "yes", "--aof-log", log)) {
                assertEquals(1, server.exitCode(), server.log());
                assertTrue(server.log().contains("Read-only file system"), server.log());
            }
            try (ServerProcess server =
                            ServerProcess.start(disk.point(), "--aof-log", log).serving();
                    RawClient client = server.connect()) {
                client.command("SET", "a", "1");
                assertTrue(client.command("SAVE").startsWith("-ERR"));
                client.command("BGSAVE");
                Waiting.until(
                        "saving has failed",
                        () ->
                                client.command("INFO", "persistence")
                                        .contains("rdb_last_bgsave_status:err"));
                awaitLine(server, "for saving: Read-only file system");
                assertFalse(isServed(client, "CONFIG", "SET", "appendonly", "yes"));
                assertEquals("$1\r\n1\r\n", client.command("GET", "a"));
                assertEquals("+OK\r\n", client.command("SET", "a", "2"));
            }
        }
    }

    @Test
    void shouldEndWhereTheDirectoryOfTheLogIsAFile() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.writeString(data.resolve("appendonlydir"), "in the way");
        try (ServerProcess server = ServerProcess.start(data, "--appendonly", "yes")) {
            assertEquals(1, server.exitCode(), server.log());
            assertTrue(server.log().contains("appendonlydir"), server.log());
            assertEquals("in the way", Files.readString(data.resolve("appendonlydir")));
        }
    }

    /** Touching a mapped page that is no more raises SIGBUS, which must not be the end of the process. */
    @ParameterizedTest
    @CsvSource({"chronicle,cq", "file,log"})
    void shouldGoOnInANewGenerationWhenItsFileIsCutUnderIt(String log, String suffix)
            throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        try (ServerProcess server = logged(data, log, "always");
                RawClient client = server.connect()) {
            // Answered when it is on disk: nothing is being written while the file is cut.
            client.command("SET", "a", "1");
            client.command("CONFIG", "SET", "appendfsync", "everysec");
            Path within = data.resolve("appendonlydir");
            LogFormat format = LogFormat.valueOf(log.toUpperCase(Locale.ROOT));
            Path first = within.resolve("appendonly.aof.1.incr." + suffix);
            try (FileChannel file =
                    FileChannel.open(LogFiles.framesOf(format, first), StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
            StepLoad load = new StepLoad(server, 0, seed);
            Waiting.until(
                    "the next generation begins",
                    () -> {
                        assertTrue(server.isAlive(), server.log());
                        return Files.exists(within.resolve("appendonly.aof.2.incr." + suffix));
                    });
            load.close();
            awaitServed(server, () -> isServed(client, "SET", "b", "2"));
            assertEquals("$1\r\n1\r\n", client.command("GET", "a"));
            awaitLine(server, "Error writing to the AOF file");
        }
    }
}
