package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import dev.spindle.perf.agent.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What BGSAVE costs those who wait: SET of random keys arrives at a share of what the server can do, with and without a save under
 * way; and how long the save takes, with nobody else there.
 */
final class SavingMode implements Mode {
    private static final int DEPTH = 16;
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int FILE_KEYS_PER_BATCH = 256;
    private static final int SAVES = 3;
    private static final int GAPS_S = 20;
    private static final double PEAK_CHUNK_S = 0.25;
    private static final Load PEAK_LOAD = RestingLoad.first();

    @Override
    public String name() {
        return "saving";
    }

    @Override
    public String title() {
        return "Saving";
    }

    @Override
    public String explanation() {
        return "BGSAVE of a full keyspace. Latency: pipelines of 16 SETs of random keys over 50 connections arrive by the clock at"
                + " a share (--paced-share) of what the same server answers at most, the least of three times since a shared machine changes its mind,"
                + " and each is measured from when it was due, time left out in which the load itself stood; with a save under way and for as long before and after it without. Of the saves of a round the median is told, and of each what it was below the table, since one stop of a shared machine decides p99.9 of a whole save; besides p99.9 of the median second, which a machine that slows down now and then does not decide. Throughput while saving: as many as it takes, beside the same without a save."
                + " With --idle-strategy block, where Spindle sleeps for requests as Redis does, CPU time per request of the thread that"
                + " executes commands is compared too, which does not depend on who else needs the load's core."
                + " Wall time:"
                + " of a save with no load. Redis copies pages in the kernel after a fork, whose time is latest_fork_usec.";
    }

    private static final class Collected {
        final Readings idleP999 = new Readings();
        final Readings savingP999 = new Readings();
        final Readings factor = new Readings();
        final Readings idleSecond = new Readings();
        final Readings savingSecond = new Readings();
        final Readings secondFactor = new Readings();
        final Readings idleMax = new Readings();
        final Readings savingMax = new Readings();
        final Readings share = new Readings();
        final Readings cost = new Readings();
        final Readings seconds = new Readings();
        final Readings bytes = new Readings();
        final Readings start = new Readings();
        final Readings cow = new Readings();
        final Map<Role, CoreTime.Pairs> clocks = new EnumMap<>(Role.class);

        void add(Role role, List<Pair> saves) {
            idleP999.add(role, median(saves, pair -> pair.without().p999Ms()));
            savingP999.add(role, median(saves, pair -> pair.during().p999Ms()));
            factor.add(role, median(saves, Pair::times));
            idleSecond.add(role, median(saves, pair -> pair.without().medianSecondMs()));
            savingSecond.add(role, median(saves, pair -> pair.during().medianSecondMs()));
            secondFactor.add(role, median(saves, Pair::timesOfMedianSecond));
            idleMax.add(role, greatest(saves, pair -> pair.without().longestMs()));
            savingMax.add(role, greatest(saves, pair -> pair.during().longestMs()));
        }

        private static double median(List<Pair> saves, ToDoubleFunction<Pair> figure) {
            return spread(saves, figure).median();
        }

        private static double greatest(List<Pair> saves, ToDoubleFunction<Pair> figure) {
            return spread(saves, figure).max();
        }

        private static Statistics.Spread spread(List<Pair> saves, ToDoubleFunction<Pair> figure) {
            return Statistics.spread(saves.stream().mapToDouble(figure).toArray());
        }

        CoreTime.Pairs clock(Role role) {
            return clocks.computeIfAbsent(role, any -> new CoreTime.Pairs());
        }
    }

    @Override
    public void run(Comparison comparison, Section section)
            throws IOException, InterruptedException {
        Collected collected = new Collected();
        for (int round = 0; round < comparison.options().persistRounds; round++) {
            for (Role role : Role.orderOf(round)) {
                one(comparison, role, collected, section);
            }
        }
        String test = comparison.options().persistKeys + " keys";
        int clients = comparison.options().clients;
        add(section, collected.idleP999, test, clients, "p99.9 without a save", "ms");
        add(section, collected.savingP999, test, clients, "p99.9 while saving", "ms");
        add(section, collected.factor, test, clients, "p99.9 while saving / without", "times");
        add(
                section,
                collected.idleSecond,
                test,
                clients,
                "p99.9 of the median second without",
                "ms");
        add(
                section,
                collected.savingSecond,
                test,
                clients,
                "p99.9 of the median second saving",
                "ms");
        add(section, collected.secondFactor, test, clients, "the same, saving / without", "times");
        add(section, collected.idleMax, test, clients, "longest without a save", "ms");
        add(section, collected.savingMax, test, clients, "longest while saving", "ms");
        section.add(
                collected.share.measurement(
                        test,
                        clients,
                        DEPTH,
                        "throughput while saving / without",
                        "times",
                        Better.HIGHER));
        if (comparison.options().blocks()) {
            section.add(
                    collected.cost.measurement(
                            test,
                            clients,
                            DEPTH,
                            "CPU of the thread that executes, while saving / without",
                            "times",
                            Better.LOWER));
        }
        for (Role role : Role.values()) {
            String of = comparison.launcher().name(role) + ", " + test;
            String note = collected.clock(role).note(of, "while saving", "without a save");
            if (note != null) {
                section.note(note);
            }
        }
        if (comparison.options().saveDelay != 0) {
            section.note("rdb-key-save-delay of both: " + comparison.options().saveDelay);
        }
        section.note(
                "load at the peak: "
                        + PEAK_LOAD.description()
                        + ", with precedence over what shares its processor; below the peak one that sends by the clock, likewise");
        section.note(ClockGaps.on(comparison.launcher().cpus(), GAPS_S).toString());
        add(section, collected.start, test, 0, "start of a snapshot", "us");
        add(section, collected.cow, test, 0, "memory copied for the save under load", "MB");
        add(section, collected.seconds, test, 0, "wall time of a save without load", "s");
        add(section, collected.bytes, test, 0, "size of the file", "MB");
    }

    private static void add(
            Section section,
            Readings readings,
            String test,
            int clients,
            String metric,
            String unit) {
        section.add(readings.measurement(test, clients, DEPTH, metric, unit, Better.LOWER));
    }

    private static void one(Comparison comparison, Role role, Collected collected, Section section)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        Path directory = comparison.launcher().newDirectory();
        List<String> arguments =
                List.of("--rdb-key-save-delay", Integer.toString(options.saveDelay));
        try (ServerProcess server =
                comparison.launcher().start(role, options.idleStrategy, directory, arguments)) {
            KeyWriter.write(
                    server.endpoint(),
                    RequestTemplate.ofTest("set", options.valueBytes),
                    options.persistKeys,
                    FILE_KEYS_PER_BATCH,
                    (written, sentNs, answeredNs) -> {});
            double peak = peak(comparison, server, () -> false, options.seconds, null).rps;
            // First, so that the virtual machine knows the other saves: servers save all their
            // lives.
            peak = Math.min(peak, throughput(comparison, role, server, collected));
            latency(comparison, role, server, peak, collected, section);
            collected.seconds.add(role, saveAlone(server));
            Path file = directory.resolve("dump.rdb");
            collected.bytes.add(role, Files.size(file) / 1e6);
        }
    }

    /**
     * What a load without pause comes to.
     *
     * @param rps requests per second
     * @param microsPerRequest CPU time of the thread that executes them
     * @param executor name of that thread
     * @param core what its own clock says
     */
    private record Peak(
            double rps, double microsPerRequest, String executor, CoreTime.Share core) {}

    /** A load without pause, for some seconds or while a condition holds; the thread that executes is the busiest unless it is named. */
    private static Peak peak(
            Comparison comparison,
            ServerProcess server,
            BooleanSupplier goOn,
            double seconds,
            String executor)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        Load.Spec spec =
                new Load.Spec(
                        "set", options.clients, DEPTH, options.persistKeys, options.valueBytes);
        long chunk = 100_000;
        PEAK_LOAD.run(server.endpoint(), spec, chunk);
        long answered = 0;
        CoreTime clockBefore = CoreTime.of(server);
        ProcFiles.CpuUse before = server.cpuUse();
        long startNs = System.nanoTime();
        double spent;
        do {
            double rps = PEAK_LOAD.run(server.endpoint(), spec, chunk).rps();
            answered += chunk;
            chunk = Math.max(10_000, (long) (rps * PEAK_CHUNK_S));
            spent = (System.nanoTime() - startNs) / 1e9;
        } while (spent < seconds || goOn.getAsBoolean());
        ProcFiles.CpuUse after = server.cpuUse();
        ProcFiles.ThreadTime used =
                executor == null ? after.busiestSince(before) : after.since(before, executor);
        return new Peak(
                answered / spent,
                used.cpuNs() / 1e3 / answered,
                used.name(),
                CoreTime.of(server).since(clockBefore, answered));
    }

    private static void latency(
            Comparison comparison,
            Role role,
            ServerProcess server,
            double peak,
            Collected collected,
            Section section)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        try (PacedLoad load =
                new PacedLoad(
                        server.endpoint(),
                        options.clients,
                        DEPTH,
                        options.persistKeys,
                        options.valueBytes)) {
            double rate = peak * options.pacedShare;
            forSeconds(load, rate, options.warmupSeconds);
            section.note(
                    String.format(
                            "%s: %.0f SET/s arrive (%.0f at most)",
                            comparison.launcher().name(role), rate, peak));
            Stalls idleStalls = new Stalls();
            Stalls savingStalls = new Stalls();
            List<Pair> saves = new ArrayList<>();
            double half = Math.max(5, options.seconds);
            for (int i = 0; i < SAVES; i++) {
                PacedLoad.Result before = without(load, rate, half, server, idleStalls);
                server.control().ask("CONFIG", "RESETSTAT");
                Save save = Save.begin(server);
                PacedLoad.Result during = load.run(rate, save::isRunning);
                save.end();
                Info info = server.info("everything");
                savingStalls.add(during.seconds(), info);
                collected.start.add(role, info.number("latest_fork_usec"));
                collected.cow.add(role, info.number("rdb_last_cow_size") / 1e6);
                half = during.seconds() / 2;
                PacedLoad.Result after = without(load, rate, half, server, idleStalls);
                Pair pair = new Pair(Waited.of(before, after), Waited.of(during));
                saves.add(pair);
                section.note(
                        String.format(
                                "a save under this load took %.1f s: %s; the load itself stood %s while saving, %s and %s in %.1f s and %.1f s without a save",
                                during.seconds(),
                                pair,
                                during.stood(),
                                before.stood(),
                                after.stood(),
                                before.seconds(),
                                after.seconds()));
            }
            collected.add(role, saves);
            if (savingStalls.told) {
                section.note(
                        String.format(
                                "%s, by its own clock: %s while saving, %s without a save",
                                comparison.launcher().name(role), savingStalls, idleStalls));
            }
        }
    }

    private static PacedLoad.Result without(
            PacedLoad load, double rate, double seconds, ServerProcess server, Stalls stalls)
            throws IOException {
        server.control().ask("CONFIG", "RESETSTAT");
        PacedLoad.Result result = forSeconds(load, rate, seconds);
        stalls.add(result.seconds(), server.info("everything"));
        return result;
    }

    /**
     * How long pipelines took.
     *
     * @param p999Ms p99.9, in milliseconds
     * @param medianSecondMs that of the median second; of what lasted no whole second, of the whole
     * @param longestMs the longest
     */
    private record Waited(double p999Ms, double medianSecondMs, double longestMs) {
        static Waited of(PacedLoad.Result... stretches) {
            Histogram latencies = new Histogram(SecondBySecond.SIGNIFICANT_DIGITS);
            List<Double> seconds = new ArrayList<>();
            for (PacedLoad.Result stretch : stretches) {
                latencies.add(stretch.latencies());
                seconds.addAll(stretch.secondsP999Ms());
            }
            double p999Ms = Statistics.percentileMs(latencies, 99.9);
            return new Waited(
                    p999Ms,
                    seconds.isEmpty() ? p999Ms : Statistics.median(Statistics.array(seconds)),
                    latencies.getMaxValue() / 1e6);
        }
    }

    /** How long pipelines took while a save was under way, and for as long without. */
    private record Pair(Waited without, Waited during) {
        double times() {
            return during.p999Ms / without.p999Ms;
        }

        double timesOfMedianSecond() {
            return during.medianSecondMs / without.medianSecondMs;
        }

        @Override
        public String toString() {
            return String.format(
                    "p99.9 %.2f ms, %.2f without, %.2f times",
                    during.p999Ms, without.p999Ms, times());
        }
    }

    /** What the server says of its stalls in several stretches of one kind. */
    private static final class Stalls {
        private double lasted;
        private boolean told;
        private long stalls;
        private long preempted;
        private double longestMs;
        private double longestOwnMs;

        void add(double seconds, Info info) throws IOException {
            lasted += seconds;
            told = !info.text("stalls", "").isEmpty();
            if (told) {
                stalls += info.number("stalls");
                preempted += Long.parseLong(info.text("stalls_preempted", "0"));
                longestMs = Math.max(longestMs, info.number("longest_stall_usec") / 1e3);
                longestOwnMs = Math.max(longestOwnMs, info.number("longest_stall_own_usec") / 1e3);
            }
        }

        @Override
        public String toString() {
            return String.format(
                    "%d turns of the core of 5 ms or longer in %.0f s (longest %.1f ms), %d of them because its processor ran something else (longest without that %.1f ms)",
                    stalls, lasted, longestMs, preempted, longestOwnMs);
        }
    }

    private static PacedLoad.Result forSeconds(PacedLoad load, double rate, double seconds)
            throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        return load.run(rate, () -> System.nanoTime() < end);
    }

    // Answers how much it is without a save, the lesser of before and after.
    private static double throughput(
            Comparison comparison, Role role, ServerProcess server, Collected collected)
            throws IOException, InterruptedException {
        double seconds = comparison.options().seconds;
        Peak before = peak(comparison, server, () -> false, seconds, null);
        Save save = Save.begin(server);
        Peak during = peak(comparison, server, save::isRunning, 0, before.executor);
        save.end();
        // A shared machine changes its mind within the seconds that a save takes.
        Peak after = peak(comparison, server, () -> false, seconds, before.executor);
        collected.share.add(role, 2 * during.rps / (before.rps + after.rps));
        collected.cost.add(
                role,
                2 * during.microsPerRequest / (before.microsPerRequest + after.microsPerRequest));
        collected.clock(role).add(during.core, before.core);
        return Math.min(before.rps, after.rps);
    }

    private static double saveAlone(ServerProcess server) throws IOException {
        long startNs = System.nanoTime();
        Save save = Save.begin(server);
        save.end();
        return (System.nanoTime() - startNs) / 1e9;
    }

    /** A BGSAVE and a thread that asks now and then whether it is over. */
    private static final class Save {
        private final AtomicBoolean running = new AtomicBoolean(true);
        private final Thread thread;
        private volatile IOException failure;

        private Save(ServerProcess server) {
            thread = new Thread(() -> watch(server), "save-watcher");
            thread.setDaemon(true);
        }

        static Save begin(ServerProcess server) throws IOException {
            Save save = new Save(server);
            server.control().ask("BGSAVE");
            save.thread.start();
            return save;
        }

        private void watch(ServerProcess server) {
            try {
                while (server.info("persistence").number("rdb_bgsave_in_progress") == 1) {
                    LockSupport.parkNanos(POLL_NS);
                }
                String status = server.info("persistence").text("rdb_last_bgsave_status", "");
                if (!status.equals("ok")) {
                    failure = new IOException("the save failed");
                }
            } catch (IOException e) {
                failure = e;
            } finally {
                running.set(false);
            }
        }

        boolean isRunning() {
            return running.get();
        }

        void end() throws IOException {
            Threads.join(thread);
            if (failure != null) {
                throw failure;
            }
        }
    }
}
