package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the append-only log costs: SET with a log by each policy beside SET without one, on the same server program. */
final class LoggingMode implements Mode {
    private static final List<String> LOG =
            List.of("--appendonly", "yes", "--auto-aof-rewrite-percentage", "0");

    @Override
    public String name() {
        return "logging";
    }

    @Override
    public String title() {
        return "Logging";
    }

    @Override
    public String explanation() {
        return "Throughput of SET of random keys with an append-only log, divided by that of another process of the same server"
                + " without one, in turns, the waiting ones stopped; the load sleeps when nothing comes, so that its core is free for the log's"
                + " threads (--load chooses another). With two cores the load and those threads still share one: the CPU time"
                + " per request of the thread that executes commands, with and without a log, does not depend on that (Spindle blocks for"
                + " requests here, as Redis does); and requests per second with appendfsync always, where no"
                + " reply may leave before its request is on disk.";
    }

    @Override
    public void run(Comparison given, Section section) throws IOException, InterruptedException {
        Comparison comparison = given.loadedBy(SpinningLoad.resting());
        share(comparison, section, "everysec", 64, List.of());
        share(comparison, section, "no", 64, List.of());
        if (comparison.launcher().subjectIsSpindle()) {
            share(comparison, section, "everysec, aof-log file", 64, List.of("--aof-log", "file"));
        }
        share(comparison, section, "always", 16, List.of());
        if (comparison.launcher().subjectIsSpindle()) {
            share(comparison, section, "always, aof-log file", 16, List.of("--aof-log", "file"));
        }
    }

    private static void share(
            Comparison comparison,
            Section section,
            String policy,
            int depth,
            List<String> subjectOnly)
            throws IOException, InterruptedException {
        Readings share = new Readings();
        Readings rate = new Readings();
        Readings cost = new Readings();
        for (Role role : Role.values()) {
            List<String> parameters = new ArrayList<>(LOG);
            parameters.addAll(List.of("--appendfsync", policy.split(",")[0]));
            if (role == Role.SUBJECT) {
                parameters.addAll(subjectOnly);
            }
            one(comparison, role, parameters, depth, share, rate, cost);
        }
        int clients = comparison.options().clients;
        section.add(
                share.measurement(
                        "set, appendfsync " + policy,
                        clients,
                        depth,
                        "throughput with / without the log",
                        "times",
                        Better.HIGHER));
        section.add(
                cost.measurement(
                        "set, appendfsync " + policy,
                        clients,
                        depth,
                        "CPU of the thread that executes, with / without the log",
                        "times",
                        Better.LOWER));
        section.add(
                rate.measurement(
                        "set, appendfsync " + policy,
                        clients,
                        depth,
                        "throughput",
                        "requests/s",
                        Better.HIGHER));
    }

    private static void one(
            Comparison comparison,
            Role role,
            List<String> parameters,
            int depth,
            Readings share,
            Readings rate,
            Readings cost)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        ServerLauncher launcher = comparison.launcher();
        Load.Spec spec = comparison.spec("set", options.clients, depth);
        try (ServerProcess without = launcher.start(role, CpuMode.BLOCKING)) {
            without.suspend();
            try (ServerProcess with =
                    launcher.start(role, CpuMode.BLOCKING, launcher.newDirectory(), parameters)) {
                comparison.fill(with, "set", options.keyspace);
                long withRequests = comparison.warmUp(with, spec);
                with.suspend();
                without.resume();
                comparison.fill(without, "set", options.keyspace);
                long withoutRequests = comparison.warmUp(without, spec);
                without.suspend();
                for (int round = 0; round < options.rounds; round++) {
                    Round plain = run(comparison, without, spec, withoutRequests);
                    Round logged = run(comparison, with, spec, withRequests);
                    share.add(role, logged.rps / plain.rps);
                    rate.add(role, logged.rps);
                    cost.add(role, logged.microsPerRequest / plain.microsPerRequest);
                }
            }
        }
    }

    /** Throughput, and CPU time of the thread that executes commands. */
    private record Round(double rps, double microsPerRequest) {}

    private static Round run(
            Comparison comparison, ServerProcess server, Load.Spec spec, long requests)
            throws IOException, InterruptedException {
        server.resume();
        try {
            ProcFiles.CpuTimes before = comparison.cpuTimes(server);
            double rps = comparison.load().run(server.port(), spec, requests).rps();
            long usedNs = comparison.cpuTimes(server).busiestSince(before).cpuNs();
            return new Round(rps, usedNs / 1e3 / requests);
        } finally {
            server.suspend();
        }
    }
}
