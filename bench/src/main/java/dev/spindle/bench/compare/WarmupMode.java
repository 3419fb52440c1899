package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Throughput of a server from its first second on. */
final class WarmupMode implements Mode {
    private static final double STEADY_SHARE = 0.9;

    /** No load is faster than this, so that the number given to it outlasts the run. */
    private static final long MOST_REQUESTS_PER_SECOND = 10_000_000;

    @Override
    public String name() {
        return "warmup";
    }

    @Override
    public String title() {
        return "Warm-up";
    }

    @Override
    public String explanation() {
        return "Each server is launched and loaded at once, its keyspace empty. Throughput is read from the server's counter"
                + " of processed commands. The final level is the median of the last third of the run; steady means 90 % of"
                + " it. The first slots also hold the growth of the table from nothing.";
    }

    @Override
    public void run(Comparison comparison, Section section)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        for (String test : options.testsOr("set")) {
            Readings steady = new Readings();
            Readings first = new Readings();
            Readings level = new Readings();
            List<Section.Line> lines = new ArrayList<>();
            Load.Spec spec = comparison.spec(test, options.clients, options.warmupDepth);
            double slotSeconds = options.warmupSlotMs / 1e3;
            for (int round = 0; round < options.warmupRounds; round++) {
                for (Role role : Role.orderOf(round)) {
                    double[] slots = observe(comparison, role, spec);
                    double finalLevel = Statistics.finalLevel(slots);
                    int reached = Statistics.firstReaching(slots, STEADY_SHARE);
                    steady.add(role, (reached + 1) * slotSeconds);
                    level.add(role, finalLevel);
                    int oneSecond = Math.max(1, (int) Math.round(1 / slotSeconds));
                    first.add(
                            role,
                            Arrays.stream(slots, 0, Math.min(oneSecond, slots.length))
                                            .average()
                                            .orElse(0)
                                    / finalLevel);
                    if (round == 0) {
                        lines.add(line(comparison.launcher().name(role), role, slots, slotSeconds));
                    }
                }
            }
            int clients = spec.clients();
            int depth = spec.depth();
            section.add(
                    steady.measurement(
                            test,
                            clients,
                            depth,
                            "until 90 % of the final level",
                            "s",
                            Better.LOWER));
            section.add(
                    first.measurement(
                            test,
                            clients,
                            depth,
                            "first second, of the final level",
                            "share",
                            Better.HIGHER));
            section.add(
                    level.measurement(
                            test, clients, depth, "final level", "requests/s", Better.HIGHER));
            section.add(
                    new Section.Curves(
                            test
                                    + ", "
                                    + clients
                                    + " clients, pipeline "
                                    + depth
                                    + " (first round)",
                            "seconds since the load began",
                            "requests/s",
                            lines));
        }
    }

    /** Throughput of each slot. */
    private static double[] observe(Comparison comparison, Role role, Load.Spec spec)
            throws IOException {
        CompareOptions options = comparison.options();
        int count = Math.max(1, options.warmupRunSeconds * 1000 / options.warmupSlotMs);
        double[] slots = new double[count];
        try (ServerProcess server = comparison.launcher().start(role, options.idleStrategy)) {
            long atMost = MOST_REQUESTS_PER_SECOND * (options.warmupRunSeconds + 1);
            long processed = processed(server);
            long slotNs = TimeUnit.MILLISECONDS.toNanos(options.warmupSlotMs);
            long startNs = System.nanoTime();
            long readNs = startNs;
            Load.Running load = comparison.load().start(server.endpoint(), spec, atMost);
            try {
                for (int slot = 0; slot < count; slot++) {
                    parkUntil(startNs + (slot + 1) * slotNs);
                    long now = processed(server);
                    long nowNs = System.nanoTime();
                    // A busy server answers late; the true length of the slot counts, not the
                    // intended one.
                    slots[slot] = (now - processed) * 1e9 / (nowNs - readNs);
                    processed = now;
                    readNs = nowNs;
                }
            } finally {
                load.close();
            }
        }
        return slots;
    }

    private static long processed(ServerProcess server) throws IOException {
        return server.info("stats").number("total_commands_processed");
    }

    private static void parkUntil(long deadlineNs) {
        for (long left = deadlineNs - System.nanoTime();
                left > 0;
                left = deadlineNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static Section.Line line(String name, Role role, double[] slots, double slotSeconds) {
        double[] x = new double[slots.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i + 1) * slotSeconds;
        }
        return new Section.Line(name, role, x, slots);
    }
}
