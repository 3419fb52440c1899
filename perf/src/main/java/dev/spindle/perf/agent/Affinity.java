package dev.spindle.perf.agent;

import dev.spindle.perf.os.Posix;
import dev.spindle.perf.os.PosixException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Binds the calling thread to cpus.
 *
 * <p>Goes straight to the kernel and keeps no register of its own: what {@code taskset} or a container allows stays the outer
 * bound, and two processes that are told the same cpu share it, as the operator wanted. Lock files that guess a free core ignore both.
 *
 * <p>Threads inherit the set of the thread that starts them, so start the others before pinning, or pin each on its own. An empty
 * list changes nothing and does not load the native library, which matters to start-up.
 */
public final class Affinity {
    /**
     * How it went.
     *
     * @param done whether the thread now runs where it was told to
     * @param reason why not, for the log; empty when done
     */
    public record Outcome(boolean done, String reason) {
        private static final Outcome DONE = new Outcome(true, "");
    }

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Path OWN_TASK = Path.of("/proc/thread-self");

    private Affinity() {}

    /** Binds the calling thread. Never throws for what the platform or the kernel refuses. */
    public static Outcome pinCurrentThread(CpuList cpus) {
        if (cpus.isEmpty()) {
            return Outcome.DONE;
        }
        if (!Posix.isAvailable()) {
            return new Outcome(false, Posix.unavailableReason());
        }
        try {
            Posix.setAffinity(0, cpus.mask());
            return Outcome.DONE;
        } catch (PosixException e) {
            return new Outcome(false, "cpu list " + cpus + ": " + e.getMessage());
        } catch (LinkageError e) {
            return new Outcome(false, "the native library cannot be loaded: " + e.getMessage());
        }
    }

    /**
     * Binds every other thread of the process, those of the virtual machine included; threads that they start inherit it. A
     * compiler or collector thread that shares the core of a spinning thread takes it away for whole time slices of the kernel,
     * some milliseconds each.
     *
     * @param cpus where they may run; empty changes nothing
     * @param except is asked with the name of a thread, as the kernel has it, whether it is to be left as it is
     */
    public static Outcome confineOtherThreads(CpuList cpus, Predicate<String> except) {
        if (cpus.isEmpty()) {
            return Outcome.DONE;
        }
        if (!Posix.isAvailable()) {
            return new Outcome(false, Posix.unavailableReason());
        }
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            String own = Files.readSymbolicLink(OWN_TASK).getFileName().toString();
            for (Path task : tasks) {
                String tid = task.getFileName().toString();
                if (!tid.equals(own) && !except.test(nameOf(task))) {
                    confine(Integer.parseInt(tid), cpus);
                }
            }
            return Outcome.DONE;
        } catch (IOException | PosixException e) {
            return new Outcome(false, "cpu list " + cpus + ": " + e.getMessage());
        } catch (LinkageError e) {
            return new Outcome(false, "the native library cannot be loaded: " + e.getMessage());
        }
    }

    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    private static void confine(int tid, CpuList cpus) {
        try {
            Posix.setAffinity(tid, cpus.mask());
        } catch (PosixException e) {
            // A thread may end between being listed and being bound.
            if (Files.exists(TASKS.resolve(Integer.toString(tid)))) {
                throw e;
            }
        }
    }

    /**
     * The cpus the calling thread may run on.
     *
     * @return the empty list where the platform cannot say
     */
    public static CpuList currentCpus() {
        if (!Posix.isAvailable()) {
            return CpuList.EMPTY;
        }
        final long[] mask = new long[Posix.CPU_SET_LONGS];
        try {
            Posix.getAffinity(0, mask);
        } catch (PosixException | LinkageError e) {
            return CpuList.EMPTY;
        }
        return CpuList.ofMask(mask);
    }
}
