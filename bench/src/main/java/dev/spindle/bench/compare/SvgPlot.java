package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Statistics.Spread;
import java.util.List;
import java.util.Locale;

/**
 * Plots as inline SVG: bars with whiskers from least to greatest reading, and lines over time. All axes begin at zero, so that
 * lengths can be compared by eye.
 */
final class SvgPlot {
    private static final int WIDTH = 620;
    private static final int HEIGHT = 260;
    private static final int LEFT = 70;
    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 46;
    private static final int TICKS = 5;

    private final StringBuilder out = new StringBuilder();
    private final double maxY;

    private SvgPlot(double maxY) {
        this.maxY = niceCeiling(maxY);
    }

    /** Pairs of bars, one pair for each measurement. */
    static String bars(List<Measurement> measurements) {
        double max = 0;
        for (Measurement m : measurements) {
            max = Math.max(max, Math.max(m.subjectSpread().max(), m.referenceSpread().max()));
        }
        SvgPlot plot = new SvgPlot(max);
        plot.open(measurements.get(0).unit());
        double group = (double) (WIDTH - LEFT - RIGHT) / measurements.size();
        double bar = Math.min(60, group / 3);
        for (int i = 0; i < measurements.size(); i++) {
            Measurement m = measurements.get(i);
            double middle = LEFT + group * (i + 0.5);
            plot.bar(middle - bar, bar * 0.94, m.subjectSpread(), Role.SUBJECT);
            plot.bar(middle + bar * 0.06, bar * 0.94, m.referenceSpread(), Role.REFERENCE);
            plot.text(middle, HEIGHT - BOTTOM + 16, "middle", m.test());
            plot.text(
                    middle,
                    HEIGHT - BOTTOM + 31,
                    "middle",
                    Figures.ratio(m.ratioSpread().median()) + "x");
        }
        return plot.close();
    }

    static String lines(Section.Curves curves) {
        double maxX = 0;
        double maxY = 0;
        for (Section.Line line : curves.lines()) {
            for (int i = 0; i < line.x().length; i++) {
                maxX = Math.max(maxX, line.x()[i]);
                maxY = Math.max(maxY, line.y()[i]);
            }
        }
        SvgPlot plot = new SvgPlot(maxY);
        plot.open(curves.yLabel());
        double width = niceCeiling(maxX);
        for (int tick = 0; tick <= TICKS; tick++) {
            double value = width * tick / TICKS;
            plot.text(x(value, width), HEIGHT - BOTTOM + 16, "middle", axisNumber(value));
        }
        plot.text((LEFT + WIDTH) / 2.0, HEIGHT - BOTTOM + 34, "middle", curves.xLabel());
        for (Section.Line line : curves.lines()) {
            plot.out
                    .append("<polyline class=\"line ")
                    .append(css(line.role()))
                    .append("\" points=\"");
            for (int i = 0; i < line.x().length; i++) {
                plot.out.append(decimal(x(line.x()[i], width))).append(',');
                plot.out.append(decimal(plot.y(line.y()[i]))).append(' ');
            }
            plot.out
                    .append("\"><title>")
                    .append(Html.escape(line.name()))
                    .append("</title></polyline>");
        }
        return plot.close();
    }

    /** The least of 1, 2, 2.5, 5 times a power of ten that is not below the value; 1 for nothing. */
    static double niceCeiling(double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 2, 2.5, 5}) {
            if (value <= step * power) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private void open(String unit) {
        out.append("<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\">");
        for (int tick = 0; tick <= TICKS; tick++) {
            double value = maxY * tick / TICKS;
            double at = y(value);
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                            LEFT,
                            WIDTH - RIGHT,
                            at,
                            at));
            text(LEFT - 6, at + 4, "end", axisNumber(value));
        }
        out.append(
                String.format(
                        Locale.ROOT,
                        "<text transform=\"translate(12,%d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
                        (HEIGHT - BOTTOM + TOP) / 2,
                        Html.escape(unit)));
    }

    private void bar(double left, double width, Spread spread, Role role) {
        double top = y(spread.median());
        double middle = left + width / 2;
        out.append(
                String.format(
                        Locale.ROOT,
                        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s (%s)</title></rect>",
                        css(role),
                        left,
                        top,
                        width,
                        Math.max(0, HEIGHT - BOTTOM - top),
                        Figures.number(spread.median()),
                        Figures.spread(spread)));
        out.append(
                String.format(
                        Locale.ROOT,
                        "<line class=\"whisker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                        middle,
                        middle,
                        y(spread.min()),
                        y(spread.max())));
    }

    private void text(double x, double y, String anchor, String text) {
        out.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                        x,
                        y,
                        anchor,
                        Html.escape(text)));
    }

    private String close() {
        return out.append("</svg>").toString();
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - Math.max(0, value) / maxY * (HEIGHT - BOTTOM - TOP);
    }

    private static double x(double value, double maxX) {
        return LEFT + value / maxX * (WIDTH - LEFT - RIGHT);
    }

    static String css(Role role) {
        return role == Role.SUBJECT ? "subject" : "reference";
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String axisNumber(double value) {
        if (value >= 1e6) {
            return trimmed(value / 1e6) + " M";
        }
        return value >= 1e4 ? trimmed(value / 1e3) + " k" : trimmed(value);
    }

    private static String trimmed(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
