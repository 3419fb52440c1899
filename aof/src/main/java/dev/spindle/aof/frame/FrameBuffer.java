package dev.spindle.aof.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;

/** Room for one frame outside the heap, to build it in. One thread only. */
public final class FrameBuffer {

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(FrameDescriptor.MAX_FRAME).order(ByteOrder.LITTLE_ENDIAN);
    private final long address = BufferUtil.address(buffer);
    private final CRC32C checksum = new CRC32C();

    /** Where effects are to be put, up to {@link FrameDescriptor#MAX_EFFECTS} bytes. */
    public long effectsAddress() {
        return address + FrameDescriptor.HEADER;
    }

    /** Where the whole frame begins. */
    public long address() {
        return address;
    }

    /**
     * Completes a frame around the effects that were put.
     *
     * @param length bytes of effects.
     * @return the frame, from position to limit; valid until the next call.
     */
    public ByteBuffer seal(int flags, long sequence, long timeMs, int length) {
        if (length < 0 || length > FrameDescriptor.MAX_EFFECTS) {
            throw new IllegalArgumentException("effects of " + length + " bytes in a frame");
        }
        buffer.clear();
        buffer.putInt(0, FrameDescriptor.MAGIC);
        buffer.putInt(FrameDescriptor.FLAGS, flags);
        buffer.putLong(FrameDescriptor.SEQUENCE, sequence);
        buffer.putLong(FrameDescriptor.TIME, timeMs);
        buffer.putInt(FrameDescriptor.LENGTH, length);
        buffer.putInt(FrameDescriptor.CHECKSUM, checksum(checksum, buffer, 0, length));
        buffer.limit(FrameDescriptor.HEADER + length).position(0);
        return buffer;
    }

    /** The checksum of a frame that begins at an index of a buffer; moves the buffer's position and limit. */
    static int checksum(CRC32C with, ByteBuffer buffer, int at, int length) {
        with.reset();
        buffer.limit(at + FrameDescriptor.CHECKSUM).position(at);
        with.update(buffer);
        buffer.limit(at + FrameDescriptor.HEADER + length).position(at + FrameDescriptor.HEADER);
        with.update(buffer);
        return (int) with.getValue();
    }
}
