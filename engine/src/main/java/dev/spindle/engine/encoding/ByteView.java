package dev.spindle.engine.encoding;

import dev.spindle.engine.text.Numbers;
import org.agrona.UnsafeApi;

/** Bytes where they lie, or the digits of an integer in a buffer of its own. Reused; holds no copy. */
public final class ByteView {

    private static final int MOST_DIGITS = 32;

    private final long digits = UnsafeApi.allocateMemory(MOST_DIGITS);
    private long address;
    private long length;

    /** Points at bytes. */
    public void wrap(long at, long bytes) {
        address = at;
        length = bytes;
    }

    /** Points at the digits of an integer. */
    public void digits(long value) {
        length = Numbers.writeLong(digits, value);
        address = digits;
    }

    /** Address of the first byte. */
    public long address() {
        return address;
    }

    /** Number of bytes. */
    public long length() {
        return length;
    }
}
