package dev.spindle.engine.text;

/** Fractions with a fixed number of decimals, as C's {@code %.2f} writes them, without garbage. */
public final class FixedPoint {

    /** Most decimals. */
    public static final int MOST_DECIMALS = 9;

    /** From here on a double has no decimals that could be told from zeros once they are multiplied out. */
    private static final double WHOLE = 1e9;

    private static final long[] UNITS = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
    };

    private FixedPoint() {}

    /**
     * Writes a number, rounded to the nearest; at most 31 bytes for magnitudes below 2^63, and larger ones are written as that.
     *
     * @param decimals digits behind the point, 0 to {@value #MOST_DECIMALS}
     * @return the index behind the last byte written
     */
    public static int write(byte[] to, int from, double value, int decimals) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return word(to, from, Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
        }
        double magnitude = Math.abs(value);
        long unit = UNITS[decimals];
        long whole;
        long fraction;
        if (magnitude >= WHOLE) {
            whole = (long) magnitude;
            fraction = Math.min(unit - 1, (long) ((magnitude - whole) * unit));
        } else {
            long scaled = (long) Math.rint(magnitude * unit);
            whole = scaled / unit;
            fraction = scaled % unit;
        }
        int at = from;
        if (value < 0 && (whole | fraction) != 0) {
            to[at++] = '-';
        }
        at += Numbers.writeLong(to, at, whole);
        if (decimals > 0) {
            to[at++] = '.';
            for (long place = unit / 10; place > 0; place /= 10) {
                to[at++] = (byte) ('0' + fraction / place % 10);
            }
        }
        return at;
    }

    private static int word(byte[] to, int from, String word) {
        for (int i = 0; i < word.length(); i++) {
            to[from + i] = (byte) word.charAt(i);
        }
        return from + word.length();
    }
}
