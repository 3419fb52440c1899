package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What the append-only log costs: SET with a log by each policy beside SET without one, by turns on one server. */
final class LoggingMode implements Mode {
    private static final List<String> LOG =
            List.of("--appendonly", "no", "--auto-aof-rewrite-percentage", "0");

    /** Before what is measured comes this part of as many requests, with the log as it will be then. */
    private static final int SETTLING = 4;

    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long REWRITE_NS = TimeUnit.MINUTES.toNanos(5);

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
        return "Throughput of SET of random keys with an append-only log, divided by that of the same process without one: CONFIG SET appendonly"
                + " turns it on and off by turns, and what is measured begins when the rewrite is over with which a log begins; none follows"
                + " (auto-aof-rewrite-percentage 0). The load sleeps when nothing comes, so that its core is free for the log's"
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

    // One process, whose log is turned on and off: two would differ by what their compilers and
    // their memory made of them, and that by more than a log costs. Each round begins with what the
    // last ended with.
    private static CoreTime.Pairs one(Comparison comparison, Role role, Policy policy, Found found)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        ServerLauncher launcher = comparison.launcher();
        Load.Spec spec = comparison.spec("set", options.clients, policy.depth);
        CoreTime.Pairs clock = new CoreTime.Pairs();
        try (ServerProcess server =
                launcher.start(
                        role,
                        options.idleStrategy,
                        launcher.newDirectory(),
                        policy.parameters(role))) {
            comparison.fill(server, "set", options.keyspace);
            long withoutRequests = comparison.warmUp(server, spec);
            turn(server, true);
            long withRequests = comparison.warmUp(server, spec);
            boolean on = true;
            for (int round = 0; round < options.rounds; round++) {
                Round first = run(comparison, server, spec, on ? withRequests : withoutRequests);
                on = !on;
                turn(server, on);
                Round second = run(comparison, server, spec, on ? withRequests : withoutRequests);
                Round logged = on ? second : first;
                Round plain = on ? first : second;
                found.share.add(role, logged.rps / plain.rps);
                found.rate.add(role, logged.rps);
                found.cost.add(role, logged.microsPerRequest / plain.microsPerRequest);
                clock.add(logged.core, plain.core);
            }
        }
        return clock;
    }

    // A log that is turned on begins with a rewrite, which is not what is measured here.
    private static void turn(ServerProcess server, boolean on) throws IOException {
        long before = server.info("persistence").number("aof_rewrites");
        server.control().ask("CONFIG", "SET", "appendonly", on ? "yes" : "no");
        long untilNs = System.nanoTime() + REWRITE_NS;
        while (on && !isRewritten(server, before)) {
            if (System.nanoTime() - untilNs > 0) {
                throw new IOException("the log was not rewritten in time");
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private static boolean isRewritten(ServerProcess server, long before) throws IOException {
        Info info = server.info("persistence");
        if (info.number("aof_rewrites") <= before
                || info.number("aof_rewrite_in_progress") != 0
                || info.number("aof_rewrite_scheduled") != 0) {
            return false;
        }
        if (!info.text("aof_last_bgrewrite_status", "").equals("ok")) {
            throw new IOException("the rewrite failed");
        }
        return true;
    }

    /** Throughput, CPU time of the thread that executes commands, and what its own clock says. */
    private record Round(double rps, double microsPerRequest, CoreTime.Share core) {}

    private static Round run(
            Comparison comparison, ServerProcess server, Load.Spec spec, long requests)
            throws IOException, InterruptedException {
        comparison.load().run(server.endpoint(), spec, requests / SETTLING);
        CoreTime clockBefore = CoreTime.of(server);
        ProcFiles.CpuUse before = server.cpuUse();
        double rps = comparison.load().run(server.endpoint(), spec, requests).rps();
        long usedNs = server.cpuUse().busiestSince(before).cpuNs();
        return new Round(
                rps, usedNs / 1e3 / requests, CoreTime.of(server).since(clockBefore, requests));
    }
}
