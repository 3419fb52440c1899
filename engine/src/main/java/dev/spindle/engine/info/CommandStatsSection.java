package dev.spindle.engine.info;

import dev.spindle.engine.EngineStats;
import dev.spindle.engine.command.CommandTable;
import dev.spindle.perf.latency.LatencyRecorder;

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
            out.add("cmdstat_")
                    .begin(commands.byId(id).fullName())
                    .add("calls=")
                    .add(calls)
                    .add(",usec=")
                    .add(micros)
                    .add(",usec_per_call=")
                    .add(calls == 0 ? 0 : (double) micros / calls, 2)
                    .add(",rejected_calls=")
                    .add(rejected)
                    .add(",failed_calls=")
                    .add(failed)
                    .end();
        }
    }
}
