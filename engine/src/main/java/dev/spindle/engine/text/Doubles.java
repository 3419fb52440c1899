package dev.spindle.engine.text;

import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/**
 * Doubles as Redis reads and writes them: the scores of sorted sets, distances, timeouts.
 *
 * <h2>Reading</h2>
 *
 * What C's strtod takes when it takes everything: a sign, decimal digits with point and exponent, hexadecimal floats, inf
 * and infinity in any letter case. No space anywhere, no NaN, nothing that overflows to infinity or underflows to zero.
 * A decimal of up to 19 digits goes through {@link PowersOfTen} without allocation; longer ones, hexadecimals and the few
 * cases that it declines take the JDK's way, which costs a String.
 *
 * <h2>Writing</h2>
 *
 * The judge is redis-server 7.0, which prints {@code %.17g}: 17 significant digits, correctly rounded, trailing zeros
 * dropped, an exponent of at least two digits when it is below -4 or above 16. So 0.1 is 0.10000000000000001 there. (From
 * 7.2 on Redis prints the shortest digits that read back; {@link #writeShortest} does that.) Integers below 2^53 need no
 * rounding and are written as integers. For the rest {@link DecimalDigits} computes the digits exactly in whole-number
 * arithmetic.
 */
public final class Doubles {
    /** Room enough for every text that {@link #write} and {@link #writeShortest} produce, in bytes. */
    public static final int MAX_LENGTH = 32;

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int MAX_DIGITS = 19;
    private static final int EXPONENT_LIMIT = 100_000;
    private static final double EXACT_INTEGERS = 0x1p53;

    private Doubles() {}

    /**
     * Computes the table of powers that parsing looks into, else done by the first to parse: a fresh virtual machine interprets the
     * big integers that takes for 15 ms.
     */
    public static void prepare() {
        PowersOfTen.toDouble(1, PowersOfTen.LARGEST);
    }

    /**
     * @return whether the bytes are a float by Redis's rules; then {@code result} holds it
     */
    public static boolean parse(long address, int length, DoubleResult result) {
        return parse(null, address, length, result);
    }

    /**
     * Reads what C's strtod takes whole: also nothing at all, which is 0, white space in front, and what overflows to infinity or
     * underflows to zero. The bounds of a range of scores are read so.
     *
     * @return whether it is a number; not for NaN
     */
    public static boolean parseLoosely(long address, int length, DoubleResult result) {
        if (parse(address, length, result)) {
            return true;
        }
        byte[] bytes = new byte[length];
        UnsafeApi.copyMemory(null, address, bytes, BYTES, length);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.isEmpty()) {
            result.value = 0;
            return true;
        }
        int from = 0;
        while (from < length
                && (text.charAt(from) == ' '
                        || text.charAt(from) >= 9 && text.charAt(from) <= 13)) {
            from++;
        }
        text = text.substring(from);
        FloatSyntax syntax = FloatSyntax.of(text);
        switch (syntax) {
            case INFINITE ->
                    result.value =
                            text.charAt(0) == '-'
                                    ? Double.NEGATIVE_INFINITY
                                    : Double.POSITIVE_INFINITY;
            case DECIMAL -> result.value = Double.parseDouble(text);
            case HEXADECIMAL -> {
                boolean complete = text.indexOf('p') >= 0 || text.indexOf('P') >= 0;
                result.value = Double.parseDouble(complete ? text : text + "p0");
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    public static boolean parse(byte[] bytes, DoubleResult result) {
        return parse(bytes, BYTES, bytes.length, result);
    }

    private static boolean parse(Object base, long offset, int length, DoubleResult result) {
        long end = offset + length;
        long at = offset;
        if (length <= 0) {
            return false;
        }
        byte first = UnsafeApi.getByte(base, at);
        boolean negative = first == '-';
        if (negative || first == '+') {
            at++;
        }
        long mantissa = 0;
        int digits = 0;
        int significant = 0;
        int scale = 0;
        boolean point = false;
        for (; at < end; at++) {
            byte c = UnsafeApi.getByte(base, at);
            int digit = c - '0';
            if (digit >= 0 && digit <= 9) {
                digits++;
                if (significant > 0 || digit > 0) {
                    if (++significant > MAX_DIGITS) {
                        return parseSlowly(base, offset, length, result);
                    }
                    mantissa = mantissa * 10 + digit;
                }
                if (point) {
                    scale--;
                }
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0) {
            if (end - at == 3 && !point && isInf(base, at)) {
                result.value = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
                return true;
            }
            return parseSlowly(base, offset, length, result);
        }
        if (at < end) {
            if ((UnsafeApi.getByte(base, at) | 0x20) != 'e') {
                return parseSlowly(base, offset, length, result);
            }
            int exponent = exponent(base, at + 1, end);
            if (exponent == Integer.MIN_VALUE) {
                return false;
            }
            scale += exponent;
        }
        return decide(base, offset, length, negative, mantissa, scale, result);
    }

    // The usual end of a range of scores, so it takes no String.
    private static boolean isInf(Object base, long at) {
        return (UnsafeApi.getByte(base, at) | 0x20) == 'i'
                && (UnsafeApi.getByte(base, at + 1) | 0x20) == 'n'
                && (UnsafeApi.getByte(base, at + 2) | 0x20) == 'f';
    }

    private static boolean decide(
            Object base,
            long offset,
            int length,
            boolean negative,
            long mantissa,
            int scale,
            DoubleResult result) {
        if (mantissa == 0) {
            result.value = negative ? -0.0 : 0.0;
            return true;
        }
        double magnitude = PowersOfTen.toDouble(mantissa, scale);
        if (magnitude < 0) {
            return parseSlowly(base, offset, length, result);
        }
        result.value = negative ? -magnitude : magnitude;
        return true;
    }

    /** The signed digits from {@code from} to the end, capped; MIN_VALUE when there is anything else. */
    private static int exponent(Object base, long from, long end) {
        long at = from;
        boolean negative = false;
        if (at < end) {
            byte sign = UnsafeApi.getByte(base, at);
            negative = sign == '-';
            if (negative || sign == '+') {
                at++;
            }
        }
        if (at == end) {
            return Integer.MIN_VALUE;
        }
        int value = 0;
        for (; at < end; at++) {
            int digit = UnsafeApi.getByte(base, at) - '0';
            if (digit < 0 || digit > 9) {
                return Integer.MIN_VALUE;
            }
            value = Math.min(value * 10 + digit, EXPONENT_LIMIT);
        }
        return negative ? -value : value;
    }

    private static boolean parseSlowly(Object base, long offset, int length, DoubleResult result) {
        byte[] copy = new byte[length];
        for (int i = 0; i < length; i++) {
            copy[i] = UnsafeApi.getByte(base, offset + i);
        }
        String text = new String(copy, StandardCharsets.ISO_8859_1);
        FloatSyntax syntax = FloatSyntax.of(text);
        switch (syntax) {
            case INFINITE -> {
                result.value =
                        text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
                return true;
            }
            case DECIMAL, HEXADECIMAL -> {
                boolean hex = syntax == FloatSyntax.HEXADECIMAL;
                // Java insists on the exponent of a hexadecimal float, C does not.
                boolean complete = !hex || text.indexOf('p') >= 0 || text.indexOf('P') >= 0;
                double value = Double.parseDouble(complete ? text : text + "p0");
                if (Double.isInfinite(value) || (value == 0 && !FloatSyntax.isZero(text))) {
                    return false;
                }
                result.value = value;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /**
     * Writes a double as redis-server 7.0 does ({@code %.17g}; {@code inf}, {@code -inf}, {@code nan}).
     *
     * @param address room for {@link #MAX_LENGTH} bytes
     * @return the length in bytes
     */
    public static int write(long address, double value) {
        return write(null, address, value, false);
    }

    public static int write(byte[] bytes, int offset, double value) {
        assert offset + MAX_LENGTH <= bytes.length;
        return write(bytes, BYTES + offset, value, false);
    }

    /** Writes a double as Redis does from 7.2 on: the shortest digits that read back as the same double. */
    public static int writeShortest(long address, double value) {
        return write(null, address, value, true);
    }

    public static int writeShortest(byte[] bytes, int offset, double value) {
        assert offset + MAX_LENGTH <= bytes.length;
        return write(bytes, BYTES + offset, value, true);
    }

    private static int write(Object base, long offset, double value, boolean shortest) {
        if (value != value) {
            return put(base, offset, 'n', 'a', 'n');
        }
        if (Double.isInfinite(value)) {
            if (value < 0) {
                UnsafeApi.putByte(base, offset, (byte) '-');
                return 1 + put(base, offset + 1, 'i', 'n', 'f');
            }
            return put(base, offset, 'i', 'n', 'f');
        }
        long at = offset;
        double magnitude = value;
        if (Double.doubleToRawLongBits(value) < 0) {
            UnsafeApi.putByte(base, at++, (byte) '-');
            magnitude = -value;
        }
        if (magnitude < EXACT_INTEGERS && magnitude == (long) magnitude) {
            return (int) (at - offset) + writeInteger(base, at, (long) magnitude);
        }
        DecimalDigits digits =
                shortest ? DecimalDigits.shortest(magnitude) : DecimalDigits.seventeen(magnitude);
        long end = shortest ? digits.layOutShortest(base, at) : digits.layOutGeneral(base, at);
        return (int) (end - offset);
    }

    private static int writeInteger(Object base, long at, long value) {
        return base == null
                ? Numbers.writeLong(at, value)
                : Numbers.writeLong((byte[]) base, (int) (at - BYTES), value);
    }

    private static int put(Object base, long at, char a, char b, char c) {
        UnsafeApi.putByte(base, at, (byte) a);
        UnsafeApi.putByte(base, at + 1, (byte) b);
        UnsafeApi.putByte(base, at + 2, (byte) c);
        return 3;
    }

    /** For the control plane and messages: what {@link #write} writes, as a String. */
    public static String toText(double value) {
        byte[] bytes = new byte[MAX_LENGTH];
        return new String(bytes, 0, write(bytes, 0, value), StandardCharsets.ISO_8859_1);
    }
}
