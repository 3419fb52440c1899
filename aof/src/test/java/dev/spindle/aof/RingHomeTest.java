package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.ring.RingFile;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.testkit.EngineHarness;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a server's ring lies, and when it goes. */
class RingHomeTest {

    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir private Path directory;

    private EngineHarness harness(String... more) {
        List<String> options = new ArrayList<>();
        options.addAll(List.of("--dir", directory.toString(), "--aof-log", "file"));
        options.addAll(List.of("--appendonly", "yes", "--aof-ring-size", "1mb"));
        options.addAll(List.of(more));
        return new EngineHarness(64L << 20, ServerConfig.load(null, options));
    }

    private static AppendOnly logOf(EngineHarness harness) {
        return new AppendOnly(
                harness.engine(), task -> {}, () -> {}, new RdbBaseWriter(harness.engine()));
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
        try (EngineHarness harness = harness()) {
            try (AppendOnly log = logOf(harness)) {
                log.start((engine, file) -> 0, () -> {});
                assertTrue(Files.isRegularFile(ringIn(MEMORY)));
                assertEquals((1 << 20) + 4096, Files.size(ringIn(MEMORY)));
                harness.command("SET", "a", "1");
                log.onTick();
                assertTrue(
                        harness.command("INFO", "persistence")
                                .contains("aof_buffer_survives_kill:1\r\n"));
            }
            assertFalse(Files.exists(ringIn(MEMORY)));
        }
    }

    @Test
    void shouldSayThatAKillLosesSomethingWhereThereIsNoMemory() throws IOException {
        try (EngineHarness harness = harness("--warm-restart-dir", directory.toString());
                AppendOnly log = logOf(harness)) {
            Assumptions.assumeFalse(Files.getFileStore(directory).type().equals("tmpfs"));
            log.start((engine, file) -> 0, () -> {});
            assertFalse(Files.exists(ringIn(directory)));
            harness.command("SET", "a", "1");
            log.onTick();
            assertTrue(
                    harness.command("INFO", "persistence")
                            .contains("aof_buffer_survives_kill:0\r\n"));
        }
    }

    @Test
    void shouldReplaceARingThatCannotBeUsed() throws IOException {
        assumeMemory();
        Files.createDirectories(directory.resolve("appendonlydir"));
        Files.writeString(ringIn(MEMORY), "nobody's");
        try (EngineHarness harness = harness();
                AppendOnly log = logOf(harness)) {
            log.start((engine, file) -> 0, () -> {});
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
                EngineHarness harness = harness();
                AppendOnly log = logOf(harness)) {
            assertTrue(other.tryLock() != null);
            log.start((engine, file) -> 0, () -> {});
            assertEquals("somebody's", Files.readString(path));
            assertFalse(harness.engine().logFigures().survivesKill);
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
