package dev.spindle.bench.compare;

/** Which program makes the load. Names are what the command line takes. */
enum LoadKind {
    /** The tool that comes with Redis: the ruler everyone knows. */
    REDIS_BENCHMARK("redis-benchmark"),
    /** {@link SpinningLoad}: spends less per request, so that fast servers are not measured by the client's limit. */
    SPINNING("spinning"),
    /** {@link RestingLoad}: the same that sleeps when nothing comes, so that its core is free for the servers' other threads. */
    RESTING("resting");

    private final String label;

    LoadKind(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
