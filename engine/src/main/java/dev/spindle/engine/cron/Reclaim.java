package dev.spindle.engine.cron;

import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.perf.clock.NanoClock;

/**
 * Brings memory back that nobody needs any more, in three steps that follow each other: entries of flushed tables and large
 * values are freed; tables with too many buckets are shrunk; free runs of pages are given back to the operating system.
 *
 * <p>Giving back costs a page fault per page when the memory is wanted again, so some stays: {@link #RESERVE_BYTES} or a
 * {@link #RESERVE_SHARE}th of what is in use, whichever is more, and every run shorter than {@link #PURGED_RUN_BYTES}. Where active
 * defragmentation is on somebody wants to have the memory rather than the time, so less stays: {@link #LEAN_RESERVE_BYTES}, and
 * runs shorter than {@link #LEAN_RUN_BYTES}.
 */
public final class Reclaim {

    /** Free memory that is kept. */
    public static final long RESERVE_BYTES = 16L << 20;

    /** Free memory that is kept where memory is to be given back. */
    public static final long LEAN_RESERVE_BYTES = 1L << 20;

    /** Free runs from this length on are given back there. */
    public static final long LEAN_RUN_BYTES = 16L << 10;

    /** Part of the memory in use that is kept free. */
    public static final int RESERVE_SHARE = 16;

    /** Free runs from this length on are given back. */
    public static final long PURGED_RUN_BYTES = 64L << 10;

    private static final int STEPS_PER_LOOK = 8;

    private final Keyspaces keyspaces;
    private final KeyspaceShared shared;
    private final EngineSettings settings;
    private final Arena arena;
    private final NanoClock clock;
    private int database;
    private boolean shrinks;
    private long purgeBytes;
    private long purgedBytes;
    private boolean lean;

    Reclaim(Keyspaces keyspaces, EngineSettings settings, NanoClock clock) {
        this.keyspaces = keyspaces;
        this.shared = keyspaces.shared();
        this.settings = settings;
        this.arena = shared.arena();
        this.clock = clock;
    }

    /** Sets whether memory is to be given back wherever possible. */
    public void lean(boolean on) {
        lean = on;
    }

    /** Bytes given back to the operating system so far. */
    public long purgedBytes() {
        return purgedBytes;
    }

    /** Whether anything waits. */
    public boolean hasWork() {
        return shrinks || purgeBytes > 0 || shared.hasPendingFrees();
    }

    /** Looks whether a table has too many buckets. */
    void lookForTables() {
        if (!shrinks && settings.activeRehashing) {
            lookForTables(0);
        }
    }

    private void lookForTables(int first) {
        shrinks = false;
        for (int i = first; i < keyspaces.count() && !shrinks; i++) {
            KeyTable table = keyspaces.get(i).table();
            shrinks = table.wantsShrink() && table.isResizeAllowed();
            database = i;
        }
    }

    /** Looks how much memory is free beyond the reserve. */
    void lookForMemory() {
        long reserve =
                Math.max(
                        lean ? LEAN_RESERVE_BYTES : RESERVE_BYTES,
                        arena.usedBytes() / RESERVE_SHARE);
        purgeBytes = Math.max(0, arena.freeRunBytes() - reserve);
    }

    /**
     * Works for some time.
     *
     * @return nanoseconds taken.
     */
    long slice(long budgetNs) {
        long startNs = clock.nanoTime();
        long tookNs = 0;
        while (tookNs < budgetNs && step()) {
            tookNs = clock.nanoTime() - startNs;
        }
        return clock.nanoTime() - startNs;
    }

    // A few microseconds of work; answers whether there was any.
    private boolean step() {
        if (shared.hasPendingFrees()) {
            for (int i = 0; i < STEPS_PER_LOOK && shared.freeSlice(); i++) {
                continue;
            }
            return true;
        }
        if (shrinks) {
            shrink();
            return true;
        }
        if (purgeBytes > 0) {
            long given = arena.purgeSlice(lean ? LEAN_RUN_BYTES : PURGED_RUN_BYTES);
            purgedBytes += given;
            purgeBytes = given == 0 ? 0 : purgeBytes - given;
            return true;
        }
        return false;
    }

    private void shrink() {
        if (keyspaces.get(database).table().shrink(STEPS_PER_LOOK) == 0) {
            // Done or stuck; in either case the next tick looks at the first ones again.
            lookForTables(database + 1);
        }
    }
}
