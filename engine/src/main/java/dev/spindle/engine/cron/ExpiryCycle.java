package dev.spindle.engine.cron;

import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.keyspace.ExpirySweep;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.perf.clock.NanoClock;

/**
 * Active expiry: deletes keys whose time has come though nobody asks for them.
 *
 * <h2>Goal</h2>
 *
 * Dead keys should not hold memory for long, no command should wait for their removal, and a server without dead keys should
 * not pay for looking. What it may cost is set by {@code active-expire-effort}:
 *
 * <pre>
 *   effort                          1      5      10
 *   share of stale keys above
 *     which it hurries              10 %   6 %    1 %
 *   core's time when hurried        25 %   33 %   43 %
 *   core's time otherwise           1 %    5 %    10 %
 *   slice at most                   250    500    812 us
 * </pre>
 *
 * <h2>Rounds and slices</h2>
 *
 * A round is one walk ({@link ExpirySweep}) over every database that has keys with an expiry. It is done in slices; after a
 * slice that took {@code t}, the next one is due {@code t (1 - share) / share} later, so the share of time is kept whatever a
 * slice costs. A new round begins a tick (1 / hz) after the last one began, so a small keyspace is walked hz times a second
 * and no more often; a hurried one begins at once.
 *
 * <p>Whether to hurry is decided from the last {@link #WINDOW} keys with an expiry: keys are spread over buckets by their
 * hash, so a window is a fair sample of the rest. That was preferred to sampling at random, which needs a second table and
 * never knows when it has seen everything.
 */
public final class ExpiryCycle {

    /** Keys with an expiry that decide whether to hurry. */
    static final int WINDOW = 256;

    /** Weight of a window in the share reported. */
    private static final double SMOOTHING = 0.05;

    private final Keyspaces keyspaces;
    private final EngineSettings settings;
    private final KeyspaceStats stats;
    private final NanoClock clock;
    private boolean hurried;
    private int database;
    private long roundStartNs;
    private long roundLagMs;
    private long dueNs;
    private long windowSeen;
    private long windowStale;

    ExpiryCycle(Keyspaces keyspaces, EngineSettings settings, NanoClock clock) {
        this.keyspaces = keyspaces;
        this.settings = settings;
        this.stats = keyspaces.shared().stats();
        this.clock = clock;
        roundStartNs = clock.nanoTime();
        dueNs = roundStartNs;
    }

    /** Whether more keys than allowed are stale, so that it takes more of the core's time and all idle turns. */
    public boolean isHurried() {
        return hurried && settings.activeExpire;
    }

    long dueNs() {
        return dueNs;
    }

    private int effort() {
        return Math.max(1, Math.min(10, settings.activeExpireEffort));
    }

    private long sliceNs() {
        return Cron.SLICE_NS + Cron.SLICE_NS / 4 * (effort() - 1);
    }

    private int percentOfCore() {
        return hurried ? 25 + 2 * (effort() - 1) : effort();
    }

    /**
     * Does one slice and decides when the next is due.
     *
     * @param periodNs time between ticks, at which rounds begin.
     */
    void slice(long nowNs, long periodNs) {
        if (!settings.activeExpire) {
            // Look-ups expire keys all the same.
            hurried = false;
            dueNs = nowNs + periodNs;
            return;
        }
        if (database == 0 && !keyspaces.get(0).sweep().isUnderWay()) {
            roundStartNs = nowNs;
        }
        long startNs = clock.nanoTime();
        boolean roundOver = work(startNs + sliceNs());
        long tookNs = clock.nanoTime() - startNs;
        stats.expireCycleNs += tookNs;
        if (!roundOver && hurried) {
            stats.expiredTimeCapReached++;
        }
        int percent = percentOfCore();
        dueNs = nowNs + Math.max(1, tookNs * 100 / percent);
        if (roundOver && !hurried && dueNs - (roundStartNs + periodNs) < 0) {
            dueNs = roundStartNs + periodNs;
        }
    }

    // Walks until the time is up or the round is over; answers the latter.
    private boolean work(long untilNs) {
        while (true) {
            Keyspace keyspace = keyspaces.get(database);
            ExpirySweep sweep = keyspace.sweep();
            sweep.advance();
            observe(sweep.seen(), sweep.deleted());
            if (sweep.isComplete()) {
                roundLagMs = Math.max(roundLagMs, sweep.lagMs());
                database++;
                if (database == keyspaces.count()) {
                    endRound();
                    return true;
                }
                if (!keyspace.hasTimes() && !keyspaces.get(database).hasTimes()) {
                    // Nothing was done that the clock would notice.
                    continue;
                }
            }
            if (clock.nanoTime() - untilNs >= 0) {
                return false;
            }
        }
    }

    private void endRound() {
        database = 0;
        stats.expireLagMs = roundLagMs;
        roundLagMs = 0;
        if (windowSeen > 0) {
            closeWindow();
        } else {
            hurried = false;
            stats.expiredStaleShare *= 1 - SMOOTHING;
        }
    }

    private void observe(long seen, long stale) {
        windowSeen += seen;
        windowStale += stale;
        if (windowSeen >= WINDOW) {
            closeWindow();
        }
    }

    private void closeWindow() {
        double share = (double) windowStale / windowSeen;
        stats.expiredStaleShare = share * SMOOTHING + stats.expiredStaleShare * (1 - SMOOTHING);
        hurried = share * 100 > 11 - effort();
        windowSeen = 0;
        windowStale = 0;
    }
}
