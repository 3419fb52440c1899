package dev.spindle.engine.memory;

import org.agrona.UnsafeApi;

/**
 * Copies of few bytes between native places. A call of the general copy costs more than the handful of loads and stores that
 * most keys and values take.
 */
public final class ByteCopy {

    private static final int SHORT = 64;

    private ByteCopy() {}

    /** Copies bytes; the ranges must not overlap. The target is checked by the caller. */
    public static void copy(long from, long to, long length) {
        if (length > SHORT) {
            UnsafeApi.copyMemory(from, to, length);
        } else if (length >= 8) {
            // The last word may overlap the one before it.
            long last = length - 8;
            long tail = UnsafeApi.getLong(from + last);
            for (long i = 0; i < last; i += 8) {
                UnsafeApi.putLong(to + i, UnsafeApi.getLong(from + i));
            }
            UnsafeApi.putLong(to + last, tail);
        } else if (length >= 4) {
            int head = UnsafeApi.getInt(from);
            int tail = UnsafeApi.getInt(from + length - 4);
            UnsafeApi.putInt(to, head);
            UnsafeApi.putInt(to + length - 4, tail);
        } else {
            for (long i = 0; i < length; i++) {
                UnsafeApi.putByte(to + i, UnsafeApi.getByte(from + i));
            }
        }
    }
}
