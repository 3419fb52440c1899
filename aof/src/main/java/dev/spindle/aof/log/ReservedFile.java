package dev.spindle.aof.log;

import dev.spindle.perf.os.Posix;
import dev.spindle.perf.os.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A log's file: keeps room ahead of where the log grows, writes frames, notices when somebody cuts it.
 *
 * <h2>Room ahead</h2>
 *
 * A full disk shows as an exception here and not as a SIGBUS in a mapping. There are two ways to have room:
 *
 * <ul>
 *   <li>Asking the file system (fallocate) costs next to nothing, but the first force of a place has to write the file's metadata too.
 *   <li>Writing zeros copies every byte twice, but a force behind that writes data alone.
 * </ul>
 *
 * So there are zeros where each frame is forced, the room that was asked for where a force comes once a second or never. A file system that
 * does not know fallocate gets zeros always.
 *
 * <p>A place is zeroed once at most, and only while it is at least {@link #GAP} beyond the end of the log, since what carries the log may
 * have put something of its own right behind the last frame.
 *
 * <h2>Pieces</h2>
 *
 * What is written goes to the kernel in pieces of {@link #PIECE}, zeros and frames alike. For larger ones it looks for huge pages in its
 * page cache, which it can find only in memory that was free for long; in a virtual machine that means memory that the host has taken back, and then each page
 * costs several microseconds more. Smaller ones cost more calls.
 */
final class ReservedFile implements AutoCloseable {

    /** Bytes set aside at a time. */
    static final int STEP = 4 << 20;

    /** Distance from the log's end within which nothing is overwritten. */
    static final int GAP = 1 << 20;

    /** Most bytes of one write. */
    static final int PIECE = 256 << 10;

    private static final int PAGE = 4096;
    private static final int NONE = -1;

    private final FileChannel channel;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
    private int descriptor;
    private boolean forcesOften;
    private long reserved;
    private long sizeSeen;
    private volatile boolean cut;

    /**
     * Room in a file that is there.
     *
     * @param channel to write it by, which stays the caller's.
     */
    ReservedFile(Path file, FileChannel channel) {
        this.channel = channel;
        descriptor = open(file);
    }

    private static int open(Path file) {
        try {
            return Posix.isAvailable()
                    ? Posix.open(file.toString(), Posix.O_RDWR | Posix.O_CLOEXEC, 0)
                    : NONE;
        } catch (PosixException e) {
            return NONE;
        }
    }

    /** Sets whether each frame is forced. */
    void forcesOften(boolean often) {
        forcesOften = often;
    }

    /**
     * Looks whether somebody cut the file, which breaks the log for good: written on, it would hold a hole
     * that nobody finds before the next start, and a mapping of it has pages that are no more.
     *
     * @throws IOException when it was cut, now or before.
     */
    void requireUncut(long end) throws IOException {
        if (cut) {
            throw new IOException("Input/output error");
        }
        long size = channel.size();
        if (size < Math.max(end, sizeSeen)) {
            cut = true;
            throw new IOException("The file was cut at " + size + " of " + end);
        }
        sizeSeen = size;
    }

    /** Whether {@link #requireUncut} has found that it was. */
    boolean isCut() {
        return cut;
    }

    /** Makes sure that the file has room for so many bytes behind the log's end. */
    void ensure(long end, long length) throws IOException {
        long wanted = end + length + GAP;
        if (wanted <= reserved || !forcesOften && allocate(end & -PAGE, wanted + STEP - GAP)) {
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

    // False when it was refused: zeros will tell why, and find what little there may be.
    private boolean allocate(long end, long upTo) {
        if (descriptor == NONE) {
            return false;
        }
        long from = Math.max(reserved, end);
        if (Posix.tryAllocate(descriptor, from, upTo - from) != 0) {
            return false;
        }
        reserved = upTo & -PAGE;
        return true;
    }

    /**
     * Writes a frame, from position to limit.
     *
     * @return the place behind it.
     */
    long write(ByteBuffer frame, long at) throws IOException {
        long next = at;
        int limit = frame.limit();
        try {
            while (frame.position() < limit) {
                frame.limit(Math.min(limit, frame.position() + PIECE));
                next += channel.write(frame, next);
            }
        } finally {
            frame.limit(limit);
        }
        return next;
    }

    @Override
    public void close() {
        if (descriptor != NONE) {
            Posix.close(descriptor);
            descriptor = NONE;
        }
    }
}
