package dev.spindle.engine.encoding;

import org.agrona.UnsafeApi;

/**
 * A seeded 64-bit hash of a key's bytes, built on 64x64-to-128-bit multiplication (the construction of wyhash). The seed
 * is drawn per process, so that clients cannot choose colliding keys.
 */
public final class KeyHash {

    private static final long S0 = 0xA0761D6478BD642FL;
    private static final long S1 = 0xE7037ED1A0B428DBL;

    private KeyHash() {}

    /** Hashes bytes outside the heap. */
    public static long hash(long address, int length, long seed) {
        long h = seed ^ S0;
        long at = address;
        int left = length;
        while (left > 16) {
            h = fold(UnsafeApi.getLong(at) ^ S1, UnsafeApi.getLong(at + 8) ^ h);
            at += 16;
            left -= 16;
        }
        long a;
        long b;
        if (left >= 8) {
            a = UnsafeApi.getLong(at);
            b = UnsafeApi.getLong(at + left - 8);
        } else if (left >= 4) {
            a = UnsafeApi.getInt(at) & 0xFFFF_FFFFL;
            b = UnsafeApi.getInt(at + left - 4) & 0xFFFF_FFFFL;
        } else if (left > 0) {
            a =
                    (UnsafeApi.getByte(at) & 0xFFL) << 16
                            | (UnsafeApi.getByte(at + (left >> 1)) & 0xFFL) << 8
                            | (UnsafeApi.getByte(at + left - 1) & 0xFFL);
            b = 0;
        } else {
            a = 0;
            b = 0;
        }
        return fold(S1 ^ length, fold(a ^ S1, b ^ h));
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.multiplyHigh(a, b);
    }
}
