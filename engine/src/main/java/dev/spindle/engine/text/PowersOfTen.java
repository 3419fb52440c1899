package dev.spindle.engine.text;

import java.math.BigInteger;

/**
 * From decimal digits to the nearest double without allocation: Daniel Lemire, "Number Parsing at a Gigabyte per Second"
 * (2021), after Michael Eisel.
 *
 * <p>The digits w and a power 10^q make w * 5^q * 2^q. The table holds the first 128 bits of each 5^q. One 64 x 128 bit
 * product then carries enough correct bits to round, except where the bits that were cut off could change the outcome;
 * those few cases are declined and left to the caller.
 */
final class PowersOfTen {
    private static final int SMALLEST = -342;
    static final int LARGEST = 308;
    private static final int EXACT_POWERS = 22;
    private static final int MANTISSA_BITS = 52;
    private static final int MIN_EXPONENT = -1023;

    private static final double[] EXACT = new double[EXACT_POWERS + 1];

    /** High and low word of the normalized power of five, truncated for positive exponents, rounded up for negative. */
    private static final long[] TABLE = new long[2 * (LARGEST - SMALLEST + 1)];

    static {
        for (int i = 0; i <= EXACT_POWERS; i++) {
            EXACT[i] = Double.parseDouble("1e" + i);
        }
        for (int q = SMALLEST; q <= LARGEST; q++) {
            BigInteger power = BigInteger.valueOf(5).pow(Math.abs(q));
            BigInteger bits;
            if (q >= 0) {
                bits = power.shiftLeft(2000).shiftRight(2000 + power.bitLength() - 128);
            } else {
                int shift = power.bitLength() + 127;
                BigInteger reciprocal =
                        BigInteger.ONE.shiftLeft(shift).divide(power).add(BigInteger.ONE);
                bits = reciprocal.shiftRight(reciprocal.bitLength() - 128);
            }
            TABLE[2 * (q - SMALLEST)] = bits.shiftRight(64).longValue();
            TABLE[2 * (q - SMALLEST) + 1] = bits.longValue();
        }
    }

    private PowersOfTen() {}

    /**
     * @param digits unsigned, not zero, below 10^19
     * @return digits * 10^power as the nearest double, or -1 when this method cannot tell or the range is left
     */
    static double toDouble(long digits, int power) {
        if (digits >= 0 && digits <= 1L << 53 && power >= -EXACT_POWERS && power <= EXACT_POWERS) {
            // Both operands are exact, so the one rounding of the operation is the right one.
            return power < 0 ? digits / EXACT[-power] : digits * EXACT[power];
        }
        if (power < SMALLEST || power > LARGEST) {
            return -1;
        }
        int zeros = Long.numberOfLeadingZeros(digits);
        long w = digits << zeros;
        int row = 2 * (power - SMALLEST);
        long high = unsignedHigh(w, TABLE[row]);
        long low = w * TABLE[row];
        if ((high & 0x1ff) == 0x1ff) {
            long more = unsignedHigh(w, TABLE[row + 1]);
            low += more;
            if (Long.compareUnsigned(low, more) < 0) {
                high++;
            }
        }
        if (low == -1L && (power < -27 || power > 55)) {
            return -1;
        }
        int top = (int) (high >>> 63);
        long mantissa = high >>> (top + 9);
        int exponent = ((217706 * power) >> 16) + 63 + top - zeros - MIN_EXPONENT;
        if (exponent <= 0) {
            return -1; // subnormal or zero
        }
        boolean halfway = Long.compareUnsigned(low, 1) <= 0 && (mantissa & 3) == 1;
        if (halfway && power >= -4 && power <= 23 && mantissa << (top + 9) == high) {
            mantissa &= ~1L; // an exact tie goes to the even neighbour
        }
        mantissa = (mantissa + (mantissa & 1)) >>> 1;
        if (mantissa >= 2L << MANTISSA_BITS) {
            mantissa = 1L << MANTISSA_BITS;
            exponent++;
        }
        if (exponent >= 2047) {
            return -1;
        }
        long bits = mantissa & ~(1L << MANTISSA_BITS) | (long) exponent << MANTISSA_BITS;
        return Double.longBitsToDouble(bits);
    }

    private static long unsignedHigh(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    }
}
