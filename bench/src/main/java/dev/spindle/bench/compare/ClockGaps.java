package dev.spindle.bench.compare;

import dev.spindle.perf.agent.Affinity;
import dev.spindle.perf.agent.CpuList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * How long the servers' processor is away when no server runs: a thread there does nothing but look at the clock. What it
 * misses is taken by the kernel and the hypervisor, from any server as well; no stall that is counted can be told from it. It looks twice,
 * with the load's processor idle and with a thread on that one as well: a machine whose processor time is rationed stops only
 * when all its processors are busy, as they are while a server is saved under load.
 *
 * @param alone with the load's processor left idle
 * @param together with both busy; null where the two are one, or nothing could be pinned
 */
record ClockGaps(ClockLooks alone, ClockLooks together) {
    static ClockGaps on(CpuPlan plan, int seconds) throws InterruptedException {
        FutureTask<ClockLooks> alone = start(plan.serverCore(), plan.pinned(), seconds);
        ClockLooks first = result(alone);
        if (!plan.pinned() || plan.serverCore() == plan.clientCore()) {
            return new ClockGaps(first, null);
        }
        FutureTask<ClockLooks> beside = start(plan.clientCore(), true, seconds);
        FutureTask<ClockLooks> together = start(plan.serverCore(), true, seconds);
        result(beside);
        return new ClockGaps(first, result(together));
    }

    private static FutureTask<ClockLooks> start(int cpu, boolean pinned, int seconds) {
        FutureTask<ClockLooks> task =
                new FutureTask<>(
                        () -> {
                            if (pinned) {
                                Affinity.pinCurrentThread(CpuList.of(cpu));
                            }
                            return look(TimeUnit.SECONDS.toNanos(seconds));
                        });
        new Thread(task, "clock-gaps").start();
        return task;
    }

    private static ClockLooks result(FutureTask<ClockLooks> task) throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static ClockLooks look(long ns) {
        long start = System.nanoTime();
        ClockLooks looks = new ClockLooks(start);
        long now = start;
        while (now - start < ns) {
            now = System.nanoTime();
            looks.at(now);
        }
        return looks;
    }

    @Override
    public String toString() {
        String servers =
                "a thread on the servers' processor that only looks at the clock, without servers: ";
        return servers
                + alone.description()
                + (together == null
                        ? ""
                        : "; with one on the load's processor as well: " + together.description());
    }
}
