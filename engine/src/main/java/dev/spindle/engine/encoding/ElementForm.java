package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import dev.spindle.engine.text.TextPack;
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
 *   11111001 cs packed          as long as the base, of a class, some bytes shared, the others follow packed
 *   11111010 cs n packed        of a class, some bytes shared, n others follow packed
 *   11111011 cs u16 packed      of a class, some bytes shared, so many others follow packed
 *   111111cc packed             as long as the base, all of it packed, of one of four classes
 *
 *   cs: cccsssss                class of {@link TextPack} and the number of bytes shared
 * </pre>
 *
 * Of the forms that fit, the shortest is taken, text before an integer or packed text, and the upper line before the lower,
 * except that a first character alone is not shared when text is packed, and that an integer is never packed text: so the form
 * follows from the bytes and the base, and equal elements of a node are written alike.
 *
 * <h2>What is packed</h2>
 *
 * Text that shares little with the base: random letters, digests, tokens, which no neighbour makes shorter. Eight bytes and
 * more must be left beside what is shared, so numbered elements and equal ones, which take a few bytes anyway, are not even looked at.
 * Classes that save an eighth only are left out: JSON would be packed by them, at a third more work for reading it.
 *
 * <p>Packing is done when an element is put in. Doing it when a node stops being an end was the alternative: pushes and pops
 * would save some ten nanoseconds, the push that closes a node would pay for a hundred, the nodes' sizes would halve, and
 * equal elements of an end would not be written as those elsewhere.
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

    /** Packed text as long as the base, some of it shared. */
    static final int PACKED_ALIKE = 0xF9;

    /** Packed text with its length in a byte. */
    static final int PACKED = 0xFA;

    /** Packed text with its length in two bytes. */
    static final int PACKED_LONG = 0xFB;

    /** Packed text as long as the base, nothing shared; the low two bits say of which class. */
    static final int PACKED_WHOLE = 0xFC;

    /** Most bytes that packed text shares, and their bits in the second byte; the others have the class. */
    static final int MOST_PACKED_SHARED = 31;

    private static final int LEAST_PACKED = 8;
    private static final int MOST_PACKED = 1024;

    // By the low two bits of a head; four bits each, of the first the lowest.
    private static final int WHOLE_CLASSES =
            TextPack.HEX | TextPack.UUID << 4 | TextPack.LOWER << 8 | TextPack.BASE64 << 12;

    private final long packed = UnsafeApi.allocateMemory(MOST_PACKED + TextPack.SLACK);
    private final LongResult parsed = new LongResult();

    private int head;
    private int shared;
    private int suffix;
    private boolean number;
    private long size;
    private int pack;

    // Of packed text: its class and number of bytes shared, or -1: it is not packed.
    private int classAndShared;

    /** Finds the form of an element. */
    void measure(Memory memory, long node, long bytes, int length) {
        int base = ListNode.baseLength(memory, node);
        int common = ByteRange.common(bytes, ListNode.base(node), Math.min(length, base));
        shared = common;
        suffix = length - common;
        number = false;
        classAndShared = -1;
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
            if (length - common >= LEAST_PACKED) {
                measurePacked(bytes, length, length == base, common);
            }
        }
    }

    private void measurePacked(long bytes, int length, boolean alike, int common) {
        int left = common <= 1 ? 0 : common;
        int rest = length - left;
        if (left > MOST_PACKED_SHARED || rest > MOST_PACKED) {
            return;
        }
        int textClass = TextPack.classOf(bytes + left, rest, TextPack.DENSE);
        if (textClass == TextPack.NONE) {
            return;
        }
        int whole = alike && left == 0 ? wholeHead(textClass) : 0;
        int headBytes = whole != 0 ? 1 : alike ? 2 : rest <= 255 ? 3 : 4;
        int bodyBytes = TextPack.size(textClass, rest);
        if (headBytes + bodyBytes >= size) {
            return;
        }
        TextPack.pack(textClass, bytes + left, rest, packed);
        head = whole != 0 ? whole : PACKED_ALIKE + headBytes - 2;
        classAndShared = textClass << 5 | left;
        shared = left;
        suffix = rest;
        size = headBytes + bodyBytes;
    }

    private static int wholeHead(int textClass) {
        return switch (textClass) {
            case TextPack.HEX -> PACKED_WHOLE;
            case TextPack.UUID -> PACKED_WHOLE + 1;
            case TextPack.LOWER -> PACKED_WHOLE + 2;
            case TextPack.BASE64 -> PACKED_WHOLE + 3;
            default -> 0;
        };
    }

    /** The class of packed text whose head is {@link #PACKED_WHOLE} and more. */
    static int wholeClass(int head) {
        return WHOLE_CLASSES >>> ((head & 3) << 2) & 15;
    }

    /** Bytes that packed text takes. */
    static int packedSize(Memory memory, long at, int head, int baseLength) {
        if (head >= PACKED_WHOLE) {
            return 1 + TextPack.size(wholeClass(head), baseLength);
        }
        int second = memory.getByte(at + 1) & 255;
        int textClass = second >>> 5;
        if (head == PACKED_ALIKE) {
            return 2 + TextPack.size(textClass, baseLength - (second & MOST_PACKED_SHARED));
        }
        return head - PACKED_ALIKE + 2 + TextPack.size(textClass, packedLength(memory, at, head));
    }

    /** Characters that are packed, of text that says so itself. */
    static int packedLength(Memory memory, long at, int head) {
        int low = memory.getByte(at + 2) & 255;
        return head == PACKED ? low : low | (memory.getByte(at + 3) & 255) << 8;
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
        if (classAndShared >= 0) {
            writePacked(memory, to);
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
        if (classAndShared >= 0) {
            return isPackedAt(memory, at);
        }
        long text = at + size - suffix;
        return (head < SHARING
                        || head >= PLAIN && head < SMALL_NUMBER
                        || (memory.getByte(at + 1) & 255) == shared)
                && ByteRange.equal(text, bytes + shared, suffix);
    }

    private int packedHeadBytes() {
        return head >= PACKED_WHOLE ? 1 : head - PACKED_ALIKE + 2;
    }

    private void writePacked(Memory memory, long to) {
        memory.putByte(to, (byte) head);
        if (head < PACKED_WHOLE) {
            memory.putByte(to + 1, (byte) classAndShared);
            if (head != PACKED_ALIKE) {
                memory.putByte(to + 2, (byte) suffix);
                if (head == PACKED_LONG) {
                    memory.putByte(to + 3, (byte) (suffix >>> 8));
                }
            }
        }
        int headBytes = packedHeadBytes();
        memory.copyIn(packed, to + headBytes, size - headBytes);
    }

    // The head is the same, and so is the size.
    private boolean isPackedAt(Memory memory, long at) {
        if (head < PACKED_WHOLE
                && ((memory.getByte(at + 1) & 255) != classAndShared
                        || head != PACKED_ALIKE && packedLength(memory, at, head) != suffix)) {
            return false;
        }
        int headBytes = packedHeadBytes();
        return ByteRange.equal(at + headBytes, packed, (int) size - headBytes);
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
