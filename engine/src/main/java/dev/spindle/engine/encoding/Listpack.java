package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;

/**
 * A listpack: elements one behind the other in one block, small integers in a byte or two. It is how small collections are
 * kept, and what they are called on the wire.
 *
 * <pre>
 *   0xxxxxxx                        integer 0 to 127
 *   10llllll bytes                  string of up to 63 bytes
 *   110xxxxx xxxxxxxx               integer of 13 bits, signed
 *   1110llll llllllll bytes         string of up to 4095 bytes
 *   11110000 u32 bytes              string
 *   11110001 .. 11110100            integer of 16, 24, 32, 64 bits follows, little-endian
 * </pre>
 *
 * The first bytes are those of Redis's listpack, so that writing one into an RDB file is a copy with lengths added; what
 * Redis keeps besides is left out here: the total length and the number of elements stand in the entry of the key ({@link
 * dev.spindle.engine.encoding} knows only addresses and ends), and no element carries its length behind it, since small
 * packs are walked from the front. That saves a byte per element and seven per collection.
 *
 * <p>A string that reads as a canonical 64-bit integer is always kept as one, so two elements are equal if and only if their
 * bytes are.
 *
 * <p>Static methods over addresses; nothing here owns memory. An address is that of an element's first byte.
 */
public final class Listpack {

    private static final int SHORT_MAX = 63;
    private static final int MIDDLE_MAX = 4095;
    private static final int LONG_STRING = 0xF0;
    private static final int INT_16 = 0xF1;
    private static final int INT_24 = 0xF2;
    private static final int INT_32 = 0xF3;
    private static final int INT_64 = 0xF4;

    private Listpack() {}

    /** Bytes that an integer takes. */
    public static int sizeOfLong(long value) {
        if (value >= 0 && value <= 127) {
            return 1;
        }
        if (value >= -4096 && value <= 4095) {
            return 2;
        }
        if (value == (short) value) {
            return 3;
        }
        if (value >= -(1 << 23) && value < 1 << 23) {
            return 4;
        }
        return value == (int) value ? 5 : 9;
    }

    /** Bytes that a string of a length takes when it is kept as a string. */
    public static long sizeOfString(int length) {
        return (long) length + (length <= SHORT_MAX ? 1 : length <= MIDDLE_MAX ? 2 : 5);
    }

    /**
     * Bytes that an element of these bytes takes.
     *
     * @param number receives the integer where the bytes are one; see {@link #isNumber}.
     */
    public static long sizeOf(long from, int length, LongResult number) {
        return isNumber(from, length, number) ? sizeOfLong(number.value) : sizeOfString(length);
    }

    /** Whether bytes are kept as an integer, which is then in {@code number}. */
    public static boolean isNumber(long from, int length, LongResult number) {
        return length <= Numbers.MAX_LONG_LENGTH
                && length > 0
                && Numbers.parseLong(from, length, number);
    }

    /** Writes an element of these bytes; answers the address behind it. There must be {@link #sizeOf} bytes of room. */
    public static long write(Memory memory, long to, long from, int length, LongResult scratch) {
        return isNumber(from, length, scratch)
                ? writeLong(memory, to, scratch.value)
                : writeString(memory, to, from, length);
    }

    /** Writes an integer; answers the address behind it. */
    public static long writeLong(Memory memory, long to, long value) {
        switch (sizeOfLong(value)) {
            case 1:
                memory.putByte(to, (byte) value);
                return to + 1;
            case 2:
                memory.putByte(to, (byte) (0xC0 | value >>> 8 & 0x1F));
                memory.putByte(to + 1, (byte) value);
                return to + 2;
            case 3:
                memory.putByte(to, (byte) INT_16);
                memory.putByte(to + 1, (byte) value);
                memory.putByte(to + 2, (byte) (value >> 8));
                return to + 3;
            case 4:
                memory.putIntUnaligned(to, (int) (INT_24 | value << 8));
                return to + 4;
            case 5:
                memory.putByte(to, (byte) INT_32);
                memory.putIntUnaligned(to + 1, (int) value);
                return to + 5;
            default:
                memory.putByte(to, (byte) INT_64);
                memory.putLongUnaligned(to + 1, value);
                return to + 9;
        }
    }

    /** Writes a string that is no integer; answers the address behind it. */
    public static long writeString(Memory memory, long to, long from, int length) {
        long bytes = to + head(memory, to, length);
        memory.copyIn(from, bytes, length);
        return bytes + length;
    }

    private static int head(Memory memory, long to, int length) {
        if (length <= SHORT_MAX) {
            memory.putByte(to, (byte) (0x80 | length));
            return 1;
        }
        if (length <= MIDDLE_MAX) {
            memory.putByte(to, (byte) (0xE0 | length >>> 8));
            memory.putByte(to + 1, (byte) length);
            return 2;
        }
        memory.putByte(to, (byte) LONG_STRING);
        memory.putIntUnaligned(to + 1, length);
        return 5;
    }

    /** Address of the element behind this one. */
    public static long next(Memory memory, long at) {
        int first = memory.getByte(at) & 255;
        if (first < 0x80) {
            return at + 1;
        }
        if (first < 0xC0) {
            return at + 1 + (first & 0x3F);
        }
        if (first < 0xE0) {
            return at + 2;
        }
        if (first < 0xF0) {
            return at + 2 + ((first & 15) << 8 | memory.getByte(at + 1) & 255);
        }
        return switch (first) {
            case LONG_STRING -> at + 5 + (memory.getIntUnaligned(at + 1) & 0xFFFF_FFFFL);
            case INT_16 -> at + 3;
            case INT_24 -> at + 4;
            case INT_32 -> at + 5;
            case INT_64 -> at + 9;
            default -> throw new IllegalStateException("not a listpack element: " + first);
        };
    }

    /** The element a number of places further on. */
    public static long skip(Memory memory, long at, int elements) {
        long address = at;
        for (int i = 0; i < elements; i++) {
            address = next(memory, address);
        }
        return address;
    }

    /** Number of elements of a pack; a walk. */
    public static int count(Memory memory, long from, long end) {
        int count = 0;
        for (long at = from; at < end; at = next(memory, at)) {
            count++;
        }
        return count;
    }

    /** Whether an element is kept as an integer. */
    public static boolean isLong(Memory memory, long at) {
        int first = memory.getByte(at) & 255;
        return first < 0x80 || first >= 0xC0 && first < 0xE0 || first > LONG_STRING;
    }

    /** The value of an element that is kept as an integer. */
    public static long longAt(Memory memory, long at) {
        int first = memory.getByte(at) & 255;
        if (first < 0x80) {
            return first;
        }
        if (first < 0xE0) {
            int bits = (first & 0x1F) << 8 | memory.getByte(at + 1) & 255;
            return bits << 19 >> 19;
        }
        return switch (first) {
            case INT_16 -> (short) (memory.getByte(at + 1) & 255 | memory.getByte(at + 2) << 8);
            case INT_24 -> memory.getIntUnaligned(at) >> 8;
            case INT_32 -> memory.getIntUnaligned(at + 1);
            case INT_64 -> memory.getLongUnaligned(at + 1);
            default -> throw new IllegalStateException("not a listpack integer: " + first);
        };
    }

    /** Address of the bytes of an element that is kept as a string. */
    public static long stringAddress(Memory memory, long at) {
        int first = memory.getByte(at) & 255;
        return at + (first < 0xC0 ? 1 : first < 0xF0 ? 2 : 5);
    }

    /** Length of an element that is kept as a string. */
    public static int stringLength(Memory memory, long at) {
        int first = memory.getByte(at) & 255;
        if (first < 0xC0) {
            return first & 0x3F;
        }
        return first < 0xF0
                ? (first & 15) << 8 | memory.getByte(at + 1) & 255
                : memory.getIntUnaligned(at + 1);
    }

    /** Points a view at an element's text: the bytes in place, or the digits of an integer. */
    public static void view(Memory memory, long at, ByteView into) {
        if (isLong(memory, at)) {
            into.digits(longAt(memory, at));
        } else {
            into.wrap(stringAddress(memory, at), stringLength(memory, at));
        }
    }

    /**
     * Finds an element by its bytes.
     *
     * @param from the first element looked at.
     * @param end behind the last.
     * @param skip elements passed over between two that are looked at: 1 looks at fields and passes over values.
     * @param scratch for reading the bytes as a number.
     * @return its address, or 0.
     */
    public static long find(
            Memory memory,
            long from,
            long end,
            long bytes,
            int length,
            int skip,
            LongResult scratch) {
        boolean number = isNumber(bytes, length, scratch);
        return number
                ? findLong(memory, from, end, scratch.value, skip)
                : findString(memory, from, end, bytes, length, skip);
    }

    private static long findString(
            Memory memory, long from, long end, long bytes, int length, int skip) {
        long at = from;
        while (at < end) {
            int first = memory.getByte(at) & 255;
            if (first >= 0x80 && first < 0xC0) {
                // Nearly every element: one byte says all.
                int here = first & 0x3F;
                if (here == length && ByteRange.equal(at + 1, bytes, length)) {
                    return at;
                }
                at += 1L + here;
            } else {
                if (!isLong(memory, at)
                        && stringLength(memory, at) == length
                        && ByteRange.equal(stringAddress(memory, at), bytes, length)) {
                    return at;
                }
                at = next(memory, at);
            }
            for (int i = 0; i < skip && at < end; i++) {
                at = next(memory, at);
            }
        }
        return 0;
    }

    private static long findLong(Memory memory, long from, long end, long value, int skip) {
        long at = from;
        while (at < end) {
            if (isLong(memory, at) && longAt(memory, at) == value) {
                return at;
            }
            at = next(memory, at);
            for (int i = 0; i < skip && at < end; i++) {
                at = next(memory, at);
            }
        }
        return 0;
    }
}
