package dev.spindle.engine.memory;

import org.agrona.UnsafeApi;

/** Comparisons of bytes that lie anywhere outside the heap. */
public final class ByteRange {

    private ByteRange() {}

    /** Whether two ranges hold the same bytes. */
    public static boolean equal(long a, long b, int length) {
        if (length >= 8) {
            int last = length - 8;
            for (int i = 0; i < last; i += 8) {
                if (UnsafeApi.getLong(a + i) != UnsafeApi.getLong(b + i)) {
                    return false;
                }
            }
            return UnsafeApi.getLong(a + last) == UnsafeApi.getLong(b + last);
        }
        for (int i = 0; i < length; i++) {
            if (UnsafeApi.getByte(a + i) != UnsafeApi.getByte(b + i)) {
                return false;
            }
        }
        return true;
    }

    /** Number of leading bytes that two ranges of a length share. */
    public static int common(long a, long b, int length) {
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            long difference = UnsafeApi.getLong(a + i) ^ UnsafeApi.getLong(b + i);
            if (difference != 0) {
                return i + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
        }
        while (i < length && UnsafeApi.getByte(a + i) == UnsafeApi.getByte(b + i)) {
            i++;
        }
        return i;
    }

    /**
     * Orders two ranges by their bytes, unsigned, the shorter first where one begins the other, as memcmp and then length do.
     *
     * @return negative, 0 or positive.
     */
    public static int compare(long a, int aLength, long b, int bLength) {
        int common = Math.min(aLength, bLength);
        int i = 0;
        for (; i + 8 <= common; i += 8) {
            long left = UnsafeApi.getLong(a + i);
            long right = UnsafeApi.getLong(b + i);
            if (left != right) {
                return Long.compareUnsigned(Long.reverseBytes(left), Long.reverseBytes(right));
            }
        }
        for (; i < common; i++) {
            int difference = (UnsafeApi.getByte(a + i) & 255) - (UnsafeApi.getByte(b + i) & 255);
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(aLength, bLength);
    }
}
