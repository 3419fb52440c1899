package dev.spindle.perf.latency;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Latency spikes by event: the last {@value #SAMPLES} seconds in which an event took longer than the threshold.
 *
 * <p>Per event a ring of (second, milliseconds). Two spikes in the same second share a sample, which keeps the larger, so that the
 * ring always spans at least {@value #SAMPLES} different seconds' worth of history. The all-time maximum outlives the ring, until the event
 * is reset. This is the model of Redis's latency monitor; the names of events are the caller's.
 *
 * <p>Owned by one thread. Adding to a known event allocates nothing.
 */
public final class SpikeHistory {
    /** Samples kept per event. */
    public static final int SAMPLES = 160;

    /**
     * A second in which an event was slow.
     *
     * @param epochSeconds which
     * @param ms the slowest in it
     */
    public record Sample(long epochSeconds, long ms) {}

    /**
     * The newest sample of an event.
     *
     * @param event its name
     * @param epochSeconds of the newest sample
     * @param ms of the newest sample
     * @param maxMs the slowest since the last reset
     */
    public record Latest(String event, long epochSeconds, long ms, long maxMs) {}

    /**
     * An event in numbers, over the samples in its ring. Quotients of milliseconds are rounded down.
     *
     * @param event its name
     * @param samples how many there are
     * @param minMs the least of them
     * @param maxMs the largest of them
     * @param averageMs their mean
     * @param madMs their mean absolute deviation from the mean
     * @param periodSeconds seconds between samples: those from the oldest to now over the number of samples, 1 if that is zero
     * @param allTimeMaxMs the slowest since the last reset
     */
    public record Summary(
            String event,
            int samples,
            long minMs,
            long maxMs,
            long averageMs,
            long madMs,
            double periodSeconds,
            long allTimeMaxMs) {}

    private static final class Series {
        private final long[] epochSeconds = new long[SAMPLES];
        private final long[] ms = new long[SAMPLES];
        private int next;
        private int size;
        private long maxMs;

        void add(long second, long duration) {
            maxMs = Math.max(maxMs, duration);
            final int last = last();
            if (size > 0 && epochSeconds[last] == second) {
                ms[last] = Math.max(ms[last], duration);
                return;
            }
            epochSeconds[next] = second;
            ms[next] = duration;
            next = (next + 1) % SAMPLES;
            size = Math.min(size + 1, SAMPLES);
        }

        int last() {
            return (next + SAMPLES - 1) % SAMPLES;
        }

        /** Place of a sample by age, 0 being the oldest. */
        int place(int age) {
            return (next + SAMPLES - size + age) % SAMPLES;
        }
    }

    private final Map<String, Series> events = new LinkedHashMap<>();
    private long thresholdMs;

    /**
     * @param thresholdMs as {@link #thresholdMs(long)}
     */
    public SpikeHistory(long thresholdMs) {
        thresholdMs(thresholdMs);
    }

    /** Spikes from this duration on count; 0 switches the history off. */
    public void thresholdMs(long newThresholdMs) {
        if (newThresholdMs < 0) {
            throw new IllegalArgumentException("a threshold cannot be " + newThresholdMs + " ms");
        }
        thresholdMs = newThresholdMs;
    }

    public long thresholdMs() {
        return thresholdMs;
    }

    /** Whether a duration counts as a spike now. */
    public boolean exceeds(long ms) {
        return thresholdMs != 0 && ms >= thresholdMs;
    }

    /** Adds a spike if its duration {@link #exceeds(long)} the threshold. */
    public void sample(String event, long epochSeconds, long ms) {
        if (exceeds(ms)) {
            add(event, epochSeconds, ms);
        }
    }

    private void add(String event, long epochSeconds, long ms) {
        Series series = events.get(event);
        if (series == null) {
            series = new Series();
            events.put(event, series);
        }
        series.add(epochSeconds, ms);
    }

    /** The newest sample of each event, in the order in which events first occurred. */
    public List<Latest> latest() {
        final List<Latest> all = new ArrayList<>(events.size());
        events.forEach(
                (event, series) -> {
                    final int last = series.last();
                    all.add(
                            new Latest(
                                    event,
                                    series.epochSeconds[last],
                                    series.ms[last],
                                    series.maxMs));
                });
        return all;
    }

    /** The samples of an event, oldest first; none for an event that has not occurred. */
    public List<Sample> history(String event) {
        final Series series = events.get(event);
        if (series == null) {
            return List.of();
        }
        final List<Sample> samples = new ArrayList<>(series.size);
        for (int age = 0; age < series.size; age++) {
            final int place = series.place(age);
            samples.add(new Sample(series.epochSeconds[place], series.ms[place]));
        }
        return samples;
    }

    /** Forgets some events, or all if none is named; answers how many there were. */
    public int reset(String... names) {
        int forgotten = 0;
        if (names.length == 0) {
            forgotten = events.size();
            events.clear();
        }
        for (final String name : names) {
            if (events.remove(name) != null) {
                forgotten++;
            }
        }
        return forgotten;
    }

    /** Every event in numbers, in the order in which events first occurred. */
    public List<Summary> summaries(long nowEpochSeconds) {
        final List<Summary> all = new ArrayList<>(events.size());
        events.forEach((event, series) -> all.add(summary(event, series, nowEpochSeconds)));
        return all;
    }

    private static Summary summary(String event, Series series, long nowEpochSeconds) {
        // A series exists only once it has a sample, so no count below is zero.
        final int size = series.size;
        long sum = 0;
        long min = Long.MAX_VALUE;
        long max = 0;
        for (int i = 0; i < size; i++) {
            sum += series.ms[i];
            min = Math.min(min, series.ms[i]);
            max = Math.max(max, series.ms[i]);
        }
        final long average = sum / size;
        long deviations = 0;
        for (int i = 0; i < size; i++) {
            deviations += Math.abs(series.ms[i] - average);
        }
        final double period =
                (double) (nowEpochSeconds - series.epochSeconds[series.place(0)]) / size;
        return new Summary(
                event,
                size,
                min,
                max,
                average,
                deviations / size,
                period == 0 ? 1 : period,
                series.maxMs);
    }
}
