package dev.spindle.bench.compare;

import dev.spindle.perf.agent.Affinity;
import dev.spindle.perf.agent.CpuList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * How long the servers' processor is away when no server runs: a thread there does nothing but look at the clock. What it
 * misses is taken by the kernel and the hypervisor, from any server as well; no stall that is counted can be told from it.
 *
 * @param seconds of looking
 * @param gaps of {@value #LONG_MS} ms or longer
 * @param longestNs the longest
 */
record ClockGaps(double seconds, int gaps, long longestNs) {
    private static final int LONG_MS = 5;
    private static final long LONG_NS = TimeUnit.MILLISECONDS.toNanos(LONG_MS);

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
        while (last - start < ns) {
            long now = System.nanoTime();
            longest = Math.max(longest, now - last);
            if (now - last >= LONG_NS) {
                gaps++;
            }
            last = now;
        }
        return new ClockGaps((last - start) / 1e9, gaps, longest);
    }

    @Override
    public String toString() {
        return String.format(
                "a thread on the servers' processor that only looks at the clock, without servers: %d gaps of %d ms or longer in %.0f s (longest %.1f ms)",
                gaps, LONG_MS, seconds, longestNs / 1e6);
    }
}
