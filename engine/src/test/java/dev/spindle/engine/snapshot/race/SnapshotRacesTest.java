package dev.spindle.engine.snapshot.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the jcstress tests of this package in processes of their own: half a minute, or more with {@code -Djcstress.iterations} (5
 * without, of 0.3 seconds each, twice per test).
 */
class SnapshotRacesTest {

    private static final int TESTS = 5;
    private static final int ITERATION_MS = 300;

    /** What starting ten processes may take on a machine that is busy. */
    private static final int STARTS_SECONDS = 300;

    @TempDir Path directory;

    @Test
    void shouldShowNoStoreAfterTheEpochWhenTwoThreadsRace() throws Exception {
        int iterations = Integer.getInteger("jcstress.iterations", 5);
        Path output = directory.resolve("output");
        Process process =
                new ProcessBuilder(command(iterations))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            long seconds = STARTS_SECONDS + 2L * TESTS * iterations * ITERATION_MS / 1000;
            assertTrue(
                    process.waitFor(seconds, TimeUnit.SECONDS),
                    () -> "not done in " + seconds + " seconds: " + read(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String text = read(output);
        assertEquals(0, process.exitValue(), text);
        assertTrue(text.contains("All remaining tests: " + TESTS + " matching test results"), text);
    }

    private static List<String> command(int iterations) {
        List<String> opens =
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(word -> word.contains("jdk.internal.misc"))
                        .toList();
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(opens);
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        words.add("org.openjdk.jcstress.Main");
        words.addAll(List.of("-t", SnapshotRacesTest.class.getPackageName()));
        words.addAll(List.of("-f", "1", "-fsm", "1", "-iters", "" + iterations));
        words.addAll(List.of("-time", "" + ITERATION_MS, "-hs", "256"));
        // Yielding, since the processors may be shared; one way of compiling is enough for each
        // run.
        words.addAll(List.of("-spinStyle", "THREAD_YIELD", "-af", "NONE", "-sc", "false"));
        // So many states at a time that the ring of pages is long enough.
        words.addAll(List.of("-strideSize", "64", "-strideCount", "8"));
        words.addAll(List.of("-jvmArgs", String.join(" ", opens)));
        return words;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
