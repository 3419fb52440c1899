package dev.spindle.bench.compare;

import dev.spindle.aof.ring.RingFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * All processes the comparison has started and the directory they write to. Closing kills every one of them, stopped ones
 * included, and removes the directory; a shutdown hook does so when the comparison is interrupted.
 */
final class Children implements AutoCloseable {
    private static final long COMMAND_TIMEOUT_S = 10;
    private static final String LOG_MANIFEST = ".aof.manifest";
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Set<Process> processes = ConcurrentHashMap.newKeySet();
    private final Path directory;
    private final Thread hook = new Thread(this::reap, "compare-reaper");

    Children() throws IOException {
        directory = Files.createTempDirectory("spindle-compare");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Path directory() {
        return directory;
    }

    Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Kills a process and what it started, and waits for its end. SIGKILL ends stopped processes too. */
    void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
        processes.remove(process);
    }

    /** Output of a short command, both streams together; null if it cannot be run, fails or does not end soon. */
    static String outputOf(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            CompletableFuture<Void> overdue =
                    CompletableFuture.runAsync(
                            process::destroyForcibly,
                            CompletableFuture.delayedExecutor(COMMAND_TIMEOUT_S, TimeUnit.SECONDS));
            String output = new String(process.getInputStream().readAllBytes());
            int code = process.waitFor();
            overdue.cancel(false);
            return code == 0 ? output.strip() : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    // A server that is killed leaves the ring of its log in memory, for a start that will not come.
    private static void forgetRing(Path path) throws IOException {
        String name = path.getFileName().toString();
        if (name.endsWith(LOG_MANIFEST) && Files.isDirectory(MEMORY)) {
            RingFile.delete(RingFile.path(MEMORY, path.getParent(), name));
        }
    }

    private void reap() {
        List.copyOf(processes).forEach(this::kill);
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                forgetRing(path);
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        reap();
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
