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

    /** Members that a set or sorted set holds at most: what a test may take of them in a round, with some to spare. */
    private static final double SHARE_TAKEN = 0.5;

    /** Members are drawn at random, so as many additions as there are numbers make a set of two thirds of them. */
    private static final int ADDITIONS_PER_MEMBER = 1;

    private static final int PREPARING_DEPTH = 64;

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
        long[] requests = new long[Role.values().length];
        for (Role role : Role.values()) {
            ServerProcess server = servers.activate(role);
            server.control().ask("FLUSHALL", "SYNC");
            comparison.fillFor(spec.test(), server);
            prepare(comparison, server, spec, comparison.options().keyspace);
            requests[role.ordinal()] = limit(spec, comparison.warmUp(server, spec));
        }
        Readings rps = new Readings();
        for (int round = 0; round < comparison.options().rounds; round++) {
            for (Role role : Role.orderOf(round)) {
                ServerProcess server = servers.activate(role);
                if (!isKept(spec.test())) {
                    server.control().ask("FLUSHALL", "SYNC");
                }
                long count = requests[role.ordinal()];
                prepare(comparison, server, spec, count);
                rps.add(role, comparison.load().run(server.port(), spec, count).rps());
            }
        }
        return rps;
    }

    // Tests over keys that were filled, and those that go on with what they made.
    private static boolean isKept(String test) {
        return switch (test) {
            case "set", "get", "incr", "mset", "sadd", "hset", "zadd" -> true;
            default -> false;
        };
    }

    private static long limit(Load.Spec spec, long requests) {
        return switch (spec.test()) {
            case "spop", "zpopmin" -> Math.min(requests, (long) (spec.keyspace() * SHARE_TAKEN));
            default -> requests;
        };
    }

    private static void prepare(
            Comparison comparison, ServerProcess server, Load.Spec spec, long requests)
            throws IOException, InterruptedException {
        switch (spec.test()) {
            case "lpop", "rpop" -> add(comparison, server, "rpush", requests);
            case "spop" ->
                    add(comparison, server, "sadd", (long) spec.keyspace() * ADDITIONS_PER_MEMBER);
            case "zpopmin" ->
                    add(comparison, server, "zadd", (long) spec.keyspace() * ADDITIONS_PER_MEMBER);
            default -> {
                // Needs nothing, or makes it itself.
            }
        }
    }

    private static void add(Comparison comparison, ServerProcess server, String test, long requests)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        comparison
                .load()
                .run(
                        server.port(),
                        comparison.spec(test, options.clients, PREPARING_DEPTH),
                        requests);
    }
}
