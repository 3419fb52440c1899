package dev.spindle.perf.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * How long a thread has been ready to run and did not, since the kernel gave its processor to something else: the second field of
 * {@code /proc/PID/task/TID/schedstat}, in nanoseconds. What a hypervisor takes from the whole processor is not in it.
 *
 * <p>The file stays open and is read into one buffer, so a reading costs a system call and leaves nothing for the collector.
 */
public final class RunDelay implements LongSupplier {
    private static final Path OF_CALLER = Path.of("/proc/thread-self");
    private static final int MOST_BYTES = 128;

    private final FileChannel file;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(MOST_BYTES);
    private long lastNs;

    private RunDelay(FileChannel file) {
        this.file = file;
    }

    /** That of the calling thread, whoever asks later; always 0 where the kernel does not count it. */
    public static LongSupplier ofCurrentThread() {
        try {
            // The link means another thread for whoever follows it.
            final Path thread = Path.of("/proc").resolve(Files.readSymbolicLink(OF_CALLER));
            final RunDelay delay = new RunDelay(FileChannel.open(thread.resolve("schedstat")));
            delay.read();
            return delay;
        } catch (IOException e) {
            return () -> 0;
        }
    }

    @Override
    public long getAsLong() {
        try {
            lastNs = read();
        } catch (IOException e) {
            // The thread has ended: nothing is added any more.
        }
        return lastNs;
    }

    private long read() throws IOException {
        bytes.clear();
        final int length = file.read(bytes, 0);
        int at = 0;
        while (at < length && bytes.get(at) != ' ') {
            at++;
        }
        long ns = 0;
        int digits = 0;
        for (at++; at < length && bytes.get(at) >= '0' && bytes.get(at) <= '9'; at++) {
            ns = ns * 10 + (bytes.get(at) - '0');
            digits++;
        }
        if (digits == 0) {
            throw new IOException("no second field in schedstat");
        }
        return ns;
    }
}
