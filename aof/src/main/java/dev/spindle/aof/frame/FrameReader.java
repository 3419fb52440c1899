package dev.spindle.aof.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;

/**
 * Reads frames one after the other, and finds out whether what stops it is an end or damage.
 *
 * <p>A queue's file is read without Chronicle: its documents are a header of four bytes each and their bytes, aligned to four, and a reader
 * of our own can neither hang on a damaged header nor take a hole for the end. Nothing is mapped, so that a file that
 * is cut while it is read gives an error and no signal.
 *
 * <pre>
 *   word 0                  nothing was written from here on: the end, if nothing but zeros follows
 *   bit 31                  being written, or the mark of the end of a queue
 *   bit 30                  the queue's own data, skipped
 *   bits 0 to 29            length
 * </pre>
 *
 * <p>{@link #next} answers false at the first thing that is no frame; then {@link #damage} tells what, or null when it was the end.
 * {@link #findBeyond} looks whether frames follow behind damage: then it is not the tail that was lost.
 */
public final class FrameReader implements AutoCloseable {

    private static final int WINDOW = 2 * FrameDescriptor.MAX_FRAME;
    private static final int NOT_COMPLETE = 1 << 31;
    private static final int OWN_DATA = 1 << 30;
    private static final int DOCUMENT_LENGTH = OWN_DATA - 1;
    private static final int END_OF_QUEUE = NOT_COMPLETE | OWN_DATA;
    private static final int DOCUMENT_HEADER = 4;

    /** How far ahead of the last sequence number one found behind damage may be to be believed. */
    private static final long BELIEVED_AHEAD = 1L << 40;

    private final FileChannel channel;
    private final boolean inQueue;
    private final long size;
    private final int windowSize;
    private final ByteBuffer window;
    private final long windowAddress;
    private final CRC32C checksum = new CRC32C();
    private long windowStart;
    private int windowLength;

    private long offset;
    private long begin;
    private long end;
    private long expected;
    private long id;
    private boolean any;
    private int lastChecksum;
    private long frameAt;
    private int effectsLength;
    private String damage;
    private long beyond = -1;

    /**
     * Opens a file.
     *
     * @param inQueue whether frames are documents of a queue.
     * @param expectedSequence of the first frame, or -1 to take what comes.
     */
    public FrameReader(Path file, boolean inQueue, long expectedSequence) throws IOException {
        this.inQueue = inQueue;
        this.expected = expectedSequence;
        channel = FileChannel.open(file, StandardOpenOption.READ);
        size = channel.size();
        windowSize = (int) Math.max(FrameDescriptor.HEADER, Math.min(WINDOW, size));
        window = ByteBuffer.allocateDirect(windowSize).order(ByteOrder.LITTLE_ENDIAN);
        windowAddress = BufferUtil.address(window);
    }

    /** Goes on to the next frame; false at the end and at damage. */
    public boolean next() throws IOException {
        boolean found;
        do {
            found = damage == null && (inQueue ? nextDocument() : nextFrame(offset, size));
        } while (found && starts());
        return found;
    }

    /**
     * Goes on behind a frame that was read by another reader before; at least one must have been read by this one.
     *
     * @param end where it ends.
     * @param sequence its number.
     * @param sum its checksum.
     */
    public void skipTo(long end, long sequence, int sum) {
        if (this.end == 0 || end < this.end) {
            throw new IllegalStateException("nothing was read yet, or more than that");
        }
        offset = end;
        this.end = end;
        expected = sequence + 1;
        lastChecksum = sum;
    }

    private boolean starts() {
        return (flags() & FrameDescriptor.STARTS) != 0;
    }

    private int flags() {
        return window.getInt(index(frameAt) + FrameDescriptor.FLAGS);
    }

    private boolean nextDocument() throws IOException {
        while (true) {
            long at = (offset + 3) & ~3L;
            if (load(at, DOCUMENT_HEADER) < DOCUMENT_HEADER) {
                return endOrDamage(at);
            }
            int word = window.getInt(index(at));
            if (word == 0) {
                return endOrDamage(at);
            }
            if (word == END_OF_QUEUE) {
                return endOrDamage(at + DOCUMENT_HEADER);
            }
            if ((word & NOT_COMPLETE) != 0) {
                return damaged(at, "a document that was not completed");
            }
            int length = word & DOCUMENT_LENGTH;
            long limit = at + DOCUMENT_HEADER + length;
            if (limit > size) {
                return damaged(at, "a document that reaches beyond the end of the file");
            }
            if ((word & OWN_DATA) == 0) {
                return nextFrame(at + DOCUMENT_HEADER, limit);
            }
            offset = limit;
        }
    }

    private boolean nextFrame(long at, long limit) throws IOException {
        int there = (int) Math.min(load(at, FrameDescriptor.HEADER), limit - at);
        if (!inQueue && (there < DOCUMENT_HEADER || window.getInt(index(at)) == 0)) {
            return endOrDamage(at);
        }
        if (there < FrameDescriptor.HEADER) {
            return damaged(at, "a frame that is cut short");
        }
        String wrong = check(at, limit);
        if (wrong != null) {
            return damaged(at, wrong);
        }
        frameAt = at;
        effectsLength = window.getInt(index(at) + FrameDescriptor.LENGTH);
        if (starts()) {
            if (end > 0) {
                return damaged(at, "a frame in the middle that begins a log");
            }
            offset = at + FrameDescriptor.HEADER + effectsLength;
            end = offset;
            begin = offset;
            id = window.getLong(index(at) + FrameDescriptor.SEQUENCE);
            return true;
        }
        long found = window.getLong(index(at) + FrameDescriptor.SEQUENCE);
        if (!isExpected(found)) {
            // Whole and in the wrong place: what belongs before it is missing.
            beyond = at;
            return damaged(at, "frame " + found + " stands where frame " + expected + " belongs");
        }
        expected = found + 1;
        any = true;
        lastChecksum = window.getInt(index(at) + FrameDescriptor.CHECKSUM);
        offset = at + FrameDescriptor.HEADER + effectsLength;
        end = offset;
        return true;
    }

    // Loads the frame too. Null when it is good.
    private String check(long at, long limit) throws IOException {
        int index = index(at);
        if (window.getInt(index) != FrameDescriptor.MAGIC) {
            return "no frame begins here";
        }
        int length = window.getInt(index + FrameDescriptor.LENGTH);
        if (length < 0 || length > FrameDescriptor.MAX_EFFECTS) {
            return "a frame of an impossible length";
        }
        if ((window.getInt(index + FrameDescriptor.FLAGS) & ~FrameDescriptor.KNOWN_FLAGS) != 0) {
            return "a frame with unknown flags";
        }
        int whole = FrameDescriptor.HEADER + length;
        if (limit - at < whole || load(at, whole) < whole) {
            return "a frame that is cut short";
        }
        index = index(at);
        int written = window.getInt(index + FrameDescriptor.CHECKSUM);
        int computed = FrameBuffer.checksum(checksum, window, index, length);
        window.clear();
        return written == computed ? null : "a frame whose checksum is wrong";
    }

    private boolean damaged(long at, String what) {
        offset = at;
        damage = what;
        return false;
    }

    // Nothing was written here. That is the end unless something follows.
    private boolean endOrDamage(long at) throws IOException {
        for (long from = at; from < size; ) {
            int there = load(from, windowSize);
            if (there == 0) {
                break;
            }
            int index = index(from);
            int i = 0;
            // Room that was set aside may be as large as a block: eight bytes at a time.
            while (i <= there - Long.BYTES && window.getLong(index + i) == 0) {
                i += Long.BYTES;
            }
            for (; i < there; i++) {
                if (window.get(index + i) != 0) {
                    return damaged(at, "nothing, but something is behind it");
                }
            }
            from += there;
        }
        offset = at;
        return false;
    }

    /**
     * Looks for a good frame behind damage that belongs to this log.
     *
     * <p>A queue's writer puts the frame first and its document's header, which is zero till then, last. So the next frame right behind a header of zero (where none was read before and no number is expected, any frame), with nothing
     * behind it, is what a kill in between leaves: nobody was told that it is written, and it counts as the end of the log, not as damage within.
     *
     * @return its offset, or -1.
     */
    public long findBeyond() throws IOException {
        if (beyond >= 0) {
            return beyond;
        }
        long from = offset + 1;
        long unfinished = -1;
        while (load(from, FrameDescriptor.HEADER) >= FrameDescriptor.HEADER) {
            int there = load(from, windowSize);
            int index = index(from);
            int last = there - FrameDescriptor.HEADER;
            int i = 0;
            while (i <= last && window.getInt(index + i) != FrameDescriptor.MAGIC) {
                i++;
            }
            if (i <= last) {
                long at = from + i;
                if (check(at, size) == null && belongs(at)) {
                    if (unfinished >= 0 || !isUnfinished(at)) {
                        return unfinished >= 0 ? unfinished : at;
                    }
                    unfinished = at;
                }
                i++;
            }
            from += i;
        }
        return -1;
    }

    private boolean isUnfinished(long at) throws IOException {
        if (!inQueue || at != offset + DOCUMENT_HEADER) {
            return false;
        }
        load(offset, FrameDescriptor.HEADER + DOCUMENT_HEADER);
        return window.getInt(index(offset)) == 0
                && isExpected(window.getLong(index(at) + FrameDescriptor.SEQUENCE));
    }

    // Before the first frame any number is.
    private boolean isExpected(long sequence) {
        return expected < 0 || sequence == expected;
    }

    private boolean belongs(long at) {
        long sequence = window.getLong(index(at) + FrameDescriptor.SEQUENCE);
        long ahead = sequence - Math.max(0, expected);
        return ahead >= 0 && ahead < BELIEVED_AHEAD;
    }

    // Bytes from an offset that are in the window then: at least so many, if the file has them.
    private int load(long at, int length) throws IOException {
        if (at < windowStart || at + length > windowStart + windowLength) {
            long wanted = Math.min(windowSize, Math.max(0, size - at));
            window.clear().limit((int) wanted);
            windowStart = at;
            windowLength = 0;
            while (window.hasRemaining()) {
                int read = channel.read(window, at + window.position());
                if (read < 0) {
                    break;
                }
            }
            windowLength = window.position();
            window.clear();
        }
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, windowStart + windowLength - at));
    }

    private int index(long at) {
        return (int) (at - windowStart);
    }

    /** Number of the frame at hand. */
    public long sequence() {
        return expected - 1;
    }

    /** What the next frame's number must be; -1 before the first, when any would do. */
    public long expectedSequence() {
        return expected;
    }

    /** When the frame at hand was written, milliseconds since 1970. */
    public long timeMs() {
        return window.getLong(index(frameAt) + FrameDescriptor.TIME);
    }

    /** Whether frames follow that belong to the units of the one at hand. */
    public boolean continues() {
        return (flags() & FrameDescriptor.CONTINUES) != 0;
    }

    /** Where the effects of the frame at hand are; valid until the next call. */
    public long effectsAddress() {
        return windowAddress + index(frameAt) + FrameDescriptor.HEADER;
    }

    /** Bytes of effects in the frame at hand. */
    public int effectsLength() {
        return effectsLength;
    }

    /** Writes the effects of the frame at hand to a file. */
    public void writeEffects(FileChannel to) throws IOException {
        int from = index(frameAt) + FrameDescriptor.HEADER;
        window.limit(from + effectsLength).position(from);
        while (window.hasRemaining()) {
            to.write(window);
        }
        window.clear();
    }

    /** Where in the file the frame at hand begins. */
    public long frameOffset() {
        return frameAt;
    }

    /** The id of the log, as its first frame tells; 0 when it has none. */
    public long id() {
        return id;
    }

    /** Whether there was a good frame behind the one that begins the log. */
    public boolean hasFrames() {
        return any;
    }

    /** Checksum of the last good frame. */
    public int checksum() {
        return lastChecksum;
    }

    /** Where in the file the frame ends that begins the log. */
    public long beginOffset() {
        return begin;
    }

    /** Where in the file the last good frame ends; 0 before the first, which is the one that begins the log. */
    public long endOffset() {
        return end;
    }

    /** Where reading stopped. */
    public long stoppedAt() {
        return offset;
    }

    /** What was wrong there; null when it is the end. */
    public String damage() {
        return damage;
    }

    /** Bytes of the file. */
    public long fileSize() {
        return size;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
