package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own. */
class ProcessTest {

    @TempDir private Path directory;

    private Process start(String... options) throws IOException {
        return start(directory, options);
    }

    /** Starts a server whose output goes to the file "out" in a directory. */
    static Process start(Path directory, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // What this virtual machine was allowed is what the manifest of the jar asks for.
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--add-")) {
                command.add(flag);
            }
        }
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.spindle.net.server.Main"));
        command.addAll(List.of("--idle-strategy", "block", "--bind", "127.0.0.1"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("out"), StandardCharsets.ISO_8859_1);
    }

    static void awaitServing(int port) {
        ServerUnderTest.await(
                "it serves",
                () -> {
                    try (RawClient client = new RawClient("127.0.0.1", port)) {
                        return client.command("PING").equals("+PONG\r\n");
                    } catch (java.io.UncheckedIOException e) {
                        return false;
                    }
                });
    }

    @Test
    void shouldEndInRedisWordsWhenTerminated() throws Exception {
        int port = RealRedis.freePort();
        Path pidFile = directory.resolve("pid");
        // The file is where the directory is, whichever is named first.
        Process process =
                start(
                        "--port",
                        Integer.toString(port),
                        "--pidfile",
                        "pid",
                        "--dir",
                        directory.toString());
        try {
            awaitServing(port);
            assertEquals(process.pid() + "\n", Files.readString(pidFile));
            // The handler is set after the first connection; a line of the log would not tell.
            ServerUnderTest.await("signals are handled", () -> handlesTerm(process.pid()));
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
            assertTrue(output().contains("Received SIGTERM scheduling shutdown..."), output());
            assertTrue(output().contains("# User requested shutdown..."), output());
            assertTrue(output().contains("is now ready to exit, bye bye..."), output());
            assertFalse(Files.exists(pidFile));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Whether the virtual machine no longer runs shutdown hooks on SIGTERM shows in its threads only once the handler ran. */
    static boolean handlesTerm(long pid) {
        try {
            // Started last of all: the thread that sets the handlers has ended.
            return Files.list(Path.of("/proc/" + pid + "/task"))
                    .noneMatch(task -> name(task).startsWith("late-start"));
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void shouldExitWithOneWhenAnOptionIsWrong() throws Exception {
        Process process = start("--no-such-option", "1");
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(1, process.exitValue());
        assertTrue(output().contains("Bad directive or wrong number of arguments"), output());
    }

    @Test
    void shouldServeAfterTheParentHasEndedWhenDaemonized() throws Exception {
        int port = RealRedis.freePort();
        Path pidFile = directory.resolve("pid");
        Process parent =
                start(
                        "--port",
                        Integer.toString(port),
                        "--save",
                        "",
                        "--daemonize",
                        "yes",
                        "--pidfile",
                        pidFile.toString());
        assertTrue(parent.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, parent.exitValue(), output());
        long pid = Long.parseLong(Files.readString(pidFile).trim());
        ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
        try (RawClient client = new RawClient("127.0.0.1", port)) {
            assertEquals("+PONG\r\n", client.command("PING"));
        } finally {
            daemon.destroy();
            daemon.onExit().get(60, TimeUnit.SECONDS);
        }
    }
}
