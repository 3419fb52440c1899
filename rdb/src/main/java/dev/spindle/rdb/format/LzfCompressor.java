package dev.spindle.rdb.format;

import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * Compresses strings into the format of LZF.
 *
 * <pre>
 *   000nnnnn                                n+1 bytes follow as they are
 *   nnnddddd dddddddd                       n+2 bytes (n 1 to 6) as they stood d+1 bytes ago
 *   111ddddd nnnnnnnn dddddddd              n+9 bytes as they stood d+1 bytes ago
 * </pre>
 *
 * <p>One table remembers for each hash of three bytes where they were seen last. It is not emptied between strings, which would
 * cost more than compressing a short one does: what it holds are positions in the stream of all strings compressed so far, and
 * whatever is before the string at hand counts for nothing. For one thread.
 */
public final class LzfCompressor {

    private static final int HASH_BITS = 14;
    private static final int MOST_LITERALS = 32;
    private static final int MOST_DISTANCE = 1 << 13;
    private static final int MOST_MATCH = 264;
    private static final int LEAST_MATCH = 3;

    /** Bytes that the longest reference takes. */
    private static final int REFERENCE_BYTES = 3;

    private final int[] seen = new int[1 << HASH_BITS];

    // Position of the first byte of the string at hand in the stream of all; 0 in the table is
    // never.
    private int start = 1;

    private long out;
    private long outEnd;
    private boolean full;

    /**
     * Compresses bytes.
     *
     * @param from native address.
     * @param length in bytes.
     * @param to native address of at least {@code capacity} bytes apart from the source.
     * @param capacity the most bytes that are of use, usually a few less than the length.
     * @return bytes written, or 0 when they would have been more than the capacity.
     */
    public int compress(long from, int length, long to, int capacity) {
        if (length < LEAST_MATCH + 1) {
            return 0;
        }
        begin(length);
        out = to;
        outEnd = to + capacity;
        full = false;
        long end = from + length;
        long lastHashed = end - 4;
        long literals = from;
        long at = from;
        int misses = 0;
        while (at <= lastHashed && !full) {
            int word = UnsafeApi.getInt(at) & 0xFF_FFFF;
            int slot = word * 0x9E37_79B1 >>> 32 - HASH_BITS;
            int position = start + (int) (at - from);
            int before = seen[slot];
            seen[slot] = position;
            int distance = position - before;
            if (before >= start
                    && distance <= MOST_DISTANCE
                    && (UnsafeApi.getInt(at - distance) & 0xFF_FFFF) == word) {
                literals(literals, at);
                int match = matchLength(at, distance, end);
                reference(match, distance);
                at += match;
                literals = at;
                misses = 0;
            } else {
                // Bytes that repeat nothing are passed over in ever longer steps.
                at += 1 + (misses++ >>> 6);
            }
        }
        literals(literals, end);
        start += length;
        return full ? 0 : (int) (out - to);
    }

    private void begin(int length) {
        if (start > Integer.MAX_VALUE - length - 1) {
            Arrays.fill(seen, 0);
            start = 1;
        }
    }

    private static int matchLength(long at, int distance, long end) {
        int most = (int) Math.min(MOST_MATCH, end - at);
        int length = LEAST_MATCH;
        while (length + 8 <= most) {
            long difference =
                    UnsafeApi.getLong(at + length) ^ UnsafeApi.getLong(at + length - distance);
            if (difference != 0) {
                return length + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
            length += 8;
        }
        while (length < most
                && UnsafeApi.getByte(at + length) == UnsafeApi.getByte(at + length - distance)) {
            length++;
        }
        return length;
    }

    private void literals(long from, long to) {
        long at = from;
        while (at < to && !full) {
            int run = (int) Math.min(MOST_LITERALS, to - at);
            if (out + 1 + run > outEnd) {
                full = true;
                return;
            }
            UnsafeApi.putByte(out, (byte) (run - 1));
            UnsafeApi.copyMemory(at, out + 1, run);
            out += 1 + run;
            at += run;
        }
    }

    private void reference(int length, int distance) {
        if (out + REFERENCE_BYTES > outEnd) {
            full = true;
            return;
        }
        int back = distance - 1;
        int coded = length - 2;
        if (coded < 7) {
            UnsafeApi.putByte(out++, (byte) (coded << 5 | back >>> 8));
        } else {
            UnsafeApi.putByte(out++, (byte) (7 << 5 | back >>> 8));
            UnsafeApi.putByte(out++, (byte) (coded - 7));
        }
        UnsafeApi.putByte(out++, (byte) back);
    }
}
