package dev.spindle.engine.cron;

import dev.spindle.engine.keyspace.Eviction;
import dev.spindle.engine.keyspace.EvictionPolicy;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.perf.clock.NanoClock;
import dev.spindle.perf.latency.SpikeHistory;
import java.util.function.LongSupplier;

/**
 * Keeps memory in use within maxmemory: before commands that may use more of it, and in slices by the clock.
 *
 * <pre>
 *   command that may need memory --> within the limit? ---------------------> runs
 *                                        | no
 *                                        v
 *                                    free what is dead already, else evict a key, until
 *                                      within the limit --------------------> runs
 *                                      the time is up: slices go on by clock > runs
 *                                      nothing may be evicted --------------> is refused: OOM
 * </pre>
 *
 * The time is {@code maxmemory-eviction-tenacity}'s: 50 us per step up to 10, 15 % more per step above, unlimited at 100. A
 * command that comes while memory is above the limit but keys can still go is not refused, so the limit may be passed for as long
 * as writes come faster than slices free; that is Redis's choice too. Slices take half of the core while there is work and
 * every turn that has nothing else to do.
 *
 * <p>Large values are freed in slices ({@link KeyspaceShared#freeSlice}) and their memory is in use until then. So what is dead is freed
 * before anything else dies: evicting on would throw out keys for memory that is about to be free. With {@code
 * lazyfree-lazy-eviction} a command does not wait for that longer than for one step; the slices do it.
 */
public final class EvictionCycle {

    /** Time of a command at a tenacity of 10, and per step below. */
    private static final long STEP_NS = 50_000;

    private static final int LINEAR_TENACITY = 10;
    private static final int UNLIMITED_TENACITY = 100;
    private static final double GROWTH = 1.15;

    /** Steps between two readings of the clock. */
    private static final int STEPS_PER_LOOK = 4;

    private static final int MS = 1_000_000;

    private final KeyspaceShared shared;
    private final Eviction eviction;
    private final LongSupplier used;
    private final NanoClock clock;
    private final SpikeHistory spikes;
    private long maxMemory;
    private int samples = 5;
    private long limitNs = LINEAR_TENACITY * STEP_NS;
    private boolean lazy;
    private boolean running;
    private boolean over;
    private long overSinceNs;

    /**
     * Makes a cycle that does nothing until it is configured.
     *
     * @param used bytes that the limit is for.
     */
    public EvictionCycle(
            Keyspaces keyspaces, LongSupplier used, NanoClock clock, SpikeHistory spikes) {
        this.shared = keyspaces.shared();
        this.eviction = new Eviction(keyspaces);
        this.used = used;
        this.clock = clock;
        this.spikes = spikes;
    }

    /**
     * Sets the parameters.
     *
     * @param maxMemoryBytes the limit; 0: none.
     * @param tenacity 0 to 100.
     * @param lazyFree whether commands do not wait for the memory of large values.
     */
    public void configure(
            long maxMemoryBytes,
            EvictionPolicy policy,
            int sampleKeys,
            int tenacity,
            boolean lazyFree) {
        maxMemory = maxMemoryBytes;
        eviction.policy(policy);
        samples = sampleKeys;
        limitNs = limitNs(tenacity);
        lazy = lazyFree;
        lookForWork();
    }

    /** Longest time that a command at hand waits for eviction. */
    static long limitNs(int tenacity) {
        if (tenacity >= UNLIMITED_TENACITY) {
            return Long.MAX_VALUE;
        }
        return tenacity <= LINEAR_TENACITY
                ? tenacity * STEP_NS
                : (long) (LINEAR_TENACITY * STEP_NS * Math.pow(GROWTH, tenacity - LINEAR_TENACITY));
    }

    /** Whether slices are to go on. */
    public boolean isRunning() {
        return running;
    }

    private boolean isWithinLimit() {
        return maxMemory == 0 || used.getAsLong() <= maxMemory;
    }

    /** Nanoseconds for which the limit has been exceeded by now; 0 when it is not. */
    public long overLimitNs() {
        return over ? Math.max(1, clock.nanoTime() - overSinceNs) : 0;
    }

    /** Looks whether slices have something to do; called by the clock and when parameters change. */
    public void lookForWork() {
        boolean within = isWithinLimit();
        note(!within);
        running =
                !within && eviction.policy() != EvictionPolicy.NOEVICTION && !shared.keepsExpired();
    }

    /**
     * Makes room for a command.
     *
     * @return whether it may run: memory is within the limit, or can be brought there by and by.
     */
    public boolean makeRoom() {
        if (isWithinLimit()) {
            if (over) {
                note(false);
            }
            return true;
        }
        // Nothing changes by itself while clients' writes are paused.
        return shared.keepsExpired() || evict(limitNs, lazy);
    }

    /**
     * Works for some time.
     *
     * @return nanoseconds taken.
     */
    long slice(long budgetNs) {
        long startNs = clock.nanoTime();
        running = running && !shared.keepsExpired();
        if (running) {
            running = evict(Math.min(budgetNs, limitNs), false) && over;
        }
        return clock.nanoTime() - startNs;
    }

    // Answers whether memory is within the limit or can be brought there.
    private boolean evict(long budgetNs, boolean leaveDead) {
        note(true);
        if (eviction.policy() == EvictionPolicy.NOEVICTION && !shared.hasPendingFrees()) {
            return false;
        }
        boolean timed = spikes.thresholdMs() > 0;
        long startNs = clock.nanoTime();
        long evictedBefore = shared.stats().evicted;
        boolean hope = true;
        boolean time = true;
        for (int step = 1; hope && time && !isWithinLimit(); step++) {
            if (shared.hasPendingFrees()) {
                time = shared.freeSlice() && !leaveDead;
            } else {
                hope = timed ? evictTimed() : evictOne();
            }
            if (step % STEPS_PER_LOOK == 0 && clock.nanoTime() - startNs >= budgetNs) {
                time = false;
            }
        }
        if (timed && shared.stats().evicted != evictedBefore) {
            sample("eviction-cycle", clock.nanoTime() - startNs);
        }
        boolean within = isWithinLimit();
        note(!within);
        running = !within && hope;
        return within || hope;
    }

    private boolean evictOne() {
        return eviction.evictOne(samples) != Eviction.Outcome.NOTHING;
    }

    private boolean evictTimed() {
        long startNs = clock.nanoTime();
        boolean hope = evictOne();
        sample("eviction-del", clock.nanoTime() - startNs);
        return hope;
    }

    private void sample(String event, long tookNs) {
        if (spikes.exceeds(tookNs / MS)) {
            spikes.sample(event, shared.nowMs() / 1000, tookNs / MS);
        }
    }

    private void note(boolean exceeded) {
        if (exceeded == over) {
            return;
        }
        long nowNs = clock.nanoTime();
        if (exceeded) {
            overSinceNs = nowNs;
        } else {
            shared.stats().overLimitNs += nowNs - overSinceNs;
        }
        over = exceeded;
    }
}
