package dev.spindle.engine.info;

import dev.spindle.engine.command.CommandTable;
import dev.spindle.perf.latency.LatencyRecorder;
import java.util.Locale;

/** Percentiles of each command's service time, those that {@code latency-tracking-info-percentiles} names. */
final class LatencyStatsSection implements InfoSection {

    private String setting;
    private double[] percentiles = {};
    private String[] labels = {};

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
        read(report.config().text("latency-tracking-info-percentiles"));
        if (!report.engine().settings().latencyTracking || percentiles.length == 0) {
            return;
        }
        CommandTable commands = report.engine().commands();
        for (int id = 0; id < commands.idCount(); id++) {
            LatencyRecorder recorder = report.engine().latency().get(id);
            if (recorder != null && recorder.hasDistribution()) {
                out.add("latency_percentiles_usec_").begin(commands.byId(id).fullName());
                for (int i = 0; i < percentiles.length; i++) {
                    out.add(labels[i]).addMicros(recorder.percentileNs(percentiles[i]));
                }
                out.end();
            }
        }
    }

    // The setting seldom changes, so what it says is kept.
    private void read(String wanted) {
        if (wanted.equals(setting)) {
            return;
        }
        setting = wanted;
        String[] words = wanted.isBlank() ? new String[0] : wanted.trim().split(" +");
        percentiles = new double[words.length];
        labels = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            percentiles[i] = Double.parseDouble(words[i]);
            labels[i] = (i == 0 ? "p" : ",p") + trimmed(percentiles[i]) + '=';
        }
    }

    // Six decimals at most, without zeros at the end.
    private static String trimmed(double value) {
        return String.format(Locale.ROOT, "%.6f", value).replaceAll("\\.?0+$", "");
    }
}
