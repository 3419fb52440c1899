package dev.spindle.aof.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Keeps zeros written ahead of where a log grows. That gives three things at once: a full disk shows as an exception here and not as a
 * SIGBUS in a mapping, the mapping's pages are in memory before the appender touches them, and forcing need not write the file's
 * metadata for each block.
 *
 * <p>A place is zeroed once at most, and only while it is at least {@link #GAP} beyond the end of the log, since what carries the log may
 * have put something of its own right behind the last frame.
 */
final class ReservedFile {

    /** Bytes set aside at a time. */
    static final int STEP = 4 << 20;

    /** Distance from the log's end within which nothing is overwritten. */
    static final int GAP = 1 << 20;

    private static final int PAGE = 4096;

    private final FileChannel channel;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(STEP);
    private long reserved;
    private volatile boolean cut;

    ReservedFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Looks whether somebody cut the file before the log's end, which breaks the log for good: written on, it would hold a hole
     * that nobody finds before the next start, and a mapping of it has pages that are no more.
     *
     * @throws IOException when it was cut, now or before.
     */
    void requireUncut(long end) throws IOException {
        if (cut) {
            throw new IOException("Input/output error");
        }
        long size = channel.size();
        if (size < end) {
            cut = true;
            throw new IOException("The file was cut at " + size + " of " + end);
        }
    }

    /** Whether {@link #requireUncut} has found that it was. */
    boolean isCut() {
        return cut;
    }

    /** Makes sure that the file has room for so many bytes behind the log's end. */
    void ensure(long end, long length) throws IOException {
        long wanted = end + length + GAP;
        if (wanted <= reserved) {
            return;
        }
        long from = Math.max(reserved, (end + GAP + PAGE - 1) & -PAGE);
        try {
            while (from < wanted + STEP - GAP) {
                zeros.clear();
                int written = channel.write(zeros, from);
                from += written;
                reserved = from & -PAGE;
            }
        } catch (IOException e) {
            // What is missing may be only what was to be ready for later. Were that a failure, the
            // same
            // append would succeed when it is tried again, and writers be refused and served in
            // turns.
            if (wanted > reserved) {
                throw e;
            }
        }
    }
}
