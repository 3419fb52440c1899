package dev.spindle.perf.agent;

import dev.spindle.perf.clock.EpochClock;
import dev.spindle.perf.os.RunDelay;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps account of the turns that took too long, and of why.
 *
 * <p>The owner hands in the start and end of every turn, readings it has anyway. A turn below the threshold costs a subtraction,
 * a comparison and a store. Only a long one is looked into.
 *
 * <p><b>Attribution.</b> During a turn, whoever does something known to be slow says so: {@link #suspect(StallCause)} without a
 * duration, or {@link #suspect(StallCause, long)} with the one it measured. At the end of a long turn one cause is chosen:
 *
 * <ol>
 *   <li>{@link StallCause#PREEMPTED}, if the turn would not have been long without the time that the owner waited for a processor;
 *   <li>else {@link StallCause#GC}, if collections took at least half the turn's time since they were last asked about;
 *   <li>else the measured suspect with the longest duration;
 *   <li>else the last suspect without one;
 *   <li>else {@link StallCause#NONE}.
 * </ol>
 *
 * <p>Collection times are read only after a long turn, since the beans allocate and take locks. What was collected during short turns
 * would be blamed on the next long one; a cron that calls {@link #forgetCollections()} about once a second bounds that error.
 * Beans that count concurrent work rather than pauses are left out. Waiting for a processor is read likewise, with a {@link
 * #forgetWaiting()} for every tick of a cron, since it adds up faster. The longest turn is kept twice: as those who waited for it saw it,
 * and without the owner's own waiting, which is what the program can be held to.
 *
 * <p>Owned by one thread.
 */
public final class StallTracker {
    private final EpochClock epochClock;
    private final LongSupplier collectedMs;
    private final LongSupplier waitedNs;
    private final long[] perCause = new long[StallCause.values().length];
    private long thresholdNs;
    private long turns;
    private long longTurns;
    private long longestNs;
    private long longestOwnNs;
    private StallCause longestCause = StallCause.NONE;
    private long lastNs;
    private long lastEpochMs;
    private StallCause lastCause = StallCause.NONE;
    private long collectedBeforeMs;
    private long waitedBeforeNs;

    private StallCause suspect = StallCause.NONE;
    private long suspectNs;

    /**
     * A tracker of the calling thread.
     *
     * @param thresholdNs turns at least this long count, above zero
     * @param collectedMs {@link #collectedMs()}, which is slow to make
     */
    public static StallTracker ofCurrentThread(
            long thresholdNs, EpochClock epochClock, LongSupplier collectedMs) {
        return new StallTracker(thresholdNs, epochClock, collectedMs, RunDelay.ofCurrentThread());
    }

    /**
     * @param collectedMs the time all collections have taken so far, in milliseconds
     * @param waitedNs the time that the owner has waited for a processor so far, in nanoseconds
     */
    public StallTracker(
            long thresholdNs,
            EpochClock epochClock,
            LongSupplier collectedMs,
            LongSupplier waitedNs) {
        this.epochClock = Objects.requireNonNull(epochClock);
        this.collectedMs = Objects.requireNonNull(collectedMs);
        this.waitedNs = Objects.requireNonNull(waitedNs);
        thresholdNs(thresholdNs);
        forgetCollections();
        forgetWaiting();
    }

    /** Names a cause for the current turn without having measured it. A measured one prevails. */
    public void suspect(StallCause cause) {
        if (suspectNs == 0) {
            suspect = cause;
        }
    }

    /** Names a cause for the current turn with the time it took. The longest prevails. */
    public void suspect(StallCause cause, long durationNs) {
        if (durationNs > suspectNs) {
            suspectNs = durationNs;
            suspect = cause;
        }
    }

    /** Ends a turn, by two readings of the nano clock. */
    public void onTurn(long startNs, long endNs) {
        turns++;
        final long durationNs = endNs - startNs;
        if (durationNs >= thresholdNs) {
            onLongTurn(durationNs);
        }
        suspect = StallCause.NONE;
        suspectNs = 0;
    }

    private void onLongTurn(long durationNs) {
        final long nowCollectedMs = collectedMs.getAsLong();
        final long collectedNs = TimeUnit.MILLISECONDS.toNanos(nowCollectedMs - collectedBeforeMs);
        collectedBeforeMs = nowCollectedMs;
        final long waitedBefore = waitedBeforeNs;
        forgetWaiting();
        final long ownNs = Math.max(0, durationNs - (waitedBeforeNs - waitedBefore));
        longestOwnNs = Math.max(longestOwnNs, ownNs);
        lastCause = causeOf(durationNs, ownNs, collectedNs);
        lastNs = durationNs;
        lastEpochMs = epochClock.epochMs();
        longTurns++;
        perCause[lastCause.ordinal()]++;
        if (durationNs > longestNs) {
            longestNs = durationNs;
            longestCause = lastCause;
        }
    }

    private StallCause causeOf(long durationNs, long ownNs, long collectedNs) {
        if (ownNs < thresholdNs) {
            return StallCause.PREEMPTED;
        }
        return collectedNs > 0 && collectedNs >= durationNs / 2 ? StallCause.GC : suspect;
    }

    /** Takes note of the waiting up to now, so that no later turn is relieved of it. Costs a system call. */
    public void forgetWaiting() {
        waitedBeforeNs = waitedNs.getAsLong();
    }

    /** Takes note of the collections up to now, so that no later turn is blamed for them. For a cron: it may allocate. */
    public void forgetCollections() {
        collectedBeforeMs = collectedMs.getAsLong();
    }

    /** Changes what counts as long, in nanoseconds, above zero. */
    public void thresholdNs(long newThresholdNs) {
        if (newThresholdNs <= 0) {
            throw new IllegalArgumentException(
                    "a threshold of " + newThresholdNs + " ns would count every turn");
        }
        thresholdNs = newThresholdNs;
    }

    public long thresholdNs() {
        return thresholdNs;
    }

    /** All turns. */
    public long turns() {
        return turns;
    }

    /** Turns that reached the threshold. */
    public long longTurns() {
        return longTurns;
    }

    /** Long turns put down to a cause. */
    public long longTurns(StallCause cause) {
        return perCause[cause.ordinal()];
    }

    /** The longest of them, in nanoseconds; 0 if there was none. */
    public long longestNs() {
        return longestNs;
    }

    /** The longest of the long turns less what the owner waited for a processor in it, in nanoseconds; 0 if there was none. */
    public long longestOwnNs() {
        return longestOwnNs;
    }

    public StallCause longestCause() {
        return longestCause;
    }

    /** The last of them, in nanoseconds; 0 if there was none. */
    public long lastNs() {
        return lastNs;
    }

    /** When the last of them ended; 0 if there was none. */
    public long lastEpochMs() {
        return lastEpochMs;
    }

    public StallCause lastCause() {
        return lastCause;
    }

    /** Forgets all turns, keeps the threshold. */
    public void reset() {
        Arrays.fill(perCause, 0);
        turns = 0;
        longTurns = 0;
        longestNs = 0;
        longestOwnNs = 0;
        longestCause = StallCause.NONE;
        lastNs = 0;
        lastEpochMs = 0;
        lastCause = StallCause.NONE;
        forgetCollections();
        forgetWaiting();
    }

    /** The time that all collections of this virtual machine have stopped its threads so far, in milliseconds. */
    public static LongSupplier collectedMs() {
        final List<GarbageCollectorMXBean> pausing =
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .filter(bean -> pauses(bean.getName()))
                        .toList();
        return () -> {
            long sum = 0;
            for (final GarbageCollectorMXBean bean : pausing) {
                sum += Math.max(0, bean.getCollectionTime());
            }
            return sum;
        };
    }

    /** ZGC and Shenandoah report cycles and pauses by different beans, G1 its concurrent part by one of its own. */
    static boolean pauses(String beanName) {
        return !beanName.contains("Cycles") && !beanName.contains("Concurrent");
    }
}
