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
                + " threads (--load chooses another). With two cores the load and those threads still share one: what the server's"
                + " own clock says of a request, with and without a log, does not depend on that, nor does, with --idle-strategy block, the CPU time of the"
                + " thread that executes commands; and requests per second with appendfsync always, where no"
                + " reply may leave before its request is on disk.";
    }

    @Override
    public void run(Comparison given, Section section) throws IOException, InterruptedException {
        Comparison comparison = given.loadedBy(RestingLoad.fair());
        section.note("load: " + comparison.load().description());
        List<String> wanted = comparison.options().policies;
        for (Policy policy : policies(comparison.launcher().subjectIsSpindle())) {
            if (wanted.isEmpty() || wanted.contains(policy.name())) {
                measure(comparison, section, policy);
            }
        }
    }

    private static List<Policy> policies(boolean spindle) {
        List<Policy> policies = new ArrayList<>();
        policies.add(new Policy("everysec", 64, List.of()));
        policies.add(new Policy("no", 64, List.of()));
        policies.add(new Policy("always", 16, List.of()));
        if (spindle) {
            policies.add(new Policy("everysec file", 64, List.of("--aof-log", "file")));
            policies.add(new Policy("always file", 16, List.of("--aof-log", "file")));
        }
        return policies;
    }

    /** One policy: what it is called, how deep the pipelines are, and what only the server under test is told. */
    private record Policy(String name, int depth, List<String> subjectOnly) {
        String test() {
            return "set, appendfsync " + name;
        }

        List<String> parameters(Role role) {
            List<String> parameters = new ArrayList<>(LOG);
            parameters.addAll(List.of("--appendfsync", name.split(" ")[0]));
            if (role == Role.SUBJECT) {
                parameters.addAll(subjectOnly);
            }
            return parameters;
        }
    }

    /** What the rounds of one policy have found. */
    private static final class Found {
        final Readings share = new Readings();
        final Readings rate = new Readings();
        final Readings cost = new Readings();

        void addTo(Section section, Policy policy, CompareOptions options) {
            int clients = options.clients;
            add(
                    section,
                    policy,
                    clients,
                    share,
                    "throughput with / without the log",
                    "times",
                    Better.HIGHER);
            if (options.blocks()) {
                add(
                        section,
                        policy,
                        clients,
                        cost,
                        "CPU of the thread that executes, with / without the log",
                        "times",
                        Better.LOWER);
            }
            add(section, policy, clients, rate, "throughput", "requests/s", Better.HIGHER);
        }

        private static void add(
                Section section,
                Policy policy,
                int clients,
                Readings readings,
                String metric,
                String unit,
                Better better) {
            section.add(
                    readings.measurement(
                            policy.test(), clients, policy.depth, metric, unit, better));
        }
    }

    private static void measure(Comparison comparison, Section section, Policy policy)
            throws IOException, InterruptedException {
        Found found = new Found();
        for (Role role : Role.values()) {
            CoreTime.Pairs clock = one(comparison, role, policy, found);
            String of = comparison.launcher().name(role) + ", " + policy.test();
            String note = clock.note(of, "with the log", "without");
            if (note != null) {
                section.note(note);
            }
        }
        found.addTo(section, policy, comparison.options());
    }

    private static CoreTime.Pairs one(Comparison comparison, Role role, Policy policy, Found found)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        ServerLauncher launcher = comparison.launcher();
        Load.Spec spec = comparison.spec("set", options.clients, policy.depth);
        CoreTime.Pairs clock = new CoreTime.Pairs();
        try (ServerProcess without = launcher.start(role, options.idleStrategy)) {
            without.suspend();
            try (ServerProcess with =
                    launcher.start(
                            role,
                            options.idleStrategy,
                            launcher.newDirectory(),
                            policy.parameters(role))) {
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
                    found.share.add(role, logged.rps / plain.rps);
                    found.rate.add(role, logged.rps);
                    found.cost.add(role, logged.microsPerRequest / plain.microsPerRequest);
                    clock.add(logged.core, plain.core);
                }
            }
        }
        return clock;
    }

    /** Throughput, CPU time of the thread that executes commands, and what its own clock says. */
    private record Round(double rps, double microsPerRequest, CoreTime.Share core) {}

    private static Round run(
            Comparison comparison, ServerProcess server, Load.Spec spec, long requests)
            throws IOException, InterruptedException {
        server.resume();
        try {
            CoreTime clockBefore = CoreTime.of(server);
            ProcFiles.CpuUse before = server.cpuUse();
            double rps = comparison.load().run(server.endpoint(), spec, requests).rps();
            long usedNs = server.cpuUse().busiestSince(before).cpuNs();
            return new Round(
                    rps, usedNs / 1e3 / requests, CoreTime.of(server).since(clockBefore, requests));
        } finally {
            server.suspend();
        }
    }
}
