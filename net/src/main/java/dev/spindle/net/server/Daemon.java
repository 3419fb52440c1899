package dev.spindle.net.server;

import dev.spindle.engine.config.ServerConfig;
import dev.spindle.perf.os.Posix;
import dev.spindle.perf.os.PosixException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code daemonize yes}: a virtual machine cannot fork, so the process starts itself once more, detached, and ends when the other one
 * serves, with exit code 0, or when it has failed, with 1.
 *
 * <p>The two meet in a temporary file: the parent makes it empty, the child deletes it when it is ready. The child leaves the terminal's
 * session, and its standard streams are nowhere, as with Redis.
 */
final class Daemon {

    /** Variable of the environment that tells a process that it is the child; the value is the file. */
    private static final String CHILD = "SPINDLE_DAEMON";

    private static final File NOWHERE = new File("/dev/null");
    private static final int POLL_MS = 5;

    private Daemon() {}

    /** Whether this process is to start another and end. */
    static boolean isWanted(ServerConfig config) {
        return config.flag("daemonize") && System.getenv(CHILD) == null;
    }

    /** Whether this process is the child. */
    static boolean isChild() {
        return System.getenv(CHILD) != null;
    }

    /**
     * Starts the child and waits for it.
     *
     * @return the exit code for this process.
     */
    static int spawn() throws InterruptedException {
        try {
            Path sign = Files.createTempFile("spindle-daemon", "");
            Process child =
                    childBuilder(commandLine(), sign)
                            .redirectInput(NOWHERE)
                            .redirectOutput(NOWHERE)
                            .redirectError(NOWHERE)
                            .start();
            while (child.isAlive()) {
                if (!Files.exists(sign)) {
                    return 0;
                }
                Thread.sleep(POLL_MS);
            }
            return Files.deleteIfExists(sign) ? 1 : 0;
        } catch (IOException e) {
            System.err.println("Cannot daemonize: " + e.getMessage());
            return 1;
        }
    }

    private static ProcessBuilder childBuilder(List<String> command, Path sign) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(CHILD, sign.toString());
        return builder;
    }

    // As the kernel keeps it, so options of the virtual machine come along.
    private static List<String> commandLine() throws IOException {
        List<String> words = new ArrayList<>();
        String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
        for (int from = 0; from < line.length(); ) {
            int to = line.indexOf('\0', from);
            words.add(line.substring(from, to));
            from = to + 1;
        }
        words.set(0, ProcessHandle.current().info().command().orElse(words.get(0)));
        return words;
    }

    /** In the child: leaves the terminal's session. */
    static void detach() {
        if (isChild() && Posix.isAvailable()) {
            try {
                Posix.setsid();
            } catch (PosixException e) {
                // Already the leader of a session, which is all we want.
                return;
            }
        }
    }

    /** In the child: lets the parent go. */
    static void reportReady() {
        if (isChild()) {
            try {
                Files.deleteIfExists(Path.of(System.getenv(CHILD)));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
