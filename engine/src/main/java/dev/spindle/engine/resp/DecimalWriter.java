package dev.spindle.engine.resp;

import org.agrona.UnsafeApi;

/** Decimal digits of longs into native memory, two at a time. */
public final class DecimalWriter {

    private static final short[] PAIRS = new short[100];
    private static final long[] POWERS = new long[19];

    // log10(2), by 2^12.
    private static final int LOG = 1233;
    private static final int LOG_SHIFT = 12;

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[i] = (short) (('0' + i / 10) | ('0' + i % 10) << 8);
        }
        long power = 1;
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private DecimalWriter() {}

    /** Number of bytes that {@link #write} will write. */
    public static int length(long value) {
        if (value < 0) {
            return value == Long.MIN_VALUE ? 20 : 1 + length(-value);
        }
        // Binary digits by log10(2) are the decimal digits, or one more than there are behind the
        // first.
        int guess = (64 - Long.numberOfLeadingZeros(value | 1)) * LOG >>> LOG_SHIFT;
        return guess + (value >= POWERS[guess] || guess == 0 ? 1 : 0);
    }

    /**
     * Writes the digits, with a minus sign where needed.
     *
     * @return the address behind the last byte; at most 20 bytes are written.
     */
    public static long write(long address, long value) {
        int length = length(value);
        long end = address + length;
        if (value < 0) {
            UnsafeApi.putByte(address, (byte) '-');
        }
        // Negative remainders, so that the most negative long needs no case of its own.
        long rest = value < 0 ? value : -value;
        long to = end;
        while (rest <= -10) {
            long next = rest / 100;
            int pair = (int) (next * 100 - rest);
            rest = next;
            to -= 2;
            UnsafeApi.putShort(to, PAIRS[pair]);
            if (next == 0) {
                return end;
            }
        }
        if (rest < 0 || to == end) {
            UnsafeApi.putByte(to - 1, (byte) ('0' - rest));
        }
        return end;
    }
}
