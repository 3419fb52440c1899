package dev.spindle.perf.clock;

/**
 * The time of a batch: read once, then the same for every command of it.
 *
 * <p>Reading a clock costs about as much as looking up a key, and commands of one batch must agree about what has expired. The
 * owner refreshes at the start of each batch, and wherever it measures anyway, with the reading it already has. Answers are as old as the last
 * refresh. Owned by one thread; others have clocks of their own.
 */
public final class CachedClock implements NanoClock, EpochClock {
    private final NanoClock nanoClock;
    private final EpochClock epochClock;
    private long nowNs;
    private long nowMicros;
    private long nowMs;

    /** Reads both clocks once, so that the clock is right before the first batch. */
    public CachedClock(NanoClock nanoClock, EpochClock epochClock) {
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
        refresh();
    }

    /** Reads the clocks and answers the nanoseconds, for the caller that starts a measurement here. */
    public long refresh() {
        final long ns = nanoClock.nanoTime();
        refreshAt(ns);
        return ns;
    }

    /** As {@link #refresh()}, with a reading of the nano clock that the caller has just made. */
    public void refreshAt(long readNs) {
        nowNs = readNs;
        nowMicros = epochClock.epochMicrosAt(readNs);
        nowMs = Math.floorDiv(nowMicros, 1000L);
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public long epochMs() {
        return nowMs;
    }

    @Override
    public long epochMicros() {
        return nowMicros;
    }
}
