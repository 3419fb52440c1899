package dev.spindle.engine.cron;

import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.keyspace.Relocation;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Compaction;
import dev.spindle.perf.clock.NanoClock;
import java.util.concurrent.TimeUnit;

/**
 * Active defragmentation: moves objects together, so that the pages between them can be given back.
 *
 * <pre>
 *   rest --fragmented?--> choose slabs --> move objects, table by table --> release what could not be emptied --> rest
 *           each tick     {@link Compaction}   {@link Relocation}
 * </pre>
 *
 * <h2>When, and how much of the core</h2>
 *
 * Fragmentation is exact here: bytes of free slots within slabs, as a percentage of the bytes in use. A pass begins when that is
 * at least {@code active-defrag-threshold-lower} and at least {@code active-defrag-ignore-bytes}. It takes {@code
 * active-defrag-cycle-min} percent of the core's time at the lower threshold, {@code active-defrag-cycle-max} from the upper
 * threshold on, and in proportion between; in slices of about {@link #SLICE_NS} and never in place of a client: idle turns
 * are not used for it, so that it costs what the parameters say.
 *
 * <p>One pass is meant to be enough. When one emptied next to nothing (what is spread is not reachable: keys that wait to be freed,
 * consumers with very much pending), the next one waits {@link #REST_NS}.
 *
 * <p>Nothing is moved while the write barrier is armed: each move would make the snapshot keep another page.
 */
public final class DefragCycle {

    /** A slice ends at the first step beyond this: short of {@link Cron#SLICE_NS}, since a step moves up to a dozen values. */
    static final long SLICE_NS = TimeUnit.MICROSECONDS.toNanos(150);

    /** Time between a pass that was in vain and the next one. */
    static final long REST_NS = TimeUnit.SECONDS.toNanos(30);

    /** Time between a pass that found no slab to empty, though much is free, and the next one: it did not cost much. */
    private static final long SHORT_REST_NS = TimeUnit.SECONDS.toNanos(1);

    /** Objects of a large value looked at per step. */
    private static final int MOST_PER_STEP = 64;

    private enum Phase {
        REST,
        CHOOSE,
        MOVE,
        RELEASE
    }

    private final Arena arena;
    private final Compaction compaction;
    private final Relocation relocation;
    private final KeyspaceStats stats;
    private final NanoClock clock;
    private Phase phase = Phase.REST;
    private boolean enabled;
    private long ignoreBytes;
    private int lower;
    private int upper;
    private int cycleMin = 1;
    private int cycleMax = 25;
    private int mostFields = MOST_PER_STEP;
    private int percent;
    private int left;
    private long longestSliceNs;
    private long dueNs;
    private long restUntilNs;
    private boolean runs;
    private long runsSinceNs;

    DefragCycle(Keyspaces keyspaces, NanoClock clock) {
        arena = keyspaces.shared().arena();
        compaction = arena.compaction();
        relocation = new Relocation(keyspaces);
        stats = keyspaces.shared().stats();
        this.clock = clock;
        restUntilNs = clock.nanoTime();
    }

    /**
     * Sets the parameters.
     *
     * @param leastBytes free bytes within slabs below which nothing is done.
     * @param lowerPercent of the bytes in use that must be free within slabs.
     * @param upperPercent from which on the most time is spent.
     * @param minPercent of the core's time at the lower threshold.
     * @param maxPercent of the core's time at the upper threshold.
     * @param scanFields objects of a large value looked at per step, at most.
     */
    public void configure(
            boolean on,
            long leastBytes,
            int lowerPercent,
            int upperPercent,
            int minPercent,
            int maxPercent,
            long scanFields) {
        enabled = on;
        ignoreBytes = leastBytes;
        lower = lowerPercent;
        upper = upperPercent;
        cycleMin = minPercent;
        cycleMax = Math.max(minPercent, maxPercent);
        mostFields = (int) Math.min(scanFields, MOST_PER_STEP);
        restUntilNs = clock.nanoTime();
    }

    /** Whether a pass is under way. */
    public boolean isRunning() {
        return phase != Phase.REST;
    }

    /** Percentage of the core's time that is spent; 0 while nothing is to do. */
    public int percent() {
        return isRunning() ? percent : 0;
    }

    /** Nanoseconds for which it has been running by now; 0 when it is not. */
    public long runningNs() {
        return runs ? Math.max(1, clock.nanoTime() - runsSinceNs) : 0;
    }

    /** The longest slice so far, in nanoseconds. */
    public long longestSliceNs() {
        return longestSliceNs;
    }

    long dueNs() {
        return dueNs;
    }

    /** Looks whether a pass should begin, and how much time it may take. */
    void lookForWork(long nowNs) {
        int wanted = enabled ? wantedPercent() : 0;
        if (phase == Phase.REST) {
            percent = wanted;
            if (wanted > 0 && nowNs - restUntilNs >= 0 && !arena.memory().isArmed()) {
                compaction.begin();
                phase = Phase.CHOOSE;
                dueNs = nowNs;
            }
        } else {
            // A pass that has begun gets faster, never slower.
            percent = Math.max(percent, wanted);
            if (!enabled && phase != Phase.RELEASE) {
                beginRelease();
            }
        }
        note(isRunning(), nowNs);
    }

    private int wantedPercent() {
        long free = arena.slabFreeBytes();
        double fragmented = 100.0 * free / Math.max(1, arena.usedBytes());
        if (free < ignoreBytes || fragmented < lower) {
            return 0;
        }
        double share =
                upper <= lower ? 1 : Math.min(1, (fragmented - lower) / (double) (upper - lower));
        return (int) (cycleMin + share * (cycleMax - cycleMin));
    }

    /** Does one slice and decides when the next is due. */
    void slice(long nowNs) {
        long startNs = clock.nanoTime();
        long tookNs = 0;
        // While a snapshot is taken the pass stands still.
        boolean more = phase == Phase.RELEASE || !arena.memory().isArmed();
        while (more && tookNs < SLICE_NS) {
            more = step(nowNs);
            tookNs = clock.nanoTime() - startNs;
        }
        longestSliceNs = Math.max(longestSliceNs, tookNs);
        dueNs = nowNs + Math.max(SLICE_NS, tookNs * 100 / Math.max(1, percent));
        note(isRunning(), nowNs);
    }

    // A few microseconds of work; answers whether there is more.
    private boolean step(long nowNs) {
        switch (phase) {
            case CHOOSE:
                if (!compaction.step()) {
                    relocation.begin();
                    phase = Phase.MOVE;
                }
                return true;
            case MOVE:
                if (!relocation.step(mostFields) || compaction.leaving() == 0) {
                    beginRelease();
                }
                return true;
            case RELEASE:
                return release(nowNs);
            default:
                return false;
        }
    }

    private void beginRelease() {
        left = compaction.leaving();
        compaction.end();
        phase = Phase.RELEASE;
    }

    private boolean release(long nowNs) {
        if (compaction.step()) {
            return true;
        }
        restUntilNs = nowNs + restNs(compaction.chosen(), compaction.chosen() - left);
        phase = Phase.REST;
        return false;
    }

    private static long restNs(int chosen, int emptied) {
        if (chosen == 0) {
            return SHORT_REST_NS;
        }
        return emptied < Math.max(1, chosen / 8) ? REST_NS : 0;
    }

    private void note(boolean running, long nowNs) {
        if (running == runs) {
            return;
        }
        if (running) {
            runsSinceNs = nowNs;
        } else {
            stats.defragNs += nowNs - runsSinceNs;
        }
        runs = running;
    }
}
