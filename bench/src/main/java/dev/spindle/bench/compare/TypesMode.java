package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests per second of redis-benchmark's whole list of tests and of what it leaves out.
 *
 * <p>Each test begins with empty servers and data of its own. Tests that take elements out find, in every round, as many as they
 * take; putting them there is not counted.
 */
final class TypesMode implements Mode {

    private static final String SPINNING_PLACE = "types-spinning";

    private static final String[] TESTS = {
        "ping",
        "set",
        "get",
        "incr",
        "lpush",
        "rpush",
        "lpop",
        "rpop",
        "sadd",
        "hset",
        "spop",
        "zadd",
        "zpopmin",
        "lrange_100",
        "lrange_300",
        "lrange_500",
        "lrange_600",
        "mset",
        "xadd"
    };

    @Override
    public String name() {
        return "types";
    }

    @Override
    public String title() {
        return "All types";
    }

    @Override
    public String explanation() {
        return "Requests per second of each test of redis-benchmark's list (and of XADD, which it lacks), from empty servers; get"
                + " and incr over a full keyspace. What a test takes out was put in before each round, uncounted. The last rows are"
                + " geometric means of the ratios.";
    }

    @Override
    public void run(Comparison comparison, Section section)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        List<String> tests = options.testsOr(TESTS);
        if (comparison.load() instanceof SpinningLoad) {
            // Another ruler than redis-benchmark, so another table.
            section.place(SPINNING_PLACE);
        }
        try (ServerPair servers = new ServerPair(comparison.launcher(), options.idleStrategy)) {
            for (int depth : options.depths) {
                measureAll(comparison, servers, section, tests, options.clients, depth);
            }
            if (!options.noSingleClient) {
                measureAll(comparison, servers, section, tests, 1, 1);
            }
        }
    }

    private static void measureAll(
            Comparison comparison,
            ServerPair servers,
            Section section,
            List<String> tests,
            int clients,
            int depth)
            throws IOException, InterruptedException {
        List<Double> ratios = new ArrayList<>();
        for (String test : tests) {
            Load.Spec spec = comparison.spec(test, clients, depth);
            Readings rps = measure(comparison, servers, spec);
            Measurement measured =
                    rps.measurement(
                            test, clients, depth, "throughput", "requests/s", Better.HIGHER);
            section.add(measured);
            ratios.add(measured.ratioSpread().median());
        }
        double logs = ratios.stream().mapToDouble(Math::log).sum();
        section.note(
                String.format(
                        java.util.Locale.ROOT,
                        "%d clients, pipeline %d: geometric mean of %d ratios %.2f, least %.2f",
                        clients,
                        depth,
                        ratios.size(),
                        Math.exp(logs / ratios.size()),
                        ratios.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN)));
    }

    private static Readings measure(Comparison comparison, ServerPair servers, Load.Spec spec)
            throws IOException, InterruptedException {
        TestData data = new TestData(comparison);
        long[] requests = new long[Role.values().length];
        for (Role role : Role.values()) {
            requests[role.ordinal()] = data.begin(servers.activate(role), spec);
        }
        Readings rps = new Readings();
        for (int round = 0; round < comparison.options().rounds; round++) {
            for (Role role : Role.orderOf(round)) {
                ServerProcess server = servers.activate(role);
                long count = requests[role.ordinal()];
                data.beforeRound(server, spec, count);
                rps.add(role, comparison.load().run(server.endpoint(), spec, count).rps());
            }
        }
        return rps;
    }
}
