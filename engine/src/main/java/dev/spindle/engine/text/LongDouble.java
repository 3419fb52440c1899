package dev.spindle.engine.text;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * A number of the x87's extended format, which INCRBYFLOAT and HINCRBYFLOAT compute with: 64 bits of mantissa, exponents of
 * 15 bits.
 *
 * <pre>
 *   value = mantissa * 2^exponent      |mantissa| &lt; 2^64,  exponent &gt;= -16445
 * </pre>
 *
 * <p>Every operation computes exactly and rounds once, half to even, as the hardware does. So 0.1 + 0.2 is 0.3 here, where
 * doubles would give 0.30000000000000004: the seventeen decimals that are printed do not reach the error.
 *
 * <p>Immutable; allocates. Common amounts (plain decimals of a few digits) take the same way as any other, since an increment
 * of a float is far from the most frequent command.
 */
public final class LongDouble {
    /** Longer texts are no floats (Redis's buffer, less the terminating NUL). */
    public static final int MAX_TEXT_LENGTH = 5 * 1024 - 1;

    private static final int PRECISION = 64;
    private static final int MIN_EXPONENT = -16445;
    private static final int MAX_EXPONENT = 16384 - PRECISION;
    private static final int DECIMALS = 17;
    private static final int DECIMAL_EXPONENT_LIMIT = 20_000;

    private static final LongDouble POSITIVE_INFINITY =
            new LongDouble(BigInteger.ONE, Integer.MAX_VALUE);
    private static final LongDouble NEGATIVE_INFINITY =
            new LongDouble(BigInteger.ONE.negate(), Integer.MAX_VALUE);

    private final BigInteger mantissa;
    private final int exponent;

    private LongDouble(BigInteger mantissa, int exponent) {
        this.mantissa = mantissa;
        this.exponent = exponent;
    }

    /**
     * Reads what C's strtold takes whole, without spaces around it; infinities are numbers here, NaN is not.
     *
     * @return null when the bytes are no float, or one that overflows, or one that is so small that it would be zero
     */
    public static LongDouble parse(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_TEXT_LENGTH) {
            return null;
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return switch (FloatSyntax.of(text)) {
            case INFINITE -> text.charAt(0) == '-' ? NEGATIVE_INFINITY : POSITIVE_INFINITY;
            case DECIMAL -> ofDecimal(text);
            case HEXADECIMAL -> ofHexadecimal(text);
            case NOT_A_NUMBER, MALFORMED -> null;
        };
    }

    private static LongDouble ofDecimal(String text) {
        if (FloatSyntax.isZero(text)) {
            return new LongDouble(BigInteger.ZERO, 0);
        }
        int mark = Math.max(text.indexOf('e'), text.indexOf('E'));
        String digits = mark < 0 ? text : text.substring(0, mark);
        int power = mark < 0 ? 0 : cappedInt(text.substring(mark + 1));
        if (digits.endsWith(".")) {
            digits = digits.substring(0, digits.length() - 1);
        }
        BigDecimal decimal = new BigDecimal(digits);
        // Far outside the range the power of ten would only be expensive to compute.
        int magnitude = decimal.precision() - decimal.scale() + power;
        if (Math.abs(magnitude) > DECIMAL_EXPONENT_LIMIT) {
            return null;
        }
        BigInteger unscaled = decimal.unscaledValue();
        int scale = decimal.scale() - power;
        return scale <= 0
                ? representable(round(unscaled.multiply(BigInteger.TEN.pow(-scale)), 0, false))
                : representable(divide(unscaled, BigInteger.TEN.pow(scale)));
    }

    private static LongDouble ofHexadecimal(String text) {
        if (FloatSyntax.isZero(text)) {
            return new LongDouble(BigInteger.ZERO, 0);
        }
        boolean negative = text.charAt(0) == '-';
        int mark = Math.max(text.indexOf('p'), text.indexOf('P'));
        int start = Math.max(text.indexOf('x'), text.indexOf('X')) + 1;
        String digits = mark < 0 ? text.substring(start) : text.substring(start, mark);
        int power = mark < 0 ? 0 : cappedInt(text.substring(mark + 1));
        int point = digits.indexOf('.');
        if (point >= 0) {
            power -= 4 * (digits.length() - point - 1);
            digits = digits.substring(0, point) + digits.substring(point + 1);
        }
        BigInteger mantissa = new BigInteger(digits, 16);
        return representable(round(negative ? mantissa.negate() : mantissa, power, false));
    }

    /** An exponent's digits; what is beyond any meaning is cut to a bound that still leaves every range. */
    private static int cappedInt(String digits) {
        BigInteger value = new BigInteger(digits.startsWith("+") ? digits.substring(1) : digits);
        BigInteger limit = BigInteger.valueOf(1_000_000);
        return value.min(limit).max(limit.negate()).intValue();
    }

    private static LongDouble representable(LongDouble rounded) {
        return rounded.isFinite() && rounded.mantissa.signum() != 0 ? rounded : null;
    }

    private static LongDouble divide(BigInteger dividend, BigInteger divisor) {
        // Enough quotient bits to round, with the remainder as a sticky bit below them.
        int shift = Math.max(0, PRECISION + 2 + divisor.bitLength() - dividend.abs().bitLength());
        BigInteger[] parts = dividend.abs().shiftLeft(shift).divideAndRemainder(divisor);
        BigInteger quotient = dividend.signum() < 0 ? parts[0].negate() : parts[0];
        return round(quotient, -shift, parts[1].signum() != 0);
    }

    /** The nearest number of the format to value * 2^exponent, where {@code sticky} says that the true value is a bit larger. */
    private static LongDouble round(BigInteger value, int exponent, boolean sticky) {
        BigInteger magnitude = value.abs();
        int drop = Math.max(magnitude.bitLength() - PRECISION, MIN_EXPONENT - exponent);
        if (drop > 0) {
            boolean half = magnitude.testBit(drop - 1);
            boolean below =
                    sticky || (magnitude.signum() != 0 && magnitude.getLowestSetBit() < drop - 1);
            magnitude = magnitude.shiftRight(drop);
            exponent += drop;
            if (half && (below || magnitude.testBit(0))) {
                magnitude = magnitude.add(BigInteger.ONE);
            }
        }
        boolean negative = value.signum() < 0;
        if (magnitude.bitLength() + exponent > MAX_EXPONENT + PRECISION) {
            return negative ? NEGATIVE_INFINITY : POSITIVE_INFINITY;
        }
        return new LongDouble(negative ? magnitude.negate() : magnitude, exponent);
    }

    /** The sum, rounded; null when it is not a number (infinities of opposite sign). */
    public LongDouble plus(LongDouble other) {
        if (!isFinite() || !other.isFinite()) {
            if (!isFinite() && !other.isFinite() && this != other) {
                return null;
            }
            return isFinite() ? other : this;
        }
        if (mantissa.signum() == 0) {
            return other;
        }
        if (other.mantissa.signum() == 0) {
            return this;
        }
        int common = Math.min(exponent, other.exponent);
        BigInteger sum =
                mantissa.shiftLeft(exponent - common)
                        .add(other.mantissa.shiftLeft(other.exponent - common));
        return round(sum, common, false);
    }

    public boolean isFinite() {
        return exponent != Integer.MAX_VALUE;
    }

    /** As Redis stores and replies it: seventeen decimals, correctly rounded, trailing zeros (and a bare point) dropped. */
    public String toText() {
        if (!isFinite()) {
            return mantissa.signum() < 0 ? "-inf" : "inf";
        }
        if (exponent < -16 * PRECISION) {
            return "0"; // far below the last decimal
        }
        BigDecimal value = new BigDecimal(mantissa);
        value =
                exponent >= 0
                        ? value.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(exponent)))
                        : value.divide(new BigDecimal(BigInteger.ONE.shiftLeft(-exponent)));
        BigDecimal shown = value.setScale(DECIMALS, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return shown.signum() == 0 ? "0" : shown.toPlainString();
    }
}
