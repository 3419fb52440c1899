package dev.spindle.engine.info;

import dev.spindle.engine.EngineStats;
import dev.spindle.engine.command.CommandTable;
import dev.spindle.perf.latency.LatencyRecorder;
import java.util.Locale;

/** Calls of each command that was called. */
final class CommandStatsSection implements InfoSection {

    @Override
    public String title() {
        return "Commandstats";
    }

    @Override
    public Shown shown() {
        return Shown.WITH_ALL;
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        CommandTable commands = report.engine().commands();
        EngineStats stats = report.engine().stats();
        for (int id = 0; id < commands.idCount(); id++) {
            LatencyRecorder recorder = report.engine().latency().get(id);
            long calls = recorder == null ? 0 : recorder.calls();
            long rejected = stats.rejectedCalls[id];
            long failed = stats.failedCalls[id];
            if (calls + rejected + failed == 0) {
                continue;
            }
            long micros = recorder == null ? 0 : recorder.totalNs() / 1000;
            out.field(
                    "cmdstat_" + commands.byId(id).fullName(),
                    String.format(
                            Locale.ROOT,
                            "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                            calls,
                            micros,
                            calls == 0 ? 0 : (double) micros / calls,
                            rejected,
                            failed));
        }
    }
}
