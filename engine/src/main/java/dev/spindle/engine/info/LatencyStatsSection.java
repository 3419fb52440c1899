package dev.spindle.engine.info;

import dev.spindle.engine.command.CommandTable;
import dev.spindle.perf.latency.LatencyRecorder;
import java.util.Locale;

/** Percentiles of each command's service time, those that {@code latency-tracking-info-percentiles} names. */
final class LatencyStatsSection implements InfoSection {

    @Override
    public String title() {
        return "Latencystats";
    }

    @Override
    public Shown shown() {
        return Shown.WITH_ALL;
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        String wanted = report.config().text("latency-tracking-info-percentiles").trim();
        if (!report.engine().settings().latencyTracking || wanted.isEmpty()) {
            return;
        }
        String[] percentiles = wanted.split(" +");
        CommandTable commands = report.engine().commands();
        for (int id = 0; id < commands.idCount(); id++) {
            LatencyRecorder recorder = report.engine().latency().get(id);
            if (recorder != null && recorder.hasDistribution()) {
                out.field(
                        "latency_percentiles_usec_" + commands.byId(id).fullName(),
                        line(recorder, percentiles));
            }
        }
    }

    private static String line(LatencyRecorder recorder, String[] percentiles) {
        StringBuilder line = new StringBuilder();
        for (String percentile : percentiles) {
            line.append(line.length() == 0 ? "p" : ",p")
                    .append(trimmed(Double.parseDouble(percentile)))
                    .append('=')
                    .append(
                            String.format(
                                    Locale.ROOT,
                                    "%.3f",
                                    recorder.percentileNs(Double.parseDouble(percentile)) / 1e3));
        }
        return line.toString();
    }

    // Six decimals at most, without zeros at the end.
    private static String trimmed(double value) {
        return String.format(Locale.ROOT, "%.6f", value).replaceAll("\\.?0+$", "");
    }
}
