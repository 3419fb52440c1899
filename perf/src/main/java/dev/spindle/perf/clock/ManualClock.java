package dev.spindle.perf.clock;

import java.util.concurrent.TimeUnit;

/**
 * A clock that stands still until it is told otherwise, for tests and simulations.
 *
 * <p>Part of the main code because the tests of every module need it. One thread moves it; any thread may read it.
 */
public final class ManualClock implements NanoClock, EpochClock {
    private volatile long nowNs;
    private volatile long offsetNs;

    /** Starts at the epoch with a nano clock of zero. */
    public ManualClock() {
        this(0);
    }

    /** Starts at a date with a nano clock of zero. */
    public ManualClock(long epochMs) {
        offsetNs = TimeUnit.MILLISECONDS.toNanos(epochMs);
    }

    /** Lets time pass on both clocks. */
    public void advanceNs(long ns) {
        if (ns < 0) {
            throw new IllegalArgumentException("time passes forwards, not by " + ns + " ns");
        }
        nowNs = nowNs + ns;
    }

    /** Lets time pass on both clocks. */
    public void advanceMicros(long micros) {
        advanceNs(TimeUnit.MICROSECONDS.toNanos(micros));
    }

    /** Lets time pass on both clocks. */
    public void advanceMs(long ms) {
        advanceNs(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    /** Sets the date, as an operator sets a wall clock: the nano clock does not notice. */
    public void setEpochMs(long epochMs) {
        offsetNs = TimeUnit.MILLISECONDS.toNanos(epochMs) - nowNs;
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public long epochMs() {
        return Math.floorDiv(nowNs + offsetNs, 1_000_000L);
    }

    @Override
    public long epochMicros() {
        return Math.floorDiv(nowNs + offsetNs, 1000L);
    }
}
