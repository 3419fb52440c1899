package dev.spindle.rdb.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * Bytes of an RDB file or payload on their way out: a buffer outside the heap that goes to a {@link Drain} when it is full, and takes
 * the checksum as it goes.
 *
 * <p>Whoever writes asks for room, writes there and says how far: {@link #room}, {@link #wrote}. Larger pieces are cut to what is
 * {@link #free}. The buffer is small enough to be still in the second-level cache when the checksum is taken.
 *
 * <p>For one thread. What goes wrong at the other end comes as {@link UncheckedIOException}, so that visitors can write.
 */
public final class RdbOutput implements AutoCloseable {

    /** Bytes of the buffer, and the most that {@link #room} can be asked for. */
    public static final int BUFFER_BYTES = 1 << 18;

    /** Where the bytes go. */
    @FunctionalInterface
    public interface Drain {

        /** Takes all that remains in a buffer, which is used again when this returns. */
        void drain(ByteBuffer bytes) throws IOException;
    }

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final long start = BufferUtil.address(buffer);
    private final long end = start + BUFFER_BYTES;
    private Drain drain;
    private boolean checksums;
    private long at = start;
    private long drained;
    private long crc;

    /**
     * Begins anew.
     *
     * @param to where the bytes go.
     * @param withChecksum whether {@link #checksum} is asked for.
     */
    public void open(Drain to, boolean withChecksum) {
        drain = to;
        checksums = withChecksum;
        at = start;
        drained = 0;
        crc = Crc64.START;
    }

    /** Bytes written since {@link #open}. */
    public long written() {
        return drained + at - start;
    }

    /** Bytes that can be written at {@link #address} before the buffer is drained. */
    public long free() {
        return end - at;
    }

    /** Where the next byte goes. */
    public long address() {
        return at;
    }

    /** Makes sure that so many bytes, at most {@link #BUFFER_BYTES}, can be written at the address that is answered. */
    public long room(int bytes) {
        if (end - at < bytes) {
            flush();
        }
        return at;
    }

    /** So many bytes were written at {@link #address}. */
    public void wrote(long bytes) {
        assert bytes >= 0 && bytes <= end - at : "written behind the buffer";
        at += bytes;
    }

    /** Writes a byte. */
    public void putByte(int value) {
        UnsafeApi.putByte(room(1), (byte) value);
        at++;
    }

    /** Writes eight bytes, the lowest first. */
    public void putLong(long value) {
        UnsafeApi.putLong(room(8), value);
        at += 8;
    }

    /** Writes an id of a stream: both halves with their highest byte first. */
    public void putId(long ms, long seq) {
        long to = room(16);
        UnsafeApi.putLong(to, Long.reverseBytes(ms));
        UnsafeApi.putLong(to + 8, Long.reverseBytes(seq));
        at += 16;
    }

    /** Writes a length. */
    public void putLength(long length) {
        long to = room(RdbLength.MOST_BYTES);
        at = to + RdbLength.write(to, length);
    }

    /** Writes bytes that lie outside the heap and are nobody's to change meanwhile. */
    public void putBytes(long from, long length) {
        long source = from;
        long left = length;
        while (left > 0) {
            if (at == end) {
                flush();
            }
            long part = Math.min(left, end - at);
            UnsafeApi.copyMemory(source, at, part);
            at += part;
            source += part;
            left -= part;
        }
    }

    /** Writes text, one byte per character. */
    public void putText(String text) {
        for (int i = 0; i < text.length(); i++) {
            putByte(text.charAt(i));
        }
    }

    /** Lets go of all that is in the buffer. */
    public void flush() {
        int length = (int) (at - start);
        if (length == 0) {
            return;
        }
        if (checksums) {
            crc = Crc64.update(crc, start, length);
        }
        buffer.clear().limit(length);
        at = start;
        drained += length;
        try {
            drain.drain(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The checksum of all that was written, or 0 when none was wanted; flushes. */
    public long checksum() {
        flush();
        return crc;
    }

    /** Gives the buffer back; nothing may be written any more. */
    @Override
    public void close() {
        BufferUtil.free(buffer);
    }
}
