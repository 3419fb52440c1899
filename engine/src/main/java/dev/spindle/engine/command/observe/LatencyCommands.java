package dev.spindle.engine.command.observe;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.Engine;
import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.HelpReply;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.perf.latency.LatencyRecorder;
import dev.spindle.perf.latency.SpikeHistory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** LATENCY: the history of spikes, as numbers, picture and advice, and the distribution of each command's durations. */
final class LatencyCommands {

    private static final String[] SPECIAL = {
        "nondeterministic_output", "request_policy:all_nodes", "response_policy:special"
    };

    private LatencyCommands() {}

    static CommandSpec row() {
        return command("latency", -2, "", "", null)
                .subcommands(
                        sub("doctor", 2, LatencyCommands::doctor).tips(SPECIAL),
                        sub("graph", 3, LatencyCommands::graph).tips(SPECIAL),
                        command("help", 2, "loading stale", "", LatencyCommands::help),
                        sub("histogram", -2, LatencyCommands::histogram).tips(SPECIAL),
                        sub("history", 3, LatencyCommands::history).tips(SPECIAL),
                        sub("latest", 2, LatencyCommands::latest).tips(SPECIAL),
                        sub("reset", -2, LatencyCommands::reset)
                                .tips("request_policy:all_nodes", "response_policy:all_succeeded"));
    }

    private static CommandSpec sub(String name, int arity, CommandHandler handler) {
        return command(name, arity, "admin noscript loading stale", "", handler);
    }

    private static void history(Invocation in) {
        List<SpikeHistory.Sample> samples = in.engine().spikes().history(in.argString(2));
        in.reply().array(samples.size());
        for (SpikeHistory.Sample sample : samples) {
            in.reply().array(2);
            in.reply().integer(sample.epochSeconds());
            in.reply().integer(sample.ms());
        }
    }

    private static void latest(Invocation in) {
        List<SpikeHistory.Latest> all = in.engine().spikes().latest();
        in.reply().array(all.size());
        for (SpikeHistory.Latest latest : all) {
            in.reply().array(4);
            in.reply().bulk(latest.event());
            in.reply().integer(latest.epochSeconds());
            in.reply().integer(latest.ms());
            in.reply().integer(latest.maxMs());
        }
    }

    private static void reset(Invocation in) {
        String[] events = new String[in.argc() - 2];
        for (int i = 0; i < events.length; i++) {
            events[i] = in.argString(i + 2);
        }
        in.reply().integer(in.engine().spikes().reset(events));
    }

    private static void graph(Invocation in) {
        String event = in.argString(2);
        List<SpikeHistory.Sample> samples = in.engine().spikes().history(event);
        if (samples.isEmpty()) {
            in.reply().error("ERR No samples available for event '" + event + "'");
            return;
        }
        long allTimeMaxMs = 0;
        for (SpikeHistory.Latest latest : in.engine().spikes().latest()) {
            allTimeMaxMs = latest.event().equals(event) ? latest.maxMs() : allTimeMaxMs;
        }
        text(in, LatencyGraph.draw(event, samples, allTimeMaxMs, in.nowMs() / 1000));
    }

    private static void doctor(Invocation in) {
        text(in, LatencyDoctor.report(in.engine(), in.nowMs() / 1000));
    }

    private static void text(Invocation in, String text) {
        in.reply().verbatim("txt", text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void histogram(Invocation in) {
        List<CommandSpec> shown = new ArrayList<>();
        if (in.argc() == 2) {
            in.engine().commands().commands().forEach(row -> collect(in.engine(), row, shown));
        }
        for (int i = 2; i < in.argc(); i++) {
            CommandSpec row = in.engine().commands().find(in.argString(i));
            if (row != null) {
                collect(in.engine(), row, shown);
            }
        }
        in.reply().map(shown.size());
        for (CommandSpec row : shown) {
            in.reply().bulk(row.fullName());
            distribution(in.reply(), in.engine().latency().get(row.id()));
        }
    }

    // A command that was never recorded is left out; a container stands for its subcommands.
    private static void collect(Engine engine, CommandSpec row, List<CommandSpec> shown) {
        LatencyRecorder recorder = engine.latency().get(row.id());
        if (recorder != null && recorder.hasDistribution()) {
            shown.add(row);
        }
        for (CommandSpec sub : row.subcommands()) {
            collect(engine, sub, shown);
        }
    }

    private static void distribution(Reply reply, LatencyRecorder recorder) {
        List<long[]> buckets = new ArrayList<>();
        recorder.forEachBucket((micros, count) -> buckets.add(new long[] {micros, count}));
        reply.map(2);
        reply.bulk("calls");
        reply.integer(recorder.samples());
        reply.bulk("histogram_usec");
        reply.map(buckets.size());
        for (long[] bucket : buckets) {
            reply.integer(bucket[0]);
            reply.integer(bucket[1]);
        }
    }

    private static void help(Invocation in) {
        HelpReply.write(
                in,
                "DOCTOR",
                "    Return a human readable latency analysis report.",
                "GRAPH <event>",
                "    Return an ASCII latency graph for the <event> class.",
                "HISTORY <event>",
                "    Return time-latency samples for the <event> class.",
                "LATEST",
                "    Return the latest latency samples for all events.",
                "RESET [<event> ...]",
                "    Reset latency data of one or more <event> classes.",
                "    (default: reset all data for all event classes)",
                "HISTOGRAM [COMMAND ...]",
                "    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.",
                "    If no commands are specified then all histograms are replied.");
    }
}
