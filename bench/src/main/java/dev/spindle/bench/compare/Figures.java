package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import dev.spindle.bench.compare.Statistics.Spread;
import java.util.Locale;

/** How numbers are written in all reports: enough digits to compare, none that mean nothing. */
final class Figures {
    private Figures() {}

    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    static String spread(Spread spread) {
        return number(spread.min()) + ".." + number(spread.max());
    }

    static String ratioSpread(Spread spread) {
        return ratio(spread.min()) + ".." + ratio(spread.max());
    }

    /** Less than this from 1 is not worth a colour, even where it is no noise. */
    private static final double EQUAL_WITHIN = 0.01;

    /** Whether every single round went one way: better, worse, or neither. */
    static String verdict(Measurement measurement) {
        Spread ratio = measurement.ratioSpread();
        boolean higher = measurement.better() == Better.HIGHER;
        if (ratio.min() > 1 + EQUAL_WITHIN) {
            return higher ? "better" : "worse";
        }
        if (ratio.max() < 1 - EQUAL_WITHIN) {
            return higher ? "worse" : "better";
        }
        return "mixed";
    }
}
