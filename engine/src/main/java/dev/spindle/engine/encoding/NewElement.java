package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import org.agrona.UnsafeApi;

/** Bytes on their way into a listpack: looked at once, then sized and written as often as needed. Reused; holds no copy. */
public final class NewElement {

    private static final int MOST_DIGITS = 32;

    private final LongResult parsed = new LongResult();
    private final long digits = UnsafeApi.allocateMemory(MOST_DIGITS);
    private boolean number;
    private long address;
    private int length;
    private long size;

    /** Takes bytes that lie outside the heap and stay as they are until the element is written. */
    public NewElement of(long at, int bytes) {
        address = at;
        length = bytes;
        number = Listpack.isNumber(at, bytes, parsed);
        size = number ? Listpack.sizeOfLong(parsed.value) : Listpack.sizeOfString(bytes);
        return this;
    }

    /** Takes an integer. */
    public NewElement ofLong(long value) {
        address = digits;
        length = Numbers.writeLong(digits, value);
        number = true;
        parsed.value = value;
        size = Listpack.sizeOfLong(value);
        return this;
    }

    /** Address of the text. */
    public long address() {
        return address;
    }

    /** Length of the text. */
    public int length() {
        return length;
    }

    /** Bytes that it takes in a listpack. */
    public long size() {
        return size;
    }

    /** Whether an element that is there is the same. */
    public boolean isAt(Memory memory, long at) {
        if (Listpack.isLong(memory, at)) {
            return number && Listpack.longAt(memory, at) == parsed.value;
        }
        return !number
                && Listpack.stringLength(memory, at) == length
                && ByteRange.equal(Listpack.stringAddress(memory, at), address, length);
    }

    /** Writes it; answers the address behind it. */
    public long write(Memory memory, long to) {
        return number
                ? Listpack.writeLong(memory, to, parsed.value)
                : Listpack.writeString(memory, to, address, length);
    }
}
