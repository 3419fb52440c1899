package dev.spindle.engine.text;

import org.agrona.UnsafeApi;

/**
 * Integers as Redis reads and writes them.
 *
 * <p>The strictness has a purpose: a text is an integer exactly when writing that integer gives the text back. This is
 * what lets a value be stored as a number and returned as the very bytes that were set, so there is no plus sign, no
 * leading zero, no space and no "-0".
 */
public final class Numbers {
    /** The longest text of a long, "-9223372036854775808". */
    public static final int MAX_LONG_LENGTH = 20;

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final long LAST_SAFE = Long.MAX_VALUE / 10;

    /** "00" to "99", two bytes each in memory order, so that writing takes one division per two digits. */
    private static final byte[] PAIRS = pairs();

    private Numbers() {}

    /**
     * @return whether the bytes are exactly the text of a long; then {@code result} holds it, otherwise it is untouched
     */
    public static boolean parseLong(long address, int length, LongResult result) {
        return parse(null, address, length, result);
    }

    public static boolean parseLong(byte[] bytes, LongResult result) {
        return parse(bytes, BYTES, bytes.length, result);
    }

    public static boolean parseLong(byte[] bytes, int offset, int length, LongResult result) {
        assert offset >= 0 && length >= 0 && offset + length <= bytes.length;
        return parse(bytes, BYTES + offset, length, result);
    }

    private static boolean parse(Object base, long offset, int length, LongResult result) {
        if (length <= 0 || length > MAX_LONG_LENGTH) {
            return false;
        }
        long at = offset;
        long end = offset + length;
        int first = UnsafeApi.getByte(base, at);
        boolean negative = first == '-';
        if (negative) {
            if (++at == end) {
                return false;
            }
            first = UnsafeApi.getByte(base, at);
        }
        int digit = first - '0';
        if (digit <= 0 || digit > 9) {
            if (digit == 0 && length == 1) {
                result.value = 0;
                return true;
            }
            return false;
        }
        long value = digit;
        while (++at < end) {
            digit = UnsafeApi.getByte(base, at) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            // Past this bound another digit overflows; on it, only 8 (as part of the minimum) may
            // still follow.
            if (value > LAST_SAFE) {
                return false;
            }
            value = value * 10 + digit;
            if (value < 0) {
                boolean minimum = negative && value == Long.MIN_VALUE && at + 1 == end;
                if (!minimum) {
                    return false;
                }
            }
        }
        result.value = negative ? -value : value;
        return true;
    }

    /** How many bytes {@link #writeLong} would write, 1 to 20. */
    public static int longLength(long value) {
        if (value < 0) {
            return value == Long.MIN_VALUE ? MAX_LONG_LENGTH : 1 + digits(-value);
        }
        return digits(value);
    }

    private static int digits(long value) {
        if (value < 10) {
            return 1;
        }
        int count = 1;
        long bound = 10;
        while (value >= bound) {
            count++;
            if (count == 19) {
                return 19;
            }
            bound *= 10;
        }
        return count;
    }

    /**
     * Writes the decimal text of a value.
     *
     * @return its length in bytes
     */
    public static int writeLong(long address, long value) {
        return write(null, address, value);
    }

    public static int writeLong(byte[] bytes, int offset, long value) {
        assert offset >= 0 && offset + longLength(value) <= bytes.length;
        return write(bytes, BYTES + offset, value);
    }

    private static int write(Object base, long offset, long value) {
        int length = longLength(value);
        long at = offset + length;
        // Negative rests have a minimum of their own, so the digits are taken from there and never
        // overflow.
        long rest = value;
        if (rest < 0) {
            UnsafeApi.putByte(base, offset, (byte) '-');
        } else {
            rest = -rest;
        }
        while (rest <= -10) {
            long next = rest / 100;
            int pair = (int) (next * 100 - rest);
            rest = next;
            UnsafeApi.putByte(base, --at, PAIRS[2 * pair + 1]);
            UnsafeApi.putByte(base, --at, PAIRS[2 * pair]);
        }
        if (rest != 0 || value == 0) {
            UnsafeApi.putByte(base, --at, (byte) ('0' - rest));
        }
        assert at == offset + (value < 0 ? 1 : 0);
        return length;
    }

    private static byte[] pairs() {
        byte[] pairs = new byte[200];
        for (int i = 0; i < 100; i++) {
            pairs[2 * i] = (byte) ('0' + i / 10);
            pairs[2 * i + 1] = (byte) ('0' + i % 10);
        }
        return pairs;
    }
}
