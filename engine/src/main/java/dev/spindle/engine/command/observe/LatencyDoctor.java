package dev.spindle.engine.command.observe;

import dev.spindle.engine.Engine;
import dev.spindle.perf.latency.SpikeHistory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** LATENCY DOCTOR: what the history of spikes says, and what to do about each kind of event. */
final class LatencyDoctor {

    private LatencyDoctor() {}

    /** The report as of now. */
    static String report(Engine engine, long nowSeconds) {
        SpikeHistory spikes = engine.spikes();
        List<SpikeHistory.Summary> events = spikes.summaries(nowSeconds);
        if (events.isEmpty()) {
            return spikes.thresholdMs() == 0
                    ? "The latency monitor is off, so there is nothing to look at. \"CONFIG SET"
                            + " latency-monitor-threshold <milliseconds>\" turns it on.\n"
                    : "No event took "
                            + spikes.thresholdMs()
                            + " ms or longer since the history was last reset.\n";
        }
        StringBuilder text = new StringBuilder("Events that took too long:\n\n");
        Set<String> advice = new LinkedHashSet<>();
        int number = 0;
        for (SpikeHistory.Summary event : events) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%d. %s: %d latency spikes (average %dms, mean deviation %dms, period %.2f sec)."
                                    + " Worst all time event %dms.\n",
                            ++number,
                            event.event(),
                            event.samples(),
                            event.averageMs(),
                            event.madMs(),
                            event.periodSeconds(),
                            event.allTimeMaxMs()));
            advise(event, engine, advice);
        }
        text.append("\nWhat to do:\n\n");
        advice.forEach(line -> text.append("- ").append(line).append('\n'));
        return text.toString();
    }

    private static void advise(SpikeHistory.Summary event, Engine engine, Set<String> advice) {
        String name = event.event();
        if (name.equals("command")) {
            if (engine.settings().slowLogMicros < 0
                    || engine.settings().slowLogMicros / 1000 > engine.spikes().thresholdMs()) {
                advice.add(
                        "Lower slowlog-log-slower-than to the threshold of the latency monitor, so that the slow log shows"
                                + " the commands that make these spikes.");
            }
            advice.add(
                    "SLOWLOG GET names the slow commands. Replace those that walk whole collections or the whole keyspace by their"
                            + " SCAN forms, or ask for smaller ranges.");
        } else if (name.equals("fast-command")) {
            advice.add(
                    "Commands of constant cost were slow, so the time was lost outside of them: look for other processes on this"
                            + " core, for swapping, and in INFO for pauses of the virtual machine.");
        } else if (name.startsWith("aof-")) {
            advice.add(
                    "Writing the log waits for the disk. Give the log a disk of its own, or relax appendfsync if the data allows"
                            + " it.");
        } else if (name.startsWith("expire-") || name.startsWith("active-defrag")) {
            advice.add(
                    "Background work took longer than its slice. Spread the expiry times of keys that are written together, and"
                            + " look at active-expire-effort and hz.");
        } else if (name.startsWith("eviction-")) {
            advice.add(
                    "Evicting keys took long. Raise maxmemory, or lower the rate at which new data comes in.");
        } else {
            advice.add(
                    "LATENCY HISTORY "
                            + name
                            + " tells when it happened; compare with what else ran on this machine then.");
        }
    }
}
