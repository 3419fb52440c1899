package dev.spindle.net.fault;

import dev.spindle.aof.ring.RingFile;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own, with the flags of this virtual machine, which can be killed as the kernel kills.
 *
 * <p>What it says goes to a file beside its data, which must therefore not be within a place that is full or takes no writes.
 */
final class ServerProcess implements AutoCloseable {

    private static final List<String> PASSED_ON = List.of("-X", "--add-", "-Dspindle.");
    private static final long EXIT_SECONDS = 120;

    private static final Path MEMORY = Path.of("/dev/shm");

    private final Process process;
    private final int port;
    private final Path data;
    private final Path out;

    private ServerProcess(Process process, int port, Path data, Path out) {
        this.process = process;
        this.data = data;
        this.port = port;
        this.out = out;
    }

    /** Starts a server over a directory of data; what it says is kept beside it. */
    static ServerProcess start(Path data, String... options) throws IOException {
        return start(List.of(), data, options);
    }

    /** The same within another command, which gets the server's as its last arguments. */
    static ServerProcess start(List<String> within, Path data, String... options)
            throws IOException {
        int port = RealRedis.freePort();
        List<String> command = new ArrayList<>(within);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (PASSED_ON.stream().anyMatch(flag::startsWith)) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dspindle.bounds.checks=true"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("dev.spindle.net.server.Main", "--idle-strategy", "block"));
        command.addAll(List.of("--bind", "127.0.0.1", "--port", Integer.toString(port)));
        command.addAll(List.of("--dir", data.toString(), "--save", ""));
        command.addAll(Arrays.asList(options));
        Path out = data.resolveSibling(data.getFileName() + ".out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                        .directory(new File("/tmp"))
                        .start();
        return new ServerProcess(process, port, data, out);
    }

    /** Waits until it answers from its data. */
    ServerProcess serving() throws Exception {
        Waiting.until("the server serves", () -> answers() || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("the server ended: " + log());
        }
        return this;
    }

    private boolean answers() {
        try (RawClient client = connect()) {
            return client.command("PING").equals("+PONG\r\n");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    RawClient connect() {
        return new RawClient("127.0.0.1", port);
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it has ended by itself, and answers its exit code. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end: " + log());
        }
        return process.exitValue();
    }

    /** SIGKILL, and waits until nothing is left of it. */
    void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
        forgetRingAtExit();
    }

    // The next server over these data needs what it left in memory; when there is none it must not
    // stay for ever.
    private void forgetRingAtExit() {
        try {
            Path log = data.resolve("appendonlydir");
            if (Files.isDirectory(log)) {
                RingFile.path(MEMORY, log, "appendonly.aof.manifest").toFile().deleteOnExit();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that servers over these data have said so far. */
    String log() {
        try {
            return Files.readString(out, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it if that has not happened yet. */
    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
