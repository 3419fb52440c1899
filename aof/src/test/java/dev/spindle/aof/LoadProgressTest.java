package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What INFO can tell while a log is repeated. */
class LoadProgressTest {

    private static final int WRITES = 300;
    private static final int VALUE_BYTES = 2000;

    @TempDir private Path directory;

    private void write() throws IOException {
        try (LoggedEngine server = new LoggedEngine(directory).start()) {
            for (int i = 0; i < WRITES; i++) {
                server.command("SET", "key:" + i, "v".repeat(VALUE_BYTES));
            }
        }
    }

    @Test
    void shouldLeaveTheLogAsItIsWhenItIsToldToEndWhileItLooksThrough() throws IOException {
        write();
        Path file = directory.resolve("appendonlydir").resolve("appendonly.aof.1.incr.log");
        byte[] before = Files.readAllBytes(file);
        try (LoggedEngine server = new LoggedEngine(directory, "--key-load-delay", "60000000")) {
            assertThrows(
                    CancellationException.class,
                    () ->
                            server.log.start(
                                    (engine, base) -> 0,
                                    () -> {
                                        throw new CancellationException();
                                    }));
        }
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void shouldTellHowMuchOfBaseAndGenerationsIsRepeated() throws IOException {
        String text = "*3\r\n$3\r\nSET\r\n$6\r\nof-old\r\n$2000\r\n" + "x".repeat(2000) + "\r\n";
        Files.writeString(directory.resolve("appendonly.aof"), text.repeat(100));
        write();
        write();
        long total = 0;
        Path within = directory.resolve("appendonlydir");
        for (String name :
                List.of(
                        "appendonly.aof",
                        "appendonly.aof.2.incr.log",
                        "appendonly.aof.3.incr.log")) {
            // Each is looked through first.
            total += 2 * Files.size(within.resolve(name));
        }
        List<Long> seen = new ArrayList<>();
        try (LoggedEngine server = new LoggedEngine(directory)) {
            var loading = server.harness.engine().loading();
            loading.begin(server.harness.clock().epochMs(), 0);
            server.log.start(
                    (engine, file) -> 0,
                    () -> {
                        long now = loading.loadedBytes();
                        if (seen.isEmpty() || now != seen.get(seen.size() - 1)) {
                            seen.add(now);
                        }
                    });
            assertEquals(total, loading.totalBytes());
            assertEquals(total, loading.loadedBytes());
            loading.end();
            assertEquals(":" + (WRITES + 1) + "\r\n", server.command("DBSIZE"));
        }
        assertTrue(seen.size() > 10, seen::toString);
        for (int i = 1; i < seen.size(); i++) {
            assertTrue(seen.get(i) > seen.get(i - 1), seen::toString);
        }
        assertTrue(seen.get(seen.size() - 1) <= total, seen::toString);
    }
}
