package dev.spindle.engine.text;

import java.math.BigDecimal;
import org.agrona.UnsafeApi;

/**
 * The significant decimal digits of a double and their layouts.
 *
 * <p>Seventeen digits are computed exactly. A double is m * 2^e with a whole m, so its integer part is a whole number of at
 * most 1024 bits and its fraction one of at most 1074 bits below the point. Chunks of nine digits come out of the integer
 * part by dividing by 10^9, lowest first, and out of the fraction by multiplying by 10^9, highest first. Digits past the
 * seventeenth decide the rounding together with whether anything is left, half to even as glibc does.
 *
 * <pre>
 *   words of 32 bits, little endian
 *   integer part   [w0 w1 ... wn]            / 10^9 -> chunks, last chunk first
 *   fraction       . [wn ... w1 w0]          * 10^9 -> the word that overflows is the next chunk
 * </pre>
 *
 * <p>One object per thread is reused, so that writing a score allocates nothing. Doubles near 1 have two or three words of
 * fraction and cost some twenty multiplications; 1e-300 costs about a thousand.
 */
final class DecimalDigits {
    static final int PRECISION = 17;

    private static final int CHUNK = 1_000_000_000;
    private static final int CHUNK_DIGITS = 9;
    private static final int WORDS = 40;
    private static final int MAX_CHUNKS = 40;
    private static final long WORD_MASK = 0xffff_ffffL;
    private static final int EXPONENT_BIAS = 1075;

    private static final ThreadLocal<DecimalDigits> REUSED =
            ThreadLocal.withInitial(DecimalDigits::new);

    /** Digit values, most significant first; the first is not zero. */
    private final byte[] digits = new byte[2 * CHUNK_DIGITS + MAX_CHUNKS * CHUNK_DIGITS];

    private int count;

    /** The value is d.ddd * 10^exponent. */
    private int exponent;

    private final int[] words = new int[WORDS];
    private final int[] chunks = new int[MAX_CHUNKS];

    private DecimalDigits() {}

    /** The digits of {@code %.17g}, trailing zeros dropped. */
    static DecimalDigits seventeen(double positive) {
        DecimalDigits digits = REUSED.get();
        digits.compute(positive);
        return digits;
    }

    /** The fewest digits that read back as the same double. Allocates. */
    static DecimalDigits shortest(double positive) {
        DecimalDigits digits = REUSED.get();
        digits.computeShortest(positive);
        return digits;
    }

    private void compute(double value) {
        long bits = Double.doubleToRawLongBits(value);
        int biased = (int) (bits >>> 52);
        long mantissa = bits & (1L << 52) - 1;
        if (biased == 0) {
            biased = 1;
        } else {
            mantissa |= 1L << 52;
        }
        int power = biased - EXPONENT_BIAS;
        count = 0;
        exponent = Integer.MIN_VALUE;
        boolean rest;
        if (power >= 0) {
            integerDigits(mantissa, power);
            rest = false;
        } else {
            long whole = power > -64 ? mantissa >>> -power : 0;
            if (whole != 0) {
                integerDigits(whole, 0);
            }
            long fraction = power > -64 ? mantissa & (1L << -power) - 1 : mantissa;
            rest = fractionDigits(fraction, -power);
        }
        round(rest);
    }

    private void integerDigits(long mantissa, int shift) {
        int used = load(mantissa, shift);
        int produced = 0;
        while (used > 0) {
            long remainder = 0;
            for (int i = used - 1; i >= 0; i--) {
                long value = remainder << 32 | words[i] & WORD_MASK;
                words[i] = (int) (value / CHUNK);
                remainder = value % CHUNK;
            }
            chunks[produced++] = (int) remainder;
            while (used > 0 && words[used - 1] == 0) {
                used--;
            }
        }
        while (produced > 0) {
            appendChunk(chunks[--produced]);
        }
        exponent = count - 1;
    }

    /** Puts mantissa << shift into the words and returns how many are in use. */
    private int load(long mantissa, int shift) {
        int skip = shift >>> 5;
        int bits = shift & 31;
        for (int i = 0; i < skip; i++) {
            words[i] = 0;
        }
        words[skip] = (int) (mantissa << bits);
        words[skip + 1] = (int) (mantissa << bits >>> 32);
        words[skip + 2] = bits == 0 ? 0 : (int) (mantissa >>> 64 - bits);
        int used = skip + 3;
        while (used > 0 && words[used - 1] == 0) {
            used--;
        }
        return used;
    }

    /** Appends digits of fraction / 2^bits until one more than needed is there; answers whether anything is left. */
    private boolean fractionDigits(long fraction, int bits) {
        if (fraction == 0) {
            return false;
        }
        // Align the point with a word boundary: the fraction fills the words from below it.
        int used = (bits + 31) >>> 5;
        int loaded = load(fraction, (used << 5) - bits);
        for (int i = loaded; i < used; i++) {
            words[i] = 0;
        }
        int lowest = 0;
        int place = -1;
        while (count <= PRECISION) {
            while (lowest < used && words[lowest] == 0) {
                lowest++;
            }
            if (lowest == used) {
                return false;
            }
            long carry = 0;
            for (int i = lowest; i < used; i++) {
                long value = (words[i] & WORD_MASK) * CHUNK + carry;
                words[i] = (int) value;
                carry = value >>> 32;
            }
            int before = count;
            appendChunk((int) carry);
            if (before == 0 && count > 0) {
                exponent = place - (CHUNK_DIGITS - count);
            }
            place -= CHUNK_DIGITS;
        }
        for (int i = lowest; i < used; i++) {
            if (words[i] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Nine digits, leading zeros included unless the number has not begun. */
    private void appendChunk(int chunk) {
        int divisor = CHUNK / 10;
        int rest = chunk;
        for (int i = 0; i < CHUNK_DIGITS; i++) {
            int digit = rest / divisor;
            rest -= digit * divisor;
            divisor /= 10;
            if (count > 0 || digit > 0) {
                digits[count++] = (byte) digit;
            }
        }
    }

    private void round(boolean rest) {
        if (count > PRECISION) {
            boolean more = rest;
            for (int i = PRECISION + 1; i < count && !more; i++) {
                more = digits[i] != 0;
            }
            int next = digits[PRECISION];
            boolean odd = (digits[PRECISION - 1] & 1) != 0;
            count = PRECISION;
            if (next > 5 || (next == 5 && (more || odd))) {
                increment();
            }
        }
        while (count > 1 && digits[count - 1] == 0) {
            count--;
        }
    }

    private void increment() {
        int at = count - 1;
        while (at >= 0 && digits[at] == 9) {
            digits[at--] = 0;
        }
        if (at >= 0) {
            digits[at]++;
        } else {
            digits[0] = 1;
            exponent++;
        }
    }

    private void computeShortest(double value) {
        // Until JDK 19 Double.toString may give one digit too many, so shorter candidates are tried
        // from its digits.
        String best = null;
        for (int precision = 1; precision <= PRECISION && best == null; precision++) {
            String candidate =
                    new BigDecimal(value)
                            .round(
                                    new java.math.MathContext(
                                            precision, java.math.RoundingMode.HALF_EVEN))
                            .toString();
            if (Double.parseDouble(candidate) == value) {
                best = candidate;
            }
        }
        BigDecimal decimal = new BigDecimal(best).stripTrailingZeros();
        String text = decimal.unscaledValue().toString();
        count = text.length();
        for (int i = 0; i < count; i++) {
            digits[i] = (byte) (text.charAt(i) - '0');
        }
        exponent = count - 1 - decimal.scale();
    }

    /** As C's %g: plain from 1e-4 up to the precision, else with an exponent of at least two digits. */
    long layOutGeneral(Object base, long at) {
        if (exponent < -4 || exponent >= PRECISION) {
            return layOutExponent(base, at, 2);
        }
        return layOutPlain(base, at);
    }

    /** Redis 7.2: plain integers up to seven zeros behind the digits, plain fractions with few zeros before them. */
    long layOutShortest(Object base, long at) {
        int scale = exponent - count + 1;
        int magnitude = Math.abs(exponent);
        boolean plain = scale >= 0 ? magnitude < count + 7 : scale > -7 || magnitude < 4;
        return plain ? layOutPlain(base, at) : layOutExponent(base, at, 1);
    }

    private long layOutPlain(Object base, long from) {
        long at = from;
        if (exponent < 0) {
            at = put(base, at, '0');
            at = put(base, at, '.');
            for (int i = -1; i > exponent; i--) {
                at = put(base, at, '0');
            }
        }
        for (int i = 0; i < count; i++) {
            if (i == exponent + 1 && exponent >= 0) {
                at = put(base, at, '.');
            }
            at = put(base, at, '0' + digits[i]);
        }
        for (int i = count; i <= exponent; i++) {
            at = put(base, at, '0');
        }
        return at;
    }

    private long layOutExponent(Object base, long from, int leastDigits) {
        long at = put(base, from, '0' + digits[0]);
        if (count > 1) {
            at = put(base, at, '.');
            for (int i = 1; i < count; i++) {
                at = put(base, at, '0' + digits[i]);
            }
        }
        at = put(base, at, 'e');
        at = put(base, at, exponent < 0 ? '-' : '+');
        int magnitude = Math.abs(exponent);
        if (magnitude >= 100) {
            at = put(base, at, '0' + magnitude / 100);
        }
        if (magnitude >= 10 || leastDigits > 1) {
            at = put(base, at, '0' + magnitude / 10 % 10);
        }
        return put(base, at, '0' + magnitude % 10);
    }

    private static long put(Object base, long at, int c) {
        UnsafeApi.putByte(base, at, (byte) c);
        return at + 1;
    }
}
