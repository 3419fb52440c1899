package dev.spindle.bench.compare;

import dev.spindle.perf.agent.Affinity;
import dev.spindle.perf.agent.CpuList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * How long the servers' processor is away when no server runs: a thread there does nothing but look at the clock. What it
 * misses is taken by the kernel and the hypervisor, from any server as well; no stall that is counted can be told from it. How often it looks in
 * each tenth of a second says how steady the processor is: a virtual one slows down when its neighbour on the same core works.
 *
 * @param seconds of looking
 * @param gaps of {@value #LONG_MS} ms or longer
 * @param longestNs the longest
 * @param slowTenths share of the tenths of a second with at most {@value #SLOW} of the looks of the median one
 * @param slowest looks of the slowest tenth, relative to those of the median one
 */
record ClockGaps(double seconds, int gaps, long longestNs, double slowTenths, double slowest) {
    private static final int LONG_MS = 5;
    private static final long LONG_NS = TimeUnit.MILLISECONDS.toNanos(LONG_MS);
    private static final long TENTH_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double SLOW = 0.9;

    static ClockGaps on(CpuPlan plan, int seconds) throws InterruptedException {
        FutureTask<ClockGaps> task =
                new FutureTask<>(
                        () -> {
                            if (plan.pinned()) {
                                Affinity.pinCurrentThread(CpuList.of(plan.serverCore()));
                            }
                            return look(TimeUnit.SECONDS.toNanos(seconds));
                        });
        new Thread(task, "clock-gaps").start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static ClockGaps look(long ns) {
        int gaps = 0;
        long longest = 0;
        long start = System.nanoTime();
        long last = start;
        List<Double> tenths = new ArrayList<>();
        long looks = 0;
        while (last - start < ns) {
            long now = System.nanoTime();
            longest = Math.max(longest, now - last);
            if (now - last >= LONG_NS) {
                gaps++;
            }
            last = now;
            looks++;
            if (now - start >= (tenths.size() + 1) * TENTH_NS) {
                tenths.add((double) looks);
                looks = 0;
            }
        }
        Statistics.Spread usual = Statistics.spread(Statistics.array(tenths));
        long slow = tenths.stream().filter(each -> each <= SLOW * usual.median()).count();
        return new ClockGaps(
                (last - start) / 1e9,
                gaps,
                longest,
                (double) slow / tenths.size(),
                usual.min() / usual.median());
    }

    @Override
    public String toString() {
        return String.format(
                "a thread on the servers' processor that only looks at the clock, without servers: %d gaps of %d ms or longer in %.0f s (longest %.1f ms); in %.0f %% of the tenths of a second it ran at %.0f %% of its usual speed or less, %.0f %% in the slowest",
                gaps,
                LONG_MS,
                seconds,
                longestNs / 1e6,
                100 * slowTenths,
                100 * SLOW,
                100 * slowest);
    }
}
