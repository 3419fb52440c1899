package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.propagation.DurabilityGate;
import dev.spindle.engine.snapshot.DataView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The disk refuses for so long that the ring overflows: whoever is told OK afterwards must find the data after a kill. */
class RingOverflowTest {

    private static final String NO_ROOM = "No space left on device";
    private static final String REFUSED =
            "-MISCONF Errors writing to the AOF file: " + NO_ROOM + "\r\n";
    private static final int KEYS = 2000;
    private static final String LONG_NAME = "n".repeat(1000);

    private final MoodyDisk disk = new MoodyDisk();
    private volatile boolean basesFail;

    @TempDir private Path directory;

    /** Writes bases, or fails to. */
    private BaseWriter.Job job(BaseWriter writer, DataView view, Path file) {
        BaseWriter.Job job = writer.prepare(view, file);
        return new BaseWriter.Job() {
            @Override
            public void run() throws IOException {
                if (basesFail) {
                    throw new IOException("no base");
                }
                job.run();
            }

            @Override
            public void cancel() {
                job.cancel();
            }
        };
    }

    private LoggedEngine server(String... options) throws IOException {
        Stream<String> ring = Stream.of("--aof-ring-size", "1mb");
        return new LoggedEngine(
                        Files.createDirectories(directory.resolve("data")),
                        disk,
                        engine -> {
                            BaseWriter writer = new RdbBaseWriter(engine);
                            return (view, file) -> job(writer, view, file);
                        },
                        Stream.concat(ring, Stream.of(options)).toArray(String[]::new))
                .start();
    }

    private static void awaitDurable(LoggedEngine server) {
        DurabilityGate gate = server.harness.engine().durability();
        server.await("it is on disk", () -> gate.durable() == gate.issued());
    }

    // Keys that expire tell more than the ring holds.
    private static void overflow(LoggedEngine server) {
        server.harness.clock().advanceMs(2000);
        for (int i = 0; i < KEYS; i++) {
            assertEquals("$-1\r\n", server.command("GET", LONG_NAME + i));
        }
    }

    /** A start over what is on disk now, as after a kill; the ring in memory stays with the server that runs. */
    private List<String> keysAfterAKill() throws IOException {
        Path copy = Files.createDirectories(Files.createTempDirectory(directory, "copy"));
        Path from = directory.resolve("data/appendonlydir");
        Path to = Files.createDirectories(copy.resolve("appendonlydir"));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        try (LoggedEngine next = new LoggedEngine(copy).start()) {
            return Stream.of("before", "last", "during", "after")
                    .filter(key -> !next.command("GET", key).equals("$-1\r\n"))
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"always", "no"})
    void shouldRefuseWritersAfterAnOverflowUntilARewriteHasSucceeded(String policy)
            throws IOException {
        try (LoggedEngine server = server("--appendfsync", policy)) {
            for (int i = 0; i < KEYS; i++) {
                server.command("SET", LONG_NAME + i, "v", "PX", "1000");
            }
            assertEquals("+OK\r\n", server.command("SET", "before", "1"));
            awaitDurable(server);
            disk.refusal = NO_ROOM;
            assertEquals("+OK\r\n", server.command("SET", "last", "1"));
            server.await(
                    "writers are refused", () -> server.command("SET", "any", "1").equals(REFUSED));
            overflow(server);
            basesFail = true;
            disk.refusal = null;
            server.await("a rewrite fails", () -> isLogged(server, "rewrite failed: no base"));
            assertTrue(isLogged(server, "Writers are served again after a rewrite."));
            assertEquals(REFUSED, server.command("SET", "during", "1"));
            assertEquals("$1\r\n1\r\n", server.command("GET", "last"));
            assertTrue(server.command("INFO", "persistence").contains("aof_last_write_status:err"));
            assertEquals(List.of("before", "last"), keysAfterAKill());
            basesFail = false;
            server.harness.clock().advanceMs(5000);
            server.await(
                    "writers are served",
                    () -> server.command("SET", "after", "1").equals("+OK\r\n"));
            assertTrue(isLogged(server, "The AOF holds all data again."));
            awaitDurable(server);
            assertEquals(List.of("before", "last", "after"), keysAfterAKill());
        }
    }

    private static boolean isLogged(LoggedEngine server, String text) {
        return server.harness.log().stream().anyMatch(line -> line.contains(text));
    }

    /** Where the disk begins to refuse within a turn, writers of that turn have been executed already. */
    @Test
    void shouldHoldWhatWasAnsweredInTheTurnThatOverflowsTheRing() throws IOException {
        try (LoggedEngine server = server("--appendfsync", "no")) {
            DurabilityGate gate = server.harness.engine().durability();
            server.command("SET", "before", "1");
            awaitDurable(server);
            assertFalse(gate.mustHold());
            disk.refusal = NO_ROOM;
            server.command("SET", "large", "x".repeat(3 << 20));
            assertTrue(gate.mustHold());
            long held = gate.issued();
            assertTrue(server.command("SET", "during", "1").startsWith("-MISCONF Errors writing"));
            server.tick();
            assertTrue(gate.hasFailed() && !gate.mustHold() && !gate.lets(held));
            disk.refusal = null;
            server.await(
                    "writers are served",
                    () -> server.command("SET", "after", "1").equals("+OK\r\n"));
            awaitDurable(server);
            assertFalse(gate.isOn());
            assertEquals(List.of("before", "after"), keysAfterAKill());
        }
    }
}
