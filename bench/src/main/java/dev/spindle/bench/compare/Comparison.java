package dev.spindle.bench.compare;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What every mode needs: the choices, the launcher, the load, and the common steps of a measurement. */
final class Comparison {
    /** Requests in flight of a fill; any depth that keeps the server busy does. */
    static final int FILL_BATCH = 64;

    private static final double LONGEST_CHUNK_S = 1.0;
    private static final int PROBE_PIPELINES = 20;

    private final CompareOptions options;
    private final ServerLauncher launcher;
    private final Load load;

    Comparison(CompareOptions options, ServerLauncher launcher, Load load) {
        this.options = options;
        this.launcher = launcher;
        this.load = load;
    }

    CompareOptions options() {
        return options;
    }

    ServerLauncher launcher() {
        return launcher;
    }

    Load load() {
        return load;
    }

    /** The same, loaded in another way unless the command line says how. */
    Comparison loadedBy(Load other) {
        return options.load == null ? new Comparison(options, launcher, other) : this;
    }

    Load.Spec spec(String test, int clients, int depth) {
        return new Load.Spec(test, clients, depth, options.keyspace, options.valueBytes);
    }

    /** Fills the keys that a test will meet. Tests of other types begin with what they create themselves. */
    void fillFor(String test, ServerProcess server) throws IOException {
        String writer =
                switch (test) {
                    case "set", "get" -> "set";
                    case "incr" -> "incr";
                    default -> null;
                };
        if (writer != null) {
            fill(server, writer, options.keyspace);
        }
    }

    void fill(ServerProcess server, String writer, int keys) throws IOException {
        KeyWriter.write(
                server.endpoint(),
                RequestTemplate.ofTest(writer, options.valueBytes),
                keys,
                FILL_BATCH,
                (written, sentNs, answeredNs) -> {});
    }

    /**
     * Loads a server for the warm-up time, which nobody counts, and says how many requests a measured round should have. Each
     * server gets its own number, so that rounds take equally long.
     */
    long warmUp(ServerProcess server, Load.Spec spec) throws IOException, InterruptedException {
        long probe = (long) spec.clients() * spec.depth() * PROBE_PIPELINES;
        // A probe that is over at once says only that it took less than a millisecond.
        double rps = Math.min(load.run(server.endpoint(), spec, probe).rps(), probe * 1e3);
        long deadline = System.nanoTime() + seconds(options.warmupSeconds);
        for (long left = deadline - System.nanoTime();
                left > 0;
                left = deadline - System.nanoTime()) {
            double chunk = Math.min(LONGEST_CHUNK_S, left / 1e9);
            long requests = Math.max(probe, (long) (rps * chunk));
            rps = Math.min(load.run(server.endpoint(), spec, requests).rps(), requests * 1e3);
        }
        return options.requests > 0
                ? options.requests
                : Math.max(probe, (long) (rps * options.seconds));
    }

    private static long seconds(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
