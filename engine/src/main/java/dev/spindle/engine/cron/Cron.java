package dev.spindle.engine.cron;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.blocking.BlockedClients;
import dev.spindle.engine.memory.PageToucher;
import java.util.concurrent.TimeUnit;

/**
 * Decides which slice of background work is due.
 *
 * <pre>
 *   tick, hz times a second    end of CLIENT PAUSE; which tables to shrink; whether memory can be given back;
 *                              a part of what was touched ahead of a load that has ended; what is due to be saved
 *   waits                      at the moment when the time of a blocked client is up
 *   expiry                     paced by {@link ExpiryCycle} itself
 *   eviction                   while memory is above maxmemory: a slice, then as long for the clients
 *   defragmentation            while a pass is under way, paced by {@link DefragCycle} itself
 *   reclaim                    while something waits: a slice, then three times as long for the clients
 * </pre>
 *
 * <p>The reactor calls {@link #onTurn} in every turn; a turn with nothing due costs one comparison. It calls {@link
 * #idleWork} in turns that found nothing else to do; then the same slices run without pauses between them. No slice takes
 * longer than about {@link #SLICE_NS}, so a client never waits for more than that.
 *
 * <p>With {@code dynamic-hz} ticks come more often when there are many clients, as with Redis: {@code hz} is doubled until
 * there are at most {@link #CLIENTS_PER_TICK} clients per tick, or {@link #MOST_HZ} is reached.
 */
public final class Cron {

    /** Longest slice of work of one kind, at active-expire-effort 1. */
    public static final long SLICE_NS = TimeUnit.MICROSECONDS.toNanos(250);

    /** Clients per tick above which ticks come more often. */
    public static final int CLIENTS_PER_TICK = 200;

    /** Most ticks per second. */
    public static final int MOST_HZ = 500;

    /** How often memory is given back at most. */
    private static final long PURGE_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    /** A reclaiming slice is followed by so many times its length without one. */
    private static final int RECLAIM_PAUSE = 3;

    private final Engine engine;
    private final EngineSettings settings;
    private final ExpiryCycle expiry;
    private final Reclaim reclaim;
    private final EvictionCycle eviction;
    private final DefragCycle defrag;
    private long dueNs;
    private long tickNs;
    private long purgeNs;
    private long reclaimNs;
    private long evictionNs;
    private boolean idleExpiry;

    public Cron(Engine engine) {
        this.engine = engine;
        this.settings = engine.settings();
        expiry = new ExpiryCycle(engine.keyspaces(), settings, engine.nanoClock());
        reclaim = new Reclaim(engine.keyspaces(), settings, engine.nanoClock());
        eviction =
                new EvictionCycle(
                        engine.keyspaces(),
                        engine::usedMemory,
                        engine.nanoClock(),
                        engine.spikes());
        defrag = new DefragCycle(engine.keyspaces(), engine.nanoClock());
        long nowNs = engine.nanoClock().nanoTime();
        dueNs = nowNs;
        tickNs = nowNs;
        purgeNs = nowNs + PURGE_EVERY_NS;
        reclaimNs = nowNs;
        evictionNs = nowNs;
    }

    /** Active expiry. */
    public ExpiryCycle expiry() {
        return expiry;
    }

    /** Freeing, shrinking, giving back. */
    public Reclaim reclaim() {
        return reclaim;
    }

    /** Eviction. */
    public EvictionCycle eviction() {
        return eviction;
    }

    /** Active defragmentation. */
    public DefragCycle defrag() {
        return defrag;
    }

    /** Lets the next turn look at what is due, as when more work has turned up. */
    public void wake() {
        dueNs = engine.nanoClock().nanoTime();
    }

    /** Makes sure that something is looked at by a moment on the nano clock. */
    public void wakeAt(long ns) {
        dueNs = earlier(dueNs, ns);
    }

    /** Ticks per second now. */
    public int ticksPerSecond() {
        int hz = Math.max(1, settings.hz);
        if (settings.dynamicHz) {
            while (hz < MOST_HZ && engine.clients().count() / hz > CLIENTS_PER_TICK) {
                hz *= 2;
            }
        }
        return Math.min(hz, MOST_HZ);
    }

    /** Whether work waits that idle turns could do. */
    public boolean hasWork() {
        return eviction.isRunning() || expiry.isHurried() || reclaim.hasWork();
    }

    /** When something is due next, on the nano clock; a reactor that sleeps should not sleep longer. */
    public long dueNs() {
        return dueNs;
    }

    /** Does what is due. */
    public void onTurn(long nowNs) {
        if (nowNs - dueNs >= 0) {
            run(nowNs);
        }
    }

    private void run(long nowNs) {
        engine.keyspaces().shared().nowMs(engine.epochClock().epochMs());
        long periodNs = TimeUnit.SECONDS.toNanos(1) / ticksPerSecond();
        if (nowNs - tickNs >= 0) {
            tick(nowNs);
            tickNs = nowNs + periodNs;
        }
        if (nowNs - expiry.dueNs() >= 0) {
            expiry.slice(nowNs, periodNs);
        }
        long due = earlier(tickNs, expiry.dueNs());
        due = waits(nowNs, due);
        if (eviction.isRunning()) {
            if (nowNs - evictionNs >= 0) {
                evictionNs = nowNs + 2 * eviction.slice(SLICE_NS);
            }
            due = eviction.isRunning() ? earlier(due, evictionNs) : due;
        }
        if (defrag.isRunning()) {
            if (nowNs - defrag.dueNs() >= 0) {
                defrag.slice(nowNs);
            }
            due = defrag.isRunning() ? earlier(due, defrag.dueNs()) : due;
        }
        if (reclaim.hasWork()) {
            if (nowNs - reclaimNs >= 0) {
                long tookNs = reclaim.slice(SLICE_NS);
                reclaimNs = nowNs + (RECLAIM_PAUSE + 1) * tookNs;
            }
            due = reclaim.hasWork() ? earlier(due, reclaimNs) : due;
        }
        dueNs = due;
    }

    // Clients whose time is up, and those that wait for a key that expiry has just taken.
    private long waits(long nowNs, long due) {
        BlockedClients blocked = engine.blocked();
        if (blocked.timed() > 0) {
            blocked.endWaits(nowNs);
        }
        if (blocked.hasReady()) {
            blocked.serveReady();
        }
        return blocked.timed() > 0 ? earlier(due, blocked.nextDeadlineNs()) : due;
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    private void tick(long nowNs) {
        engine.clients().checkPause(engine.keyspaces().shared().nowMs());
        eviction.lookForWork();
        defrag.lookForWork(nowNs);
        reclaim.lookForTables();
        engine.persistence().tick();
        PageToucher toucher = engine.info().process().pageToucher();
        if (toucher != null) {
            toucher.giveBackSlice();
        }
        if (nowNs - purgeNs >= 0) {
            purgeNs = nowNs + PURGE_EVERY_NS;
            reclaim.lookForMemory();
        }
    }

    /**
     * One slice of work that waits; answers whether there is more. Eviction goes first, expiry and reclaiming take turns.
     */
    public boolean idleWork() {
        if (eviction.isRunning()) {
            engine.keyspaces().shared().nowMs(engine.epochClock().epochMs());
            eviction.slice(SLICE_NS);
            return hasWork();
        }
        boolean expires = expiry.isHurried();
        boolean reclaims = reclaim.hasWork();
        if (expires && (idleExpiry || !reclaims)) {
            engine.keyspaces().shared().nowMs(engine.epochClock().epochMs());
            expiry.slice(
                    engine.nanoClock().nanoTime(), TimeUnit.SECONDS.toNanos(1) / ticksPerSecond());
            idleExpiry = false;
        } else if (reclaims) {
            reclaim.slice(SLICE_NS);
            idleExpiry = true;
        }
        return hasWork();
    }
}
