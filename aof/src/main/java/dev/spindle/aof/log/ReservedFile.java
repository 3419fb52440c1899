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

    ReservedFile(FileChannel channel) {
        this.channel = channel;
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
