package dev.spindle.aof.log;

import dev.spindle.aof.frame.FrameBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.Memory;
import net.openhft.chronicle.core.OS;
import net.openhft.posix.internal.PosixAPIHolder;
import org.slf4j.Logger;

/**
 * What must be said before any class of Chronicle's is loaded: that it reports to nobody, announces nothing and watches no disk. Its own
 * messages go where the server's do.
 *
 * <h2>No second way to the C library</h2>
 *
 * Chronicle's own way to the C library is jnr-ffi, which makes the code of its calls when it is loaded: 330 classes and a fifth of the time that the
 * first queue of a process takes. It is used for {@code msync} alone, which a queue with {@code SyncMode.NONE} never calls, see {@link
 * ChronicleLog}. So it is told not to look for one.
 *
 * <h2>Warming up</h2>
 *
 * The first queue of a process loads some eight hundred classes. A server that starts does not wait for that: while it does everything else,
 * {@link #warmUp} makes a queue on another thread, writes a frame and throws it away. Both methods hold one lock, so who opens a
 * log meanwhile waits for the rest and not longer; two threads that initialise classes which need each other could wait for ever.
 */
public final class ChronicleSetup {

    private static final long WARM_BLOCK = 1L << 20;
    private static final String PREFIX = "temp-";
    private static final String SUFFIX = "-aof.cq";
    private static final long LEAST_ROOM = 64L << 20;

    /** Calls after which the virtual machine compiles a method with its best compiler, and some more. */
    private static final int CALLS_TO_COMPILE = 20_000;

    private static boolean done;

    private ChronicleSetup() {}

    /**
     * Prepares the library; the first call counts.
     *
     * @param log receives what the library warns of.
     */
    public static synchronized void prepare(Consumer<String> log) {
        if (done) {
            return;
        }
        done = true;
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
        PosixAPIHolder.useNoOpPosixApi();
        Jvm.setExceptionHandlers(
                (of, message, thrown) -> log.accept(line(of, message, thrown)),
                (of, message, thrown) -> {},
                (of, message, thrown) -> {});
        compileAtomics();
    }

    // Some milliseconds; see ChronicleLog, "where somebody cuts the file".
    private static void compileAtomics() {
        Memory memory = OS.memory();
        long at = memory.allocate(2L * Long.BYTES);
        memory.writeLong(at, 0);
        memory.writeLong(at + Long.BYTES, 0);
        for (int i = 0; i < CALLS_TO_COMPILE; i++) {
            memory.compareAndSwapInt(at, i, i + 1);
            memory.testAndSetInt(at, at, i + 1, i + 1);
            memory.compareAndSwapLong(at + Long.BYTES, i, i + 1);
            memory.addInt(at, 0);
            memory.addLong(at + Long.BYTES, 0);
        }
        memory.freeMemory(at, 2L * Long.BYTES);
    }

    /**
     * Makes a queue and throws it away. Takes as long as a server's start; for a thread of its own.
     *
     * @param directory where the logs will be: one that is full will be full for them too.
     * @param log as for {@link #prepare}.
     * @return why that failed, or null. Then the first log takes longer to open, nothing else.
     */
    public static synchronized String warmUp(Path directory, Consumer<String> log) {
        Path queue = directory.resolve(PREFIX + ProcessHandle.current().pid() + SUFFIX);
        try {
            prepare(log);
            if (Files.getFileStore(directory).getUsableSpace() < LEAST_ROOM) {
                return "there is little room in " + directory;
            }
            try {
                deleteLeftovers(directory);
                new ChronicleLog(queue, WARM_BLOCK, new FrameBuffer().seal(0, 0, 0, 0)).close();
            } finally {
                LogFiles.delete(queue);
            }
            return null;
        } catch (IOException | RuntimeException e) {
            return String.valueOf(e.getMessage());
        } catch (LinkageError e) {
            return e.toString();
        }
    }

    // Of processes that were killed meanwhile.
    private static void deleteLeftovers(Path directory) throws IOException {
        try (var queues = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
            for (Path queue : queues) {
                LogFiles.delete(queue);
            }
        }
    }

    private static String line(Logger of, String message, Throwable thrown) {
        return "Chronicle, "
                + of.getName()
                + ": "
                + message
                + (thrown == null ? "" : " (" + thrown + ")");
    }
}
