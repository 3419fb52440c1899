package dev.spindle.engine.type;

import dev.spindle.engine.text.Numbers;
import org.agrona.UnsafeApi;

/** The bytes of a string where they lie, or the digits of an integer in a buffer of its own. Reused; holds no copy. */
public final class StringView {

    private final long digits = UnsafeApi.allocateMemory(32);
    private long address;
    private long length;

    StringView() {}

    void wrap(long at, long bytes) {
        address = at;
        length = bytes;
    }

    void digits(long value) {
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
