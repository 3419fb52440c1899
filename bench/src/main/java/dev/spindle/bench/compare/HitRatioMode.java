package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.util.List;

/** What share of a cache's look-ups finds its key, by policy. */
final class HitRatioMode implements Mode {
    private static final double EXPONENT = 0.99;

    /** Keys that both servers hold in the second kind of run. */
    private static final int EQUAL_KEYS = 200_000;

    @Override
    public String name() {
        return "hitratio";
    }

    @Override
    public String title() {
        return "Hit ratio";
    }

    @Override
    public String explanation() {
        return "A program that uses the server as a cache, GET and on a miss SET, with keys drawn from a Zipf distribution"
                + " (exponent 0.99) at a fixed rate; the first half of the accesses fills the cache, the second is counted."
                + " With equal memory (maxmemory), the server that needs less per key holds more keys. With equal keys,"
                + " maxmemory is what each server uses when it holds 200000 of them, so what is compared is how well each"
                + " chooses what to evict; what memory a server then frees or needs beyond its keys blurs that a little. See"
                + " the keys held at the end.";
    }

    @Override
    public void run(Comparison comparison, Section section) throws IOException {
        CompareOptions options = comparison.options();
        for (String policy : List.of("allkeys-lru", "allkeys-lfu")) {
            for (boolean equalKeys : new boolean[] {false, true}) {
                Readings ratio = new Readings();
                Readings held = new Readings();
                for (int round = 0; round < options.hitRatioRounds; round++) {
                    for (Role role : Role.orderOf(round)) {
                        one(comparison, role, policy, equalKeys, ratio, held);
                    }
                }
                String test =
                        policy
                                + (equalKeys
                                        ? ", room for " + EQUAL_KEYS + " keys"
                                        : ", maxmemory " + options.hitRatioMemory);
                section.add(ratio.measurement(test, 1, 16, "hits", "%", Better.HIGHER));
                section.add(held.measurement(test, 1, 16, "keys held", "keys", Better.HIGHER));
            }
        }
        section.note(
                options.hitRatioAccesses
                        + " accesses to "
                        + options.keyspace
                        + " keys, "
                        + options.hitRatioPerSecond
                        + " per second, values of "
                        + options.hitRatioValueBytes
                        + " bytes");
    }

    private static void one(
            Comparison comparison,
            Role role,
            String policy,
            boolean equalKeys,
            Readings ratio,
            Readings held)
            throws IOException {
        CompareOptions options = comparison.options();
        try (ServerProcess server = comparison.launcher().start(role, options.idleStrategy);
                CacheTrace trace =
                        new CacheTrace(
                                server.port(),
                                options.keyspace,
                                EXPONENT,
                                options.hitRatioValueBytes)) {
            RespConnection control = server.control();
            control.ask("CONFIG", "SET", "maxmemory-policy", policy);
            String limit = options.hitRatioMemory;
            if (equalKeys) {
                trace.fill(EQUAL_KEYS);
                limit = Long.toString(server.info("memory").number("used_memory"));
                control.ask("FLUSHALL", "SYNC");
            }
            control.ask("CONFIG", "SET", "maxmemory", limit);
            trace.run(options.hitRatioAccesses / 2, options.hitRatioPerSecond);
            ratio.add(
                    role, 100 * trace.run(options.hitRatioAccesses / 2, options.hitRatioPerSecond));
            held.add(role, Long.parseLong(control.ask("DBSIZE")));
        }
    }
}
