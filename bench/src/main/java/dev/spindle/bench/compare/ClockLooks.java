package dev.spindle.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a thread saw that did nothing but look at the clock: gaps, and how often it looked in each tenth of a second, which
 * says how steady the processor is (a virtual one slows down when its neighbour on the same core works).
 *
 * <p>Gaps that end at one and the same point of a tenth of a second are told: that is the mark of rationed processor time. A
 * group of processes with a quota (Linux's cpu.max, whose period is 100 ms unless told otherwise) is stopped when it has
 * used what it had, and goes on when the next period begins. A virtual machine is such a group to its host.
 */
final class ClockLooks {
    private static final int LONG_MS = 5;
    private static final long LONG_NS = TimeUnit.MILLISECONDS.toNanos(LONG_MS);
    private static final long TENTH_NS = TimeUnit.MILLISECONDS.toNanos(100);
    // The host's period and this clock drift apart a little; a gap ends a little after its period.
    private static final long SAME_NS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final double SLOW = 0.9;

    private final long start;
    private final List<Long> ends = new ArrayList<>();
    private final List<Double> tenths = new ArrayList<>();
    private long last;
    private long longest;
    private long looks;

    ClockLooks(long start) {
        this.start = start;
        this.last = start;
    }

    /** One look at the clock, in nanoseconds. */
    void at(long now) {
        long gap = now - last;
        longest = Math.max(longest, gap);
        if (gap >= LONG_NS) {
            ends.add(now - start);
        }
        last = now;
        looks++;
        if (now - start >= (tenths.size() + 1) * TENTH_NS) {
            tenths.add((double) looks);
            looks = 0;
        }
    }

    /** How many times the clock had moved on by 5 ms or more. */
    int gaps() {
        return ends.size();
    }

    /** The most gaps that ended at the same point, within 3 ms, of a tenth of a second. */
    int gapsInStep() {
        int most = 0;
        for (long first : ends) {
            int inStep = 0;
            for (long end : ends) {
                if (Math.floorMod(end - first, TENTH_NS) < SAME_NS) {
                    inStep++;
                }
            }
            most = Math.max(most, inStep);
        }
        return most;
    }

    /** Share of the tenths of a second in which it looked at most 0.9 times as often as in the median one. */
    double slowTenths() {
        double median = usual().median();
        return (double) tenths.stream().filter(each -> each <= SLOW * median).count()
                / tenths.size();
    }

    private Statistics.Spread usual() {
        return Statistics.spread(Statistics.array(tenths));
    }

    String description() {
        Statistics.Spread usual = usual();
        int inStep = gapsInStep();
        return String.format(
                "%d gaps of %d ms or longer in %.0f s (longest %.1f ms)%s; in %.0f %% of the tenths of a second it ran at %.0f %% of its usual speed or less, %.0f %% in the slowest",
                gaps(),
                LONG_MS,
                (last - start) / 1e9,
                longest / 1e6,
                inStep > 1
                        ? ", " + inStep + " of them ended at the same point of a tenth of a second"
                        : "",
                100 * slowTenths(),
                100 * SLOW,
                100 * usual.min() / usual.median());
    }
}
