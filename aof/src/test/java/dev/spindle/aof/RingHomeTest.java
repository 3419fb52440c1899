package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.ring.RingFile;
import dev.spindle.engine.ShutdownRequest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a server's ring lies, and when it goes. */
class RingHomeTest {

    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir private Path directory;

    private LoggedEngine server(String... more) {
        Stream<String> ring = Stream.of("--aof-ring-size", "1mb");
        return new LoggedEngine(
                directory, Stream.concat(ring, Stream.of(more)).toArray(String[]::new));
    }

    private static void assumeMemory() throws IOException {
        Assumptions.assumeTrue(
                Files.isDirectory(MEMORY) && Files.getFileStore(MEMORY).type().equals("tmpfs"));
    }

    private Path ringIn(Path parent) throws IOException {
        return RingFile.path(parent, directory.resolve("appendonlydir"), "appendonly.aof.manifest");
    }

    @Test
    void shouldBeInMemoryWhileTheServerRunsAndGoWithACleanEnd() throws IOException {
        assumeMemory();
        try (LoggedEngine server = server().start()) {
            assertTrue(Files.isRegularFile(ringIn(MEMORY)));
            assertEquals((1 << 20) + 4096, Files.size(ringIn(MEMORY)));
            server.command("SET", "a", "1");
            server.tick();
            assertTrue(
                    server.command("INFO", "persistence")
                            .contains("aof_buffer_survives_kill:1\r\n"));
        }
        assertFalse(Files.exists(ringIn(MEMORY)));
    }

    @Test
    void shouldBeMadeByAnotherThreadWhenTheLogIsTurnedOnLater() throws IOException {
        assumeMemory();
        try (LoggedEngine server = server("--appendonly", "no")) {
            assertEquals("+OK\r\n", server.command("CONFIG", "SET", "appendonly", "yes"));
            assertTrue(!server.log.beforeShutdown(ShutdownRequest.DEFAULT));
            assertTrue(server.harness.engine().logFigures().scheduled);
            server.await("it is on", server.log::isOn);
            assertTrue(server.harness.engine().logFigures().survivesKill);
            assertEquals((1 << 20) + 4096, Files.size(ringIn(MEMORY)));
            server.command("CONFIG", "SET", "appendonly", "no");
            assertFalse(Files.exists(ringIn(MEMORY)));
            // Nobody waits for the thread here.
            server.command("CONFIG", "SET", "appendonly", "yes");
            server.command("CONFIG", "SET", "appendonly", "no");
            assertFalse(Files.exists(ringIn(MEMORY)));
            server.command("CONFIG", "SET", "appendonly", "yes");
        }
        assertFalse(Files.exists(ringIn(MEMORY)));
    }

    @Test
    void shouldSayThatAKillLosesSomethingWhereThereIsNoMemory() throws IOException {
        Assumptions.assumeFalse(Files.getFileStore(directory).type().equals("tmpfs"));
        try (LoggedEngine server = server("--warm-restart-dir", directory.toString()).start()) {
            assertFalse(Files.exists(ringIn(directory)));
            server.command("SET", "a", "1");
            server.tick();
            assertTrue(
                    server.command("INFO", "persistence")
                            .contains("aof_buffer_survives_kill:0\r\n"));
        }
    }

    @Test
    void shouldReplaceARingThatCannotBeUsed() throws IOException {
        assumeMemory();
        Files.createDirectories(directory.resolve("appendonlydir"));
        Files.writeString(ringIn(MEMORY), "nobody's");
        try (LoggedEngine server = server().start()) {
            assertTrue(server.log.isOn());
            assertEquals((1 << 20) + 4096, Files.size(ringIn(MEMORY)));
        }
        assertFalse(Files.exists(ringIn(MEMORY)));
    }

    @Test
    void shouldLeaveARingThatAnotherServerHas() throws IOException {
        assumeMemory();
        Files.createDirectories(directory.resolve("appendonlydir"));
        Path path = ringIn(MEMORY);
        Files.writeString(path, "somebody's");
        try (FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE);
                LoggedEngine server = server()) {
            assertTrue(other.tryLock() != null);
            server.start();
            assertEquals("somebody's", Files.readString(path));
            assertFalse(server.harness.engine().logFigures().survivesKill);
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
