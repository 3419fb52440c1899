package dev.spindle.perf.agent;

import dev.spindle.perf.clock.EpochClock;
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
 *   <li>{@link StallCause#GC}, if collections took at least half the turn's time since they were last asked about;
 *   <li>else the measured suspect with the longest duration;
 *   <li>else the last suspect without one;
 *   <li>else {@link StallCause#NONE}.
 * </ol>
 *
 * <p>Collection times are read only after a long turn, since the beans allocate and take locks. What was collected during short turns
 * would be blamed on the next long one; a cron that calls {@link #forgetCollections()} about once a second bounds that error.
 * Beans that count concurrent work rather than pauses are left out.
 *
 * <p>Owned by one thread.
 */
public final class StallTracker {
    private final EpochClock epochClock;
    private final LongSupplier collectedMs;
    private final long[] perCause = new long[StallCause.values().length];
    private long thresholdNs;
    private long turns;
    private long longTurns;
    private long longestNs;
    private StallCause longestCause = StallCause.NONE;
    private long lastNs;
    private long lastEpochMs;
    private StallCause lastCause = StallCause.NONE;
    private long collectedBeforeMs;

    private StallCause suspect = StallCause.NONE;
    private long suspectNs;

    /**
     * A tracker that reads the collections of this virtual machine.
     *
     * @param thresholdNs turns at least this long count, above zero
     */
    public StallTracker(long thresholdNs, EpochClock epochClock) {
        this(thresholdNs, epochClock, pauseBeans());
    }

    /**
     * @param collectedMs the time all collections have taken so far, in milliseconds
     */
    public StallTracker(long thresholdNs, EpochClock epochClock, LongSupplier collectedMs) {
        this.epochClock = Objects.requireNonNull(epochClock);
        this.collectedMs = Objects.requireNonNull(collectedMs);
        thresholdNs(thresholdNs);
        collectedBeforeMs = collectedMs.getAsLong();
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
        lastCause = collectedNs > 0 && collectedNs >= durationNs / 2 ? StallCause.GC : suspect;
        lastNs = durationNs;
        lastEpochMs = epochClock.epochMs();
        longTurns++;
        perCause[lastCause.ordinal()]++;
        if (durationNs > longestNs) {
            longestNs = durationNs;
            longestCause = lastCause;
        }
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
        longestCause = StallCause.NONE;
        lastNs = 0;
        lastEpochMs = 0;
        lastCause = StallCause.NONE;
        forgetCollections();
    }

    private static LongSupplier pauseBeans() {
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
