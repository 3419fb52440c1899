package dev.spindle.perf.counter;

import java.util.Arrays;

/**
 * How fast a running total grows now: the mean of the last {@value #SAMPLES} samples.
 *
 * <p>The owner's cron hands in the total every {@value #PERIOD_MS} ms or so. A sample is the growth since the last one divided by
 * the time that really passed, so a late cron does not lie. The mean runs over all {@value #SAMPLES} places, also those not yet
 * filled: a server that has just started reports a low rate for the first 1.6 s, as Redis does. Whole numbers throughout, which makes a
 * growth below one per second of a sample vanish; Redis rounds the same way.
 *
 * <p>Owned by one thread.
 */
public final class InstantaneousRate {
    /** How many samples the mean covers. */
    public static final int SAMPLES = 16;

    /** How often {@link #sample} wants to be called. */
    public static final int PERIOD_MS = 100;

    private final long[] perSecond = new long[SAMPLES];
    private int next;
    private boolean anchored;
    private long lastMs;
    private long lastTotal;

    /**
     * Takes a sample. The first call, and the first after a reset, only marks where to start.
     *
     * @param nowMs any clock in milliseconds
     * @param total the running total; a total below the last one (it was reset) counts as no growth
     */
    public void sample(long nowMs, long total) {
        if (anchored) {
            final long elapsedMs = nowMs - lastMs;
            final long grown = Math.max(0, total - lastTotal);
            perSecond[next] = elapsedMs > 0 ? grown * 1000 / elapsedMs : 0;
            next = (next + 1) % SAMPLES;
        }
        anchored = true;
        lastMs = nowMs;
        lastTotal = total;
    }

    /** Units of the total per second. */
    public long perSecond() {
        long sum = 0;
        for (final long sample : perSecond) {
            sum += sample;
        }
        return sum / SAMPLES;
    }

    /** The same over 1024, with fractions: kilobytes per second where the total counts bytes. */
    public double kiloPerSecond() {
        return perSecond() / 1024.0;
    }

    /** Forgets all samples. */
    public void reset() {
        Arrays.fill(perSecond, 0);
        next = 0;
        anchored = false;
    }
}
