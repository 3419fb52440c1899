package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import dev.spindle.bench.compare.ProcFiles.CpuUse;
import dev.spindle.bench.compare.ProcFiles.ThreadTime;
import java.io.IOException;
import java.util.List;

/** CPU time per request of servers that sleep when there is nothing to do. */
final class CpuMode implements Mode {
    static final String BLOCKING = "block";

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String title() {
        return "CPU time per request";
    }

    @Override
    public String explanation() {
        return "User and system time of the server's process, all its threads, divided by requests; and that of its busiest"
                + " thread alone, which executes the commands. Spindle blocks for requests here (idle-strategy block), as Redis"
                + " does: a spinning server always takes the whole core. This figure does not depend on how fast the load is.";
    }

    @Override
    public void run(Comparison comparison, Section section)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        List<String> tests = options.testsOr("set", "get");
        if (comparison.launcher().subjectIsSpindle()) {
            section.note("Spindle ran with --idle-strategy " + BLOCKING + " here");
        }
        try (ServerPair servers = new ServerPair(comparison.launcher(), BLOCKING)) {
            for (int depth : options.depths) {
                for (String test : tests) {
                    measure(
                            comparison,
                            servers,
                            comparison.spec(test, options.clients, depth),
                            section);
                }
            }
        }
    }

    private static void measure(
            Comparison comparison, ServerPair servers, Load.Spec spec, Section section)
            throws IOException, InterruptedException {
        TestData data = new TestData(comparison);
        long[] requests = new long[Role.values().length];
        for (Role role : Role.values()) {
            requests[role.ordinal()] = data.begin(servers.activate(role), spec);
        }
        Readings process = new Readings();
        Readings core = new Readings();
        Readings rps = new Readings();
        for (int round = 0; round < comparison.options().rounds; round++) {
            for (Role role : Role.orderOf(round)) {
                ServerProcess server = servers.activate(role);
                long count = requests[role.ordinal()];
                data.beforeRound(server, spec, count);
                CpuUse before = server.cpuUse();
                Load.Result result = comparison.load().run(server.endpoint(), spec, count);
                CpuUse after = server.cpuUse();
                ThreadTime busiest = after.busiestSince(before);
                process.add(role, microsPer(after.totalNs() - before.totalNs(), count));
                core.add(role, microsPer(busiest.cpuNs(), count));
                rps.add(role, result.rps());
                section.note(
                        comparison.launcher().name(role)
                                + ": the busiest thread is \""
                                + busiest.name()
                                + "\"");
            }
        }
        String test = spec.test();
        int clients = spec.clients();
        int depth = spec.depth();
        section.add(
                process.measurement(
                        test, clients, depth, "CPU, whole process", "us/request", Better.LOWER));
        section.add(
                core.measurement(
                        test, clients, depth, "CPU, busiest thread", "us/request", Better.LOWER));
        section.add(
                rps.measurement(test, clients, depth, "throughput", "requests/s", Better.HIGHER));
    }

    private static double microsPer(long ns, long requests) {
        return ns / 1e3 / requests;
    }
}
