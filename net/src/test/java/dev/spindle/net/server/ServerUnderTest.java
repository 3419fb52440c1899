package dev.spindle.net.server;

import dev.spindle.engine.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A server within the test's process: a free loopback port, a log in a file, civil to the machine. */
final class ServerUnderTest implements AutoCloseable {

    private static final long DEADLINE_NS = 60_000_000_000L;

    private final SpindleServer server;
    private final Path log;

    private ServerUnderTest(SpindleServer server, Path log) {
        this.server = server;
        this.log = log;
    }

    static ServerUnderTest start(Path directory, String... options) {
        Path log = directory.resolve("server.log");
        List<String> words =
                new ArrayList<>(List.of("--port", "0", "--bind", "127.0.0.1", "--save", ""));
        words.addAll(List.of("--idle-strategy", "block", "--logfile", log.toString()));
        words.addAll(List.of(options));
        return new ServerUnderTest(SpindleServer.start(words.toArray(new String[0])), log);
    }

    SpindleServer server() {
        return server;
    }

    RawClient connect() {
        return new RawClient("127.0.0.1", server.port());
    }

    String log() {
        try {
            return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the log has a text: a thread of its own writes it, some time after what it tells of. */
    void awaitLog(String text) {
        try {
            await("the log says " + text, () -> log().contains(text));
        } catch (AssertionError missing) {
            throw new AssertionError(missing.getMessage() + ":\n" + log(), missing);
        }
    }

    /** Waits until something holds. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain until " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
