package dev.spindle.bench.compare;

import java.io.IOException;

/**
 * What the tests find when they begin. Every test has empty servers to itself; tests of keys go on with a keyspace that is full, and
 * tests that take elements out find, in every round, as many as they take. Putting them there is not counted.
 */
final class TestData {

    /** Members that a set or sorted set loses at most in a round: of those put in, some to spare. */
    private static final double SHARE_TAKEN = 0.5;

    /** More than the longest range reads. */
    private static final int RANGED_ELEMENTS = 6_400;

    private static final int PREPARING_DEPTH = 64;

    private final Comparison comparison;

    TestData(Comparison comparison) {
        this.comparison = comparison;
    }

    /**
     * Empties a server, gives it what the test needs, and warms it up.
     *
     * @return requests that a round should have.
     */
    long begin(ServerProcess server, Load.Spec spec) throws IOException, InterruptedException {
        server.control().ask("FLUSHALL", "SYNC");
        comparison.fillFor(spec.test(), server);
        prepare(server, spec, comparison.options().keyspace);
        return limit(spec, comparison.warmUp(server, spec));
    }

    /** What a round of so many requests needs besides what it finds. */
    void beforeRound(ServerProcess server, Load.Spec spec, long requests)
            throws IOException, InterruptedException {
        if (!isKept(spec.test())) {
            server.control().ask("FLUSHALL", "SYNC");
        }
        prepare(server, spec, requests);
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

    private void prepare(ServerProcess server, Load.Spec spec, long requests)
            throws IOException, InterruptedException {
        switch (spec.test()) {
            case "lpop", "rpop" -> add(server, "rpush", requests);
            // Members are drawn at random: as many additions as there are numbers make two thirds
            // of them.
            case "spop" -> add(server, "sadd", spec.keyspace());
            case "zpopmin" -> add(server, "zadd", spec.keyspace());
            case "lrange_100", "lrange_300", "lrange_500", "lrange_600" ->
                    add(server, "lpush", RANGED_ELEMENTS);
            default -> {
                // Needs nothing, or makes it itself.
            }
        }
    }

    private void add(ServerProcess server, String test, long requests)
            throws IOException, InterruptedException {
        int clients = comparison.options().clients;
        comparison
                .load()
                .run(server.endpoint(), comparison.spec(test, clients, PREPARING_DEPTH), requests);
    }
}
