package dev.spindle.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Latencies of a stretch of time, and p99.9 of each whole second of it. A shared machine that runs slower for some seconds decides p99.9 of
 * the whole, however rarely it does so; the median of the seconds says what most of them were like.
 */
final class SecondBySecond {
    static final int SIGNIFICANT_DIGITS = 3;

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final double PERCENTILE = 99.9;

    private final Histogram before = new Histogram(SIGNIFICANT_DIGITS);
    private final Histogram current = new Histogram(SIGNIFICANT_DIGITS);
    private final List<Double> seconds = new ArrayList<>();
    private long beganNs;

    /** Begins with the first second. */
    SecondBySecond(long nowNs) {
        beganNs = nowNs;
    }

    /** What takes the latencies of the second at hand. */
    Histogram current() {
        return current;
    }

    /** Goes on to the next second when it is time; one in which nothing was recorded counts for nothing. */
    void tick(long nowNs) {
        if (nowNs - beganNs >= SECOND_NS) {
            beganNs += (nowNs - beganNs) / SECOND_NS * SECOND_NS;
            if (current.getTotalCount() > 0) {
                seconds.add(Statistics.percentileMs(current, PERCENTILE));
            }
            close();
        }
    }

    private void close() {
        before.add(current);
        current.reset();
    }

    /** All latencies, those of a last second that was not whole among them. */
    Histogram all() {
        close();
        return before;
    }

    /** p99.9 of each whole second, in milliseconds. */
    List<Double> p999Ms() {
        return seconds;
    }
}
