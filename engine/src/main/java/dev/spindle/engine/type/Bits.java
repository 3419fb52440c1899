package dev.spindle.engine.type;

import dev.spindle.engine.memory.Memory;
import org.agrona.UnsafeApi;

/**
 * Bits of strings: bit 0 is the most significant bit of the first byte. Counting, searching and combining go by words of
 * eight bytes, four at a time so that they do not wait for each other.
 *
 * <p>Reading works on any address, since an integer's digits are not in the arena; writing goes through {@link Memory}.
 */
public final class Bits {

    /** Combines sources bit by bit. */
    public enum Operator {
        AND,
        OR,
        XOR
    }

    private Bits() {}

    /** Number of ones in bytes. */
    public static long countBytes(long address, long length) {
        long at = address;
        long end = address + length;
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        for (; end - at >= 32; at += 32) {
            a += Long.bitCount(UnsafeApi.getLong(at));
            b += Long.bitCount(UnsafeApi.getLong(at + 8));
            c += Long.bitCount(UnsafeApi.getLong(at + 16));
            d += Long.bitCount(UnsafeApi.getLong(at + 24));
        }
        for (; end - at >= 8; at += 8) {
            a += Long.bitCount(UnsafeApi.getLong(at));
        }
        for (; at < end; at++) {
            a += Integer.bitCount(UnsafeApi.getByte(at) & 0xFF);
        }
        return a + b + c + d;
    }

    /** Number of ones from one bit to another, both included. */
    public static long count(long address, long from, long to) {
        long first = address + (from >>> 3);
        long last = address + (to >>> 3);
        int before = UnsafeApi.getByte(first) & ~(0xFF >>> (from & 7)) & 0xFF;
        int behind = UnsafeApi.getByte(last) & (1 << (7 - (to & 7))) - 1;
        return countBytes(first, last - first + 1)
                - Integer.bitCount(before)
                - Integer.bitCount(behind);
    }

    /**
     * Finds a bit.
     *
     * @param from first position to look at.
     * @param to last position to look at.
     * @param bit 0 or 1.
     * @return the first position with that bit, or -1.
     */
    public static long find(long address, long from, long to, int bit) {
        long flip = bit == 1 ? 0 : -1L;
        long at = from;
        while (at <= to && (at & 7) != 0) {
            if (isSet(address, at) == (bit == 1)) {
                return at;
            }
            at++;
        }
        long word = address + (at >>> 3);
        while (to - at >= 255) {
            long any =
                    UnsafeApi.getLong(word) ^ flip
                            | UnsafeApi.getLong(word + 8) ^ flip
                            | UnsafeApi.getLong(word + 16) ^ flip
                            | UnsafeApi.getLong(word + 24) ^ flip;
            if (any != 0) {
                break;
            }
            word += 32;
            at += 256;
        }
        while (to - at >= 63) {
            long bits = Long.reverseBytes(UnsafeApi.getLong(word) ^ flip);
            if (bits != 0) {
                return at + Long.numberOfLeadingZeros(bits);
            }
            word += 8;
            at += 64;
        }
        for (; at <= to; at++) {
            if (isSet(address, at) == (bit == 1)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isSet(long address, long bit) {
        return (UnsafeApi.getByte(address + (bit >>> 3)) >>> (7 - (int) (bit & 7)) & 1) != 0;
    }

    /**
     * Combines bytes into a destination in the arena.
     *
     * @param to bytes that hold the first operand and receive the result.
     */
    public static void combine(Memory memory, Operator operator, long from, long to, long length) {
        long words = length & -8;
        switch (operator) {
            case AND -> {
                for (long i = 0; i < words; i += 8) {
                    memory.putLongUnaligned(
                            to + i, UnsafeApi.getLong(to + i) & UnsafeApi.getLong(from + i));
                }
            }
            case OR -> {
                for (long i = 0; i < words; i += 8) {
                    memory.putLongUnaligned(
                            to + i, UnsafeApi.getLong(to + i) | UnsafeApi.getLong(from + i));
                }
            }
            default -> {
                for (long i = 0; i < words; i += 8) {
                    memory.putLongUnaligned(
                            to + i, UnsafeApi.getLong(to + i) ^ UnsafeApi.getLong(from + i));
                }
            }
        }
        for (long i = words; i < length; i++) {
            int a = UnsafeApi.getByte(to + i);
            int b = UnsafeApi.getByte(from + i);
            int combined =
                    switch (operator) {
                        case AND -> a & b;
                        case OR -> a | b;
                        case XOR -> a ^ b;
                    };
            memory.putByte(to + i, (byte) combined);
        }
    }

    /** Writes the inverse of bytes to the arena. */
    public static void invert(Memory memory, long from, long to, long length) {
        long words = length & -8;
        for (long i = 0; i < words; i += 8) {
            memory.putLongUnaligned(to + i, ~UnsafeApi.getLong(from + i));
        }
        for (long i = words; i < length; i++) {
            memory.putByte(to + i, (byte) ~UnsafeApi.getByte(from + i));
        }
    }

    /**
     * An unsigned integer from anywhere in a string; what lies behind its end is zero.
     *
     * @param length of the string in bytes.
     * @param offset of the integer's most significant bit.
     * @param bits its width, 1 to 64.
     */
    public static long getField(long address, long length, long offset, int bits) {
        long value = 0;
        int left = bits;
        int skip = (int) (offset & 7);
        for (long at = offset >>> 3; left > 0; at++) {
            int eight = at < length ? UnsafeApi.getByte(address + at) & 0xFF : 0;
            int take = Math.min(8 - skip, left);
            int part = eight >>> (8 - skip - take) & (1 << take) - 1;
            value = value << take | part;
            left -= take;
            skip = 0;
        }
        return value;
    }

    /** Writes the low bits of a value; the string must reach that far. */
    public static void putField(Memory memory, long address, long offset, int bits, long value) {
        int left = bits;
        int skip = (int) (offset & 7);
        for (long at = address + (offset >>> 3); left > 0; at++) {
            int take = Math.min(8 - skip, left);
            int shift = 8 - skip - take;
            int mask = (1 << take) - 1 << shift;
            int part = (int) (value >>> (left - take)) << shift & mask;
            memory.putByte(at, (byte) (memory.getByte(at) & ~mask | part));
            left -= take;
            skip = 0;
        }
    }
}
