package dev.spindle.perf.latency;

import org.HdrHistogram.Histogram;

/**
 * How often one operation ran, how long in all, and how its durations are distributed.
 *
 * <p>The distribution is a histogram of nanoseconds from 1 to {@value #HIGHEST_NS} with {@value #DIGITS} significant digits: 24 KiB,
 * an error below 1 %, recording in a few nanoseconds. Longer durations count as the highest. The parameters are those of Redis,
 * because the values that its clients read show the bucket boundaries: a duration of 1000 ns reads as 1003.
 *
 * <p><b>Cumulative distribution.</b> Boundaries lie at the bucket that holds 1024 ns times a power of two, each named by the
 * highest duration of that bucket in microseconds, rounded down: 1, 2, 4, 8, 16, 33, 66, 132, 264, 528, ... Only a boundary at which the
 * cumulative count has grown is reported. The last, 1073741, is the histogram's top.
 *
 * <p><b>Percentiles.</b> The rank is the percentile of the count rounded half up, at least one, and the answer the highest duration
 * of the bucket that holds it. HdrHistogram for Java rounds the rank up, the C library that Redis uses rounds to the nearest, and
 * with 60 samples that decides whether p99 is the worst of them; so the rank is computed here.
 *
 * <p>One thread records and reads.
 */
public final class LatencyRecorder {
    /** The longest duration told apart: one second. */
    public static final long HIGHEST_NS = 1_000_000_000L;

    static final int DIGITS = 2;

    private static final long FIRST_BOUNDARY_NS = 1024;

    /** Receives the cumulative distribution, boundary by boundary in rising order. */
    @FunctionalInterface
    public interface BucketConsumer {
        /**
         * @param upToMicros the boundary, in whole microseconds
         * @param count samples up to and including the boundary's bucket
         */
        void onBucket(long upToMicros, long count);
    }

    private long calls;
    private long totalNs;
    private long resets;
    private Histogram histogram;

    /** Counts a run and its duration without the distribution. */
    public void count(long ns) {
        calls++;
        totalNs += ns;
    }

    /** Counts a run and its duration with the distribution. The first one allocates the histogram. */
    public void record(long ns) {
        calls++;
        totalNs += ns;
        Histogram into = histogram;
        if (into == null) {
            into = histogram = newHistogram();
        }
        into.recordValue(ns < 1 ? 1 : ns > HIGHEST_NS ? HIGHEST_NS : ns);
    }

    /** Runs counted since the last reset. */
    public long calls() {
        return calls;
    }

    /** Their durations added up, in nanoseconds. */
    public long totalNs() {
        return totalNs;
    }

    /** Samples in the distribution: fewer than {@link #calls()} if some were counted without. */
    public long samples() {
        return histogram == null ? 0 : histogram.getTotalCount();
    }

    /** Whether the distribution has any sample. */
    public boolean hasDistribution() {
        return samples() > 0;
    }

    /** How many resets there were: lets a reader of differences know that the counts started anew. */
    long resets() {
        return resets;
    }

    /** Forgets everything. The histogram's memory is kept, so that recording stays free of garbage. */
    public void reset() {
        calls = 0;
        totalNs = 0;
        resets++;
        if (histogram != null) {
            histogram.reset();
        }
    }

    /** Forgets the distribution alone. */
    public void resetDistribution() {
        resets++;
        if (histogram != null) {
            histogram.reset();
        }
    }

    /**
     * The duration below or at which this share of the samples lies.
     *
     * @param percentile 0 to 100
     * @return nanoseconds, or 0 without samples
     */
    public long percentileNs(double percentile) {
        return histogram == null ? 0 : percentileNs(histogram, percentile);
    }

    static long percentileNs(Histogram histogram, double percentile) {
        final long total = histogram.getTotalCount();
        if (total == 0) {
            return 0;
        }
        final double bounded = Math.min(Math.max(percentile, 0), 100);
        final long rank = Math.max(1, (long) (bounded / 100 * total + 0.5));
        // Half a rank below the wanted one, so that the library's rounding up lands on it whatever
        // the floating point did.
        return histogram.getValueAtPercentile(100.0 * (rank - 0.5) / total);
    }

    /** Reports the cumulative distribution; nothing without samples. */
    public void forEachBucket(BucketConsumer consumer) {
        if (!hasDistribution()) {
            return;
        }
        final long total = histogram.getTotalCount();
        // The last bucket of the histogram, whose upper end is past the highest duration.
        final long topNs = Long.highestOneBit(HIGHEST_NS) * 2 - 1;
        long reported = 0;
        for (long boundary = FIRST_BOUNDARY_NS; reported < total; boundary *= 2) {
            final long upToNs = Math.min(topNs, histogram.highestEquivalentValue(boundary));
            final long count = histogram.getCountBetweenValues(0, upToNs);
            if (count > reported) {
                consumer.onBucket(upToNs / 1000, count);
                reported = count;
            }
        }
    }

    /** A copy of the distribution, for export or for another thread; empty without samples. */
    public Histogram snapshot() {
        return histogram == null ? newHistogram() : histogram.copy();
    }

    /** Overwrites a histogram of {@link #newHistogram()} with the distribution, without allocating. */
    void copyInto(Histogram target) {
        if (histogram == null) {
            target.reset();
        } else {
            histogram.copyInto(target);
        }
    }

    static Histogram newHistogram() {
        return new Histogram(1, HIGHEST_NS, DIGITS);
    }
}
