package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Statistics.Spread;
import java.util.Locale;

/** Lines of the terminal, printed as measurements come in. */
final class TextReport {
    private static final String ROW = "%-44s %-34s %24s %24s   %s%n";

    private TextReport() {}

    static String header(Report report) {
        return String.format(
                Locale.ROOT,
                ROW,
                "test",
                "metric",
                report.subjectName(),
                report.referenceName(),
                "ratio (min..max of rounds)");
    }

    static String row(Measurement measurement) {
        Spread subject = measurement.subjectSpread();
        Spread reference = measurement.referenceSpread();
        Spread ratio = measurement.ratioSpread();
        String load = measurement.load();
        return String.format(
                        Locale.ROOT,
                        ROW,
                        measurement.test() + (load.isEmpty() ? "" : ", " + load),
                        measurement.metric() + ", " + measurement.unit(),
                        Figures.number(subject.median()),
                        Figures.number(reference.median()),
                        Figures.ratio(ratio.median())
                                + " ("
                                + Figures.ratioSpread(ratio)
                                + ") "
                                + Figures.verdict(measurement))
                + String.format(
                        Locale.ROOT,
                        ROW,
                        "",
                        "",
                        Figures.spread(subject),
                        Figures.spread(reference),
                        "");
    }
}
