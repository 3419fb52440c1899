package dev.spindle.net.reactor;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import org.agrona.UnsafeApi;

/**
 * A direct byte buffer that is made to stand on any native memory, again and again.
 *
 * <p>Channels read and write byte buffers only, while the blocks of connections are plain addresses. One buffer whose {@code address} and
 * {@code capacity} are rewritten before each call saves both the copy and a wrapper per block. The fields have kept their names
 * since they exist; where they are missing the class does not initialise. The memory the buffer was born with is freed by its own
 * address, not by the one written here. One thread only.
 */
final class RovingBuffer {

    private static final long ADDRESS;
    private static final long CAPACITY;

    static {
        try {
            ADDRESS = UnsafeApi.objectFieldOffset(Buffer.class.getDeclaredField("address"));
            CAPACITY = UnsafeApi.objectFieldOffset(Buffer.class.getDeclaredField("capacity"));
        } catch (NoSuchFieldException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1);

    /** The buffer, empty of marks, over {@code length} bytes at an address. Valid until the next call. */
    ByteBuffer over(long address, int length) {
        UnsafeApi.putLong(buffer, ADDRESS, address);
        UnsafeApi.putInt(buffer, CAPACITY, length);
        buffer.clear();
        return buffer;
    }
}
