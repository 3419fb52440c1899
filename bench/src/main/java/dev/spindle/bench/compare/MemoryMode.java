package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;

/** Memory of an empty server and of each key. */
final class MemoryMode implements Mode {
    private static final int MOST_SETTLE_SECONDS = 40;
    private static final int CALM_SECONDS = 8;

    private static final int KEY_BYTES = 16;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String title() {
        return "Memory";
    }

    @Override
    public String explanation() {
        return "What each key costs beyond the empty server, by the server's own account (used_memory) and by the kernel's"
                + " (resident set), and what is left of the former after the 16 bytes of the key and those of the value. Where a"
                + " hash table has just doubled or is about to, the cost per key differs; see the number of keys. The resident"
                + " set is read when it has stopped falling after the load, for both alike.";
    }

    @Override
    public void run(Comparison comparison, Section section)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        Readings emptyRss = new Readings();
        Readings emptyUsed = new Readings();
        Readings usedPerKey = new Readings();
        Readings overhead = new Readings();
        Readings rssPerKey = new Readings();
        double keys = options.keyspace;
        for (int round = 0; round < options.memoryRounds; round++) {
            for (Role role : Role.orderOf(round)) {
                try (ServerProcess server =
                        comparison.launcher().start(role, options.idleStrategy)) {
                    long rss = server.residentBytes();
                    long used = server.info("memory").number("used_memory");
                    comparison.fill(server, "set", options.keyspace);
                    requireKeys(server, options.keyspace);
                    double perKey = (server.info("memory").number("used_memory") - used) / keys;
                    emptyRss.add(role, rss / 1048576.0);
                    emptyUsed.add(role, used / 1048576.0);
                    usedPerKey.add(role, perKey);
                    overhead.add(role, perKey - KEY_BYTES - options.valueBytes);
                    rssPerKey.add(role, (settledResidentBytes(server) - rss) / keys);
                }
            }
        }
        String test = options.keyspace + " keys of 16 bytes, values of " + options.valueBytes;
        section.add(
                usedPerKey.measurement(test, 0, 0, "used_memory per key", "bytes", Better.LOWER));
        section.add(
                overhead.measurement(
                        test, 0, 0, "used_memory over key and value", "bytes", Better.LOWER));
        section.add(
                rssPerKey.measurement(test, 0, 0, "resident set per key", "bytes", Better.LOWER));
        section.add(
                emptyRss.measurement("empty server", 0, 0, "resident set", "MiB", Better.LOWER));
        section.add(
                emptyUsed.measurement("empty server", 0, 0, "used_memory", "MiB", Better.LOWER));
    }

    /** The resident set once it has stopped falling: what was only needed while loading is given back bit by bit. */
    static long settledResidentBytes(ServerProcess server)
            throws IOException, InterruptedException {
        long least = server.residentBytes();
        int sinceSeconds = 0;
        for (int second = 0;
                second < MOST_SETTLE_SECONDS && sinceSeconds < CALM_SECONDS;
                second++) {
            Thread.sleep(1000);
            long now = server.residentBytes();
            sinceSeconds = now < least ? 0 : sinceSeconds + 1;
            least = Math.min(least, now);
        }
        return least;
    }

    static void requireKeys(ServerProcess server, long expected) throws IOException {
        long found = Long.parseLong(server.control().ask("DBSIZE"));
        if (found != expected) {
            throw new IOException(
                    "the server holds " + found + " keys of " + expected + " written");
        }
    }
}
