package dev.spindle.aof.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.posix.PosixAPI;
import net.openhft.posix.internal.noop.NoOpPosixAPI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleSetupTest {

    @TempDir private Path directory;

    private final List<String> lines = new ArrayList<>();

    @Test
    void shouldLeaveNothingBehindWhenItWarmsUp() throws IOException {
        Path left = Files.createDirectory(directory.resolve("temp-1-aof.cq"));
        Files.createFile(left.resolve("1.cq4"));
        assertNull(ChronicleSetup.warmUp(directory, lines::add));
        try (var files = Files.list(directory)) {
            assertEquals(List.of(), files.toList());
        }
        assertEquals(List.of(), lines);
    }

    @Test
    void shouldTellWhyWhenItCannotWarmUp() {
        assertNotNull(ChronicleSetup.warmUp(directory.resolve("none"), lines::add));
    }

    @Test
    void shouldNotLoadAnotherWayToTheCLibrary() {
        ChronicleSetup.prepare(lines::add);
        assertEquals(NoOpPosixAPI.class, PosixAPI.posix().getClass());
    }
}
