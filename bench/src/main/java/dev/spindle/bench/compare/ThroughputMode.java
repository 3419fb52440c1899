package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Requests per second and client latency over pipeline depths. */
final class ThroughputMode implements Mode {
    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public String title() {
        return "Throughput";
    }

    @Override
    public String explanation() {
        return "Requests per second that the load saw answered, over a keyspace that was filled completely before, and latency"
                + " of a whole pipeline as the client saw it. With few requests in flight the load itself is often the limit:"
                + " equal figures then say only that neither server is slower than the client.";
    }

    @Override
    public void run(Comparison comparison, Section section)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        List<String> tests = options.testsOr("set", "get", "incr");
        try (ServerPair servers = new ServerPair(comparison.launcher(), options.idleStrategy)) {
            for (Role role : Role.values()) {
                for (String filler : fillers(tests)) {
                    comparison.fillFor(filler, servers.activate(role));
                }
            }
            for (Load.Spec spec : specs(comparison, tests)) {
                measure(comparison, servers, spec, section);
            }
        }
    }

    /** Of tests that meet the same keys, one fills them. */
    private static List<String> fillers(List<String> tests) {
        return tests.stream().map(test -> test.equals("get") ? "set" : test).distinct().toList();
    }

    private static List<Load.Spec> specs(Comparison comparison, List<String> tests) {
        CompareOptions options = comparison.options();
        List<Load.Spec> specs = new ArrayList<>();
        if (!options.noSingleClient) {
            tests.forEach(test -> specs.add(comparison.spec(test, 1, 1)));
        }
        for (int depth : options.depths) {
            tests.forEach(test -> specs.add(comparison.spec(test, options.clients, depth)));
        }
        return specs;
    }

    private static void measure(
            Comparison comparison, ServerPair servers, Load.Spec spec, Section section)
            throws IOException, InterruptedException {
        long[] requests = new long[Role.values().length];
        for (Role role : Role.values()) {
            requests[role.ordinal()] = comparison.warmUp(servers.activate(role), spec);
        }
        Readings rps = new Readings();
        Readings p50 = new Readings();
        Readings p99 = new Readings();
        for (int round = 0; round < comparison.options().rounds; round++) {
            for (Role role : Role.orderOf(round)) {
                ServerProcess server = servers.activate(role);
                Load.Result result =
                        comparison.load().run(server.endpoint(), spec, requests[role.ordinal()]);
                rps.add(role, result.rps());
                p50.add(role, result.p50Ms());
                p99.add(role, result.p99Ms());
            }
        }
        String test = spec.test();
        int clients = spec.clients();
        int depth = spec.depth();
        section.add(
                rps.measurement(test, clients, depth, "throughput", "requests/s", Better.HIGHER));
        section.add(p50.measurement(test, clients, depth, "latency p50", "ms", Better.LOWER));
        section.add(p99.measurement(test, clients, depth, "latency p99", "ms", Better.LOWER));
    }
}
