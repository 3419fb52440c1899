package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import org.agrona.UnsafeApi;

/**
 * How one element is written in one {@link ListNode}: measured first, then written where there is room.
 *
 * <pre>
 *   0sssssss bytes              as long as the base, s bytes shared, the others follow
 *   10llllll s bytes            s bytes shared with the base, l bytes follow
 *   110lllll bytes              l bytes, none shared
 *   1110nnnn nnnnnnnn           integer of 12 bits, signed
 *   11110000 s u16 bytes        s bytes shared, so many follow
 *   11110001 s u32 bytes        s bytes shared, so many follow
 *   11110010 .. 11111000        integer of 2 to 8 bytes follows, little-endian
 * </pre>
 *
 * Of the forms that fit, the shortest is taken, text before an integer, and the upper line before the lower: so the form
 * follows from the bytes and the base, and equal elements of a node are written alike.
 */
final class ElementForm {

    static final int SHARING = 0x80;
    static final int SHARING_MASK = 0x3F;
    static final int PLAIN = 0xC0;
    static final int PLAIN_MASK = 0x1F;
    static final int SMALL_NUMBER = 0xE0;
    static final int LONG = 0xF0;
    static final int VERY_LONG = 0xF1;

    /** A head of this plus n is that of an integer of n bytes, 2 to 8. */
    static final int NUMBER = 0xF0;

    private final LongResult parsed = new LongResult();

    private int head;
    private int shared;
    private int suffix;
    private boolean number;
    private long size;
    private int pack;

    /** Finds the form of an element. */
    void measure(Memory memory, long node, long bytes, int length) {
        int base = ListNode.baseLength(memory, node);
        int common = ByteRange.common(bytes, ListNode.base(node), Math.min(length, base));
        shared = common;
        suffix = length - common;
        number = false;
        if (length == base) {
            head = common;
            size = 1L + suffix;
        } else if (common <= 1 && length <= PLAIN_MASK) {
            shared = 0;
            suffix = length;
            head = PLAIN | length;
            size = 1L + length;
        } else if (suffix <= SHARING_MASK) {
            head = SHARING | suffix;
            size = 2L + suffix;
        } else if (suffix <= 0xFFFF) {
            head = LONG;
            size = 4L + suffix;
        } else {
            head = VERY_LONG;
            size = 6L + suffix;
        }
        if (isNumber(bytes, length, parsed)) {
            pack = packOfNumber(parsed.value);
            int bytesOfNumber = bytesOf(parsed.value);
            if (bytesOfNumber + 1L < size) {
                number = true;
                head =
                        bytesOfNumber == 1
                                ? SMALL_NUMBER | (int) (parsed.value >>> 8 & 15)
                                : NUMBER + bytesOfNumber;
                size = bytesOfNumber + 1L;
            }
        } else {
            pack = packOfText(length);
        }
    }

    /** Whether text is an integer; looks at the first byte before it reads on. */
    static boolean isNumber(long bytes, int length, LongResult into) {
        if (length == 0 || length > Numbers.MAX_LONG_LENGTH) {
            return false;
        }
        int first = UnsafeApi.getByte(bytes);
        return (first == '-' || first >= '0' && first <= '9')
                && Numbers.parseLong(bytes, length, into);
    }

    /** Bytes that the element takes in its node. */
    long size() {
        return size;
    }

    /** Bytes that it would take in a listpack of Redis. */
    int pack() {
        return pack;
    }

    /** Writes the element that was measured. */
    void write(Memory memory, long to, long bytes) {
        if (number) {
            writeNumber(memory, to);
            return;
        }
        long at = to;
        if (head < SHARING || head >= PLAIN && head < SMALL_NUMBER) {
            memory.putByte(at, (byte) head);
            at += 1;
        } else {
            memory.putByte(at, (byte) head);
            memory.putByte(at + 1, (byte) shared);
            at += 2;
            if (head == VERY_LONG) {
                memory.putIntUnaligned(at, suffix);
                at += 4;
            } else if (head == LONG) {
                memory.putByte(at, (byte) suffix);
                memory.putByte(at + 1, (byte) (suffix >>> 8));
                at += 2;
            }
        }
        memory.copyIn(bytes + shared, at, suffix);
    }

    /** Whether the element at an address, which has the measured size, is the one that was measured. */
    boolean isAt(Memory memory, long at, long bytes) {
        if ((memory.getByte(at) & 255) != head) {
            return false;
        }
        if (number) {
            return number(memory, at, head) == parsed.value;
        }
        long text = at + size - suffix;
        return (head < SHARING
                        || head >= PLAIN && head < SMALL_NUMBER
                        || (memory.getByte(at + 1) & 255) == shared)
                && ByteRange.equal(text, bytes + shared, suffix);
    }

    private void writeNumber(Memory memory, long to) {
        long value = parsed.value;
        if (size == 2) {
            memory.putByte(to, (byte) head);
            memory.putByte(to + 1, (byte) value);
            return;
        }
        memory.putByte(to, (byte) head);
        for (int i = 1; i < size; i++) {
            memory.putByte(to + i, (byte) value);
            value >>= 8;
        }
    }

    /** The value of an integer's form. */
    static long number(Memory memory, long at, int head) {
        if (head < LONG) {
            return (long) ((head & 15) << 8 | memory.getByte(at + 1) & 255) << 52 >> 52;
        }
        int bytes = head - NUMBER;
        long value = memory.getByte(at + bytes);
        for (int i = bytes - 1; i > 0; i--) {
            value = value << 8 | memory.getByte(at + i) & 255;
        }
        return value;
    }

    // Bytes behind the head; 1 stands for the form of 12 bits.
    private static int bytesOf(long value) {
        if (value >= -2048 && value < 2048) {
            return 1;
        }
        int bits = 65 - Long.numberOfLeadingZeros(value < 0 ? ~value : value);
        return Math.max(2, (bits + 7) >>> 3);
    }

    /** Bytes that an integer takes in a listpack of Redis, its backward length included. */
    static int packOfNumber(long value) {
        return Listpack.sizeOfLong(value) + 1;
    }

    /** Bytes that a string takes in a listpack of Redis, its backward length included. */
    static int packOfText(long length) {
        long size = Listpack.sizeOfString((int) length);
        int back = 1;
        for (long rest = size >>> 7; rest > 0; rest >>>= 7) {
            back++;
        }
        return (int) Math.min(size + back, Integer.MAX_VALUE);
    }
}
