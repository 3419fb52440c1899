package dev.spindle.perf.latency;

import org.HdrHistogram.Histogram;

/**
 * Percentiles over the recent past, from a recorder that only ever accumulates.
 *
 * <p>A second histogram per window would double the cost of each record. Instead the cumulative distribution is copied once per window, and
 * what happened over the last k windows is the difference between the newest copy and the one k before:
 *
 * <pre>
 *   copies   [c0][c1][c2][c3] ... [cn]      one per roll, a ring
 *                 '---- cn - c1 ----'       the last n - 1 windows
 * </pre>
 *
 * <p>A roll costs one pass over some 3000 counters (microseconds) and allocates nothing once the ring is full; a query subtracts. The ring
 * takes 24 KiB per window, so this is for a few series that matter, not for every command. If the recorder was reset in between, the
 * copies before are dropped.
 *
 * <p>Owned by the thread that owns the recorder.
 */
public final class WindowedPercentiles {
    private final LatencyRecorder source;
    private final Histogram[] copies;
    private final Histogram difference = LatencyRecorder.newHistogram();
    private int newest;
    private int size;
    private long resets;

    /**
     * Starts the first window now.
     *
     * @param windows the most windows a question may span, above zero; how long one lasts is up to the caller of {@link #roll()}
     */
    public WindowedPercentiles(LatencyRecorder source, int windows) {
        if (windows < 1) {
            throw new IllegalArgumentException("there must be a window");
        }
        this.source = source;
        copies = new Histogram[windows + 1];
        resets = source.resets();
        source.copyInto(place(0));
        size = 1;
    }

    /** Ends the current window and starts the next. */
    public void roll() {
        if (source.resets() != resets) {
            // Counts began anew at an unknown moment of this window: it then holds what came after.
            newest = 0;
            resets = source.resets();
            place(0).reset();
            size = 1;
        }
        newest = (newest + 1) % copies.length;
        source.copyInto(place(newest));
        size = Math.min(size + 1, copies.length);
    }

    /** Complete windows at hand. */
    public int windows() {
        return size - 1;
    }

    /** Samples in the last complete windows; see {@link #distribution(int)}. */
    public long samples(int lastWindows) {
        return distribution(lastWindows).getTotalCount();
    }

    /**
     * A percentile over the last complete windows, ranked as {@link LatencyRecorder#percentileNs(double)} does.
     *
     * @param lastWindows how many, 1 or more; if fewer are complete, those
     * @return nanoseconds, or 0 if they hold no sample
     */
    public long percentileNs(double percentile, int lastWindows) {
        return LatencyRecorder.percentileNs(distribution(lastWindows), percentile);
    }

    /**
     * The distribution over the last complete windows, for several questions at once.
     *
     * @param lastWindows how many, 1 or more; if fewer are complete, those
     * @return a view that the next question overwrites
     */
    public Histogram distribution(int lastWindows) {
        if (lastWindows < 1) {
            throw new IllegalArgumentException("there must be a window");
        }
        final int span = Math.min(lastWindows, windows());
        copies[newest].copyInto(difference);
        difference.subtract(copies[Math.floorMod(newest - span, copies.length)]);
        return difference;
    }

    private Histogram place(int index) {
        if (copies[index] == null) {
            copies[index] = LatencyRecorder.newHistogram();
        }
        return copies[index];
    }
}
