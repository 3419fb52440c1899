package dev.spindle.rdb.write;

import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import dev.spindle.rdb.format.BackLength;
import org.agrona.UnsafeApi;

/**
 * Builds a listpack of Redis in a buffer.
 *
 * <pre>
 *   u32 bytes of all   u16 elements (65535: unknown)   elements   0xFF
 *   element: head and bytes, as {@link dev.spindle.engine.encoding.Listpack} has them, then their length, backwards
 * </pre>
 *
 * The length behind an element is written in groups of seven bits so that it can be read from its end: the last byte holds the
 * lowest bits, and the highest bit of a byte says that more stand before it.
 */
final class PackBuilder {

    private static final int HEAD_BYTES = 6;
    private static final int END = 0xFF;
    private static final int UNKNOWN_COUNT = 0xFFFF;
    private static final int MOST_HEAD = 5;
    private static final int MOST_INTEGER = 9;
    private static final int SHORT_MAX = 63;
    private static final int MIDDLE_MAX = 4095;

    private final Memory memory;
    private final Scratch bytes = new Scratch();
    private final Scratch text = new Scratch();
    private final LongResult number = new LongResult();
    private long elements;

    PackBuilder(Memory memory) {
        this.memory = memory;
    }

    /** Begins an empty listpack. */
    void begin() {
        bytes.clear();
        bytes.extend(HEAD_BYTES);
        elements = 0;
    }

    /** Bytes of the listpack if it ended here. */
    long length() {
        return bytes.length() + 1;
    }

    /** Number of elements so far. */
    long elements() {
        return elements;
    }

    /** Adds an element of bytes that lie in the memory or in a buffer; as an integer where they are one. */
    void add(long from, long length) {
        if (length <= Numbers.MAX_LONG_LENGTH) {
            text.clear();
            text.append(memory, from, length);
            addNative(text.address(), (int) length);
        } else {
            memory.copyOut(from, string((int) length), length);
            back(length + headBytes((int) length));
        }
    }

    /** Adds an element whose bytes lie in two parts; as an integer where they are one. */
    void add(long first, long firstLength, long second, long secondLength) {
        long length = firstLength + secondLength;
        if (length <= Numbers.MAX_LONG_LENGTH) {
            text.clear();
            text.append(memory, first, firstLength);
            text.append(memory, second, secondLength);
            addNative(text.address(), (int) length);
        } else {
            long to = string((int) length);
            memory.copyOut(first, to, firstLength);
            memory.copyOut(second, to + firstLength, secondLength);
            back(length + headBytes((int) length));
        }
    }

    /** Adds an element of bytes that lie in a buffer; as an integer where they are one. */
    void addNative(long from, int length) {
        if (length > 0
                && length <= Numbers.MAX_LONG_LENGTH
                && Numbers.parseLong(from, length, number)) {
            addLong(number.value);
        } else {
            UnsafeApi.copyMemory(from, string(length), length);
            back((long) length + headBytes(length));
        }
    }

    private static int headBytes(int length) {
        return length <= SHORT_MAX ? 1 : length <= MIDDLE_MAX ? 2 : MOST_HEAD;
    }

    // Head of a string and room for its bytes; answers where they go.
    private long string(int length) {
        int head = headBytes(length);
        long to = bytes.extend((long) head + length);
        if (head == 1) {
            UnsafeApi.putByte(to, (byte) (0x80 | length));
        } else if (head == 2) {
            UnsafeApi.putByte(to, (byte) (0xE0 | length >>> 8));
            UnsafeApi.putByte(to + 1, (byte) length);
        } else {
            UnsafeApi.putByte(to, (byte) 0xF0);
            UnsafeApi.putInt(to + 1, length);
        }
        return to + head;
    }

    /** Adds an integer. */
    void addLong(long value) {
        long to = bytes.extend(MOST_INTEGER);
        int length;
        if (value >= 0 && value <= 127) {
            UnsafeApi.putByte(to, (byte) value);
            length = 1;
        } else if (value >= -4096 && value <= 4095) {
            UnsafeApi.putByte(to, (byte) (0xC0 | value >>> 8 & 0x1F));
            UnsafeApi.putByte(to + 1, (byte) value);
            length = 2;
        } else if (value == (short) value) {
            UnsafeApi.putInt(to, (int) (0xF1 | (value & 0xFFFF) << 8));
            length = 3;
        } else if (value >= -(1 << 23) && value < 1 << 23) {
            UnsafeApi.putInt(to, (int) (0xF2 | value << 8));
            length = 4;
        } else if (value == (int) value) {
            UnsafeApi.putByte(to, (byte) 0xF3);
            UnsafeApi.putInt(to + 1, (int) value);
            length = 5;
        } else {
            UnsafeApi.putByte(to, (byte) 0xF4);
            UnsafeApi.putLong(to + 1, value);
            length = 9;
        }
        bytes.length(bytes.length() - MOST_INTEGER + length);
        back(length);
    }

    /** Adds an element that is written already, at an address of the memory and without the length behind it. */
    void addWritten(long from, long length) {
        bytes.append(memory, from, length);
        back(length);
    }

    private void back(long length) {
        long to = bytes.extend(BackLength.MOST_BYTES);
        int groups = BackLength.bytes(length);
        for (int i = 0; i < groups; i++) {
            int bits = (int) (length >>> 7 * (groups - 1 - i)) & 127;
            UnsafeApi.putByte(to + i, (byte) (i == 0 ? bits : bits | 128));
        }
        bytes.length(bytes.length() - BackLength.MOST_BYTES + groups);
        elements++;
    }

    /** Ends the listpack; it stands at {@link #address}. */
    void end() {
        bytes.appendByte(END);
        long at = bytes.address();
        UnsafeApi.putInt(at, (int) bytes.length());
        int count = (int) Math.min(elements, UNKNOWN_COUNT);
        UnsafeApi.putByte(at + 4, (byte) count);
        UnsafeApi.putByte(at + 5, (byte) (count >>> 8));
    }

    /** Where the listpack that was ended stands. */
    long address() {
        return bytes.address();
    }

    /** Its bytes. */
    int bytes() {
        return Math.toIntExact(bytes.length());
    }
}
