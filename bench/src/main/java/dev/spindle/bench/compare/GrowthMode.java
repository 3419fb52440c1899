package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What growth of the table costs those who wait: keys are inserted by one client, and the longest command is looked for from both
 * ends. The server's own figure leaves out what it does between commands; the client's holds that too, and with it whatever the
 * machine did to the client.
 */
final class GrowthMode implements Mode {
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long SLOT_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int MAX_SLOTS = 10_000;
    private static final int CLIENT_WARMUP_BATCHES = 20_000;

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public String title() {
        return "Growth";
    }

    @Override
    public String explanation() {
        return "One client inserts new keys, a fixed number in flight, into an empty server that was not warmed up. Longest"
                + " command: p100 of SET in INFO latencystats, as the server measured it. Longest wait: the slowest batch as"
                + " the client saw it, which includes what the server does between commands, and the client's own machine."
                + " The plot shows the slowest batch of each quarter of a second.";
    }

    @Override
    public void run(Comparison comparison, Section section) throws IOException {
        Collected collected = new Collected();
        CompareOptions options = comparison.options();
        for (int round = 0; round < options.growthRounds; round++) {
            for (Role role : Role.orderOf(round)) {
                try (ServerProcess server =
                        comparison.launcher().start(role, options.idleStrategy)) {
                    Section.Line line = grow(comparison, role, server, collected, section);
                    if (round == 0) {
                        collected.lines[role.ordinal()] = line;
                    }
                }
            }
        }
        String test = options.growthKeys + " keys inserted";
        int depth = options.growthBatch;
        if (collected.serverMaxKnown) {
            section.add(
                    collected.serverMax.measurement(
                            test, 1, depth, "longest command, by the server", "ms", Better.LOWER));
        }
        section.add(
                collected.clientMax.measurement(
                        test, 1, depth, "longest wait, by the client", "ms", Better.LOWER));
        section.add(
                collected.clientP9999.measurement(
                        test, 1, depth, "wait p99.99, by the client", "ms", Better.LOWER));
        section.add(
                collected.clientP999.measurement(
                        test, 1, depth, "wait p99.9, by the client", "ms", Better.LOWER));
        section.add(collected.rate.measurement(test, 1, depth, "rate", "keys/s", Better.HIGHER));
        section.add(
                collected.memory.measurement(
                        test, 1, depth, "used_memory per key", "bytes", Better.LOWER));
        section.add(
                new Section.Curves(
                        "Slowest batch of each quarter of a second (first round)",
                        "keys inserted",
                        "ms",
                        Arrays.asList(collected.lines)));
    }

    /** Readings of all rounds. */
    private static final class Collected {
        final Readings serverMax = new Readings();
        final Readings clientMax = new Readings();
        final Readings clientP999 = new Readings();
        final Readings clientP9999 = new Readings();
        final Readings rate = new Readings();
        final Readings memory = new Readings();
        final Section.Line[] lines = new Section.Line[Role.values().length];
        boolean serverMaxKnown = true;
    }

    private static Section.Line grow(
            Comparison comparison,
            Role role,
            ServerProcess server,
            Collected collected,
            Section section)
            throws IOException {
        CompareOptions options = comparison.options();
        String name = comparison.launcher().name(role);
        warmUpClient(server, options);
        askForMaximum(server, name, section);
        long used = server.info("memory").number("used_memory");
        Histogram waits = new Histogram(SIGNIFICANT_DIGITS);
        Slots slots = new Slots();
        long startNs = System.nanoTime();
        KeyWriter.write(
                server.endpoint(),
                RequestTemplate.ofTest("set", options.valueBytes),
                options.growthKeys,
                options.growthBatch,
                (written, sentNs, answeredNs) -> {
                    waits.recordValue(answeredNs - sentNs);
                    slots.add(answeredNs - startNs, written, answeredNs - sentNs);
                });
        double seconds = (System.nanoTime() - startNs) / 1e9;
        MemoryMode.requireKeys(server, options.growthKeys);

        double serverMax = longestCommandMs(server);
        collected.serverMaxKnown &= !Double.isNaN(serverMax);
        collected.serverMax.add(role, serverMax);
        collected.clientMax.add(role, waits.getMaxValue() / 1e6);
        collected.clientP999.add(role, Statistics.percentileMs(waits, 99.9));
        collected.clientP9999.add(role, Statistics.percentileMs(waits, 99.99));
        collected.rate.add(role, options.growthKeys / seconds);
        double bytes = server.info("memory").number("used_memory") - used;
        collected.memory.add(role, bytes / options.growthKeys);
        noteStalls(server, name, section);
        return slots.line(name, role);
    }

    /** PINGs, so that the client's own code is compiled before it times anyone. */
    private static void warmUpClient(ServerProcess server, CompareOptions options)
            throws IOException {
        KeyWriter.write(
                server.endpoint(),
                RequestTemplate.ofTest("ping", 0),
                Math.min(options.growthKeys, CLIENT_WARMUP_BATCHES * options.growthBatch),
                options.growthBatch,
                (written, sentNs, answeredNs) -> {});
    }

    private static void askForMaximum(ServerProcess server, String name, Section section)
            throws IOException {
        try {
            server.control().ask("CONFIG", "SET", "latency-tracking-info-percentiles", "50 99 100");
        } catch (RespConnection.ErrorReply e) {
            section.note(name + " cannot tell its longest command: " + e.getMessage());
        }
    }

    private static double longestCommandMs(ServerProcess server) throws IOException {
        return server.info("latencystats").part("latency_percentiles_usec_set", "p100") / 1e3;
    }

    /** What a server says of its own stalls, in fields that a Redis does not have. */
    private static void noteStalls(ServerProcess server, String name, Section section)
            throws IOException {
        server.info("everything")
                .fields()
                .forEach(
                        (field, value) -> {
                            if (field.contains("stall")) {
                                section.note(name + " reports " + field + ": " + value);
                            }
                        });
    }

    /** The slowest batch of each slot of time, kept without allocation while the clock runs. */
    private static final class Slots {
        private final double[] keys = new double[MAX_SLOTS];
        private final double[] slowestMs = new double[MAX_SLOTS];
        private int used;

        void add(long sinceStartNs, long written, long waitNs) {
            int slot = (int) Math.min(MAX_SLOTS - 1, sinceStartNs / SLOT_NS);
            // Slots in which no batch ended take the number of keys at which they began.
            for (; used <= slot; used++) {
                keys[used] = written;
            }
            keys[slot] = written;
            slowestMs[slot] = Math.max(slowestMs[slot], waitNs / 1e6);
        }

        Section.Line line(String name, Role role) {
            return new Section.Line(
                    name, role, Arrays.copyOf(keys, used), Arrays.copyOf(slowestMs, used));
        }
    }
}
