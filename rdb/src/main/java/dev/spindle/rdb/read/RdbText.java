package dev.spindle.rdb.read;

import dev.spindle.engine.text.Numbers;
import org.agrona.UnsafeApi;

/** A text that was read: bytes outside the heap, or an integer whose digits are written when they are asked for. */
public final class RdbText {

    private final long digits = UnsafeApi.allocateMemory(32);
    private long address;
    private long length;
    private long number;
    private boolean isNumber;

    /** Points at bytes. */
    public void bytes(long at, long bytes) {
        address = at;
        length = bytes;
        isNumber = false;
    }

    /** Becomes an integer. */
    public void number(long value) {
        number = value;
        isNumber = true;
        address = 0;
    }

    /** Whether it was read as an integer. */
    public boolean isNumber() {
        return isNumber;
    }

    /** That integer. */
    public long number() {
        return number;
    }

    /** Address of the bytes. */
    public long address() {
        write();
        return address;
    }

    /** Number of bytes. */
    public int length() {
        write();
        return (int) length;
    }

    private void write() {
        if (isNumber && address == 0) {
            length = Numbers.writeLong(digits, number);
            address = digits;
        }
    }
}
