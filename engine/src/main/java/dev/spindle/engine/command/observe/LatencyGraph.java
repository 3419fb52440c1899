package dev.spindle.engine.command.observe;

import dev.spindle.perf.latency.SpikeHistory;
import java.util.ArrayList;
import java.util.List;

/**
 * LATENCY GRAPH: the spikes of an event as columns of characters, oldest first, each with its age written downwards below it.
 *
 * <pre>
 *     #        four rows of three steps: _ o # where a column ends, | below;
 *     |_   o   heights go from the least spike (one _) to the largest
 *    _||  o|
 *   _|||_o||
 *
 *   11976543   age: seconds, minutes, hours or days
 *   10ssssss
 *   ss
 * </pre>
 */
final class LatencyGraph {

    private static final int COLUMNS = 80;
    private static final int ROWS = 4;
    private static final String ENDS = "_o#";
    private static final int STEPS = ROWS * ENDS.length();
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private LatencyGraph() {}

    /**
     * Draws an event.
     *
     * @param samples of the event, oldest first, at least one.
     * @param nowSeconds from which ages are counted.
     */
    static String draw(
            String event, List<SpikeHistory.Sample> samples, long allTimeMaxMs, long nowSeconds) {
        long high = samples.stream().mapToLong(SpikeHistory.Sample::ms).max().orElse(0);
        long low = samples.stream().mapToLong(SpikeHistory.Sample::ms).min().orElse(0);
        StringBuilder text = new StringBuilder();
        text.append(event)
                .append(" - high ")
                .append(high)
                .append(" ms, low ")
                .append(low)
                .append(" ms (all time high ")
                .append(allTimeMaxMs)
                .append(" ms)\n")
                .append("-".repeat(COLUMNS))
                .append('\n');
        List<String> columns = new ArrayList<>();
        for (SpikeHistory.Sample sample : samples) {
            long step = (sample.ms() - low) * STEPS / Math.max(1, high - low);
            columns.add(
                    column((int) Math.min(step, STEPS - 1))
                            + ' '
                            + age(nowSeconds - sample.epochSeconds()));
        }
        for (int from = 0; from < columns.size(); from += COLUMNS) {
            if (from > 0) {
                text.append('\n');
            }
            appendSideBySide(text, columns.subList(from, Math.min(from + COLUMNS, columns.size())));
        }
        return text.toString();
    }

    // From top to bottom.
    private static String column(int step) {
        StringBuilder column = new StringBuilder(ROWS);
        for (int row = ROWS - 1; row >= 0; row--) {
            int end = step - row * ENDS.length();
            column.append(end < 0 ? ' ' : end < ENDS.length() ? ENDS.charAt(end) : '|');
        }
        return column.toString();
    }

    private static String age(long seconds) {
        if (seconds < MINUTE) {
            return seconds + "s";
        }
        if (seconds < HOUR) {
            return seconds / MINUTE + "m";
        }
        return seconds < DAY ? seconds / HOUR + "h" : seconds / DAY + "d";
    }

    private static void appendSideBySide(StringBuilder text, List<String> columns) {
        int height = columns.stream().mapToInt(String::length).max().orElse(0);
        for (int row = 0; row < height; row++) {
            for (String column : columns) {
                text.append(row < column.length() ? column.charAt(row) : ' ');
            }
            text.append('\n');
        }
    }
}
