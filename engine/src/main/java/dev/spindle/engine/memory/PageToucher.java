package dev.spindle.engine.memory;

import dev.spindle.perf.os.Posix;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps the memory right above the arena's frontier backed by pages, so that the core does not pay for them.
 *
 * <p>The first touch of a huge page makes the kernel find and zero 2 MiB, measured at up to 7 ms on a small virtual machine: a stall of
 * every client if the core does it. So a thread of its own touches what the core will reach next. It runs {@link #MIN_AHEAD}
 * ahead of the frontier, more when the frontier moves fast (what it moved between two looks, eightfold, up to {@link
 * #MAX_AHEAD}), so an idle server holds a few megabytes for it and a loading one is never caught up with.
 *
 *
 * <p>What was touched for a load that has ended is given back by the core ({@link #giveBackSlice}): only the core can drop pages beyond
 * the frontier, since only it knows that it is not just moving there.
 *
 * <p>Stop it before the arena is closed.
 */
public final class PageToucher extends Toucher {

    /** Bytes kept ready at least. */
    static final long MIN_AHEAD = 4L << 20;

    /** Bytes kept ready at most. */
    static final long MAX_AHEAD = 64L << 20;

    private static final long SPAN = 2L << 20;
    private static final int SPEED_FACTOR = 8;
    private static final long BUSY_WAIT_NS = 500_000;
    private static final long IDLE_WAIT_NS = 5_000_000;

    private final Arena arena;
    private final AtomicLong touchedTo;
    private volatile long touchedBytes;
    private long lastFrontier;

    // The core's.
    private long frontierBefore;

    /** A toucher of an arena; idle until started. */
    public PageToucher(Arena arena) {
        super("page-toucher", BUSY_WAIT_NS, IDLE_WAIT_NS);
        this.arena = arena;
        lastFrontier = arena.publishedFrontierAddress();
        touchedTo = new AtomicLong(lastFrontier);
        frontierBefore = lastFrontier;
    }

    @Override
    boolean turn() {
        long frontier = arena.publishedFrontierAddress();
        long moved = frontier - lastFrontier;
        lastFrontier = frontier;
        long ahead = Math.min(MAX_AHEAD, Math.max(MIN_AHEAD, moved * SPEED_FACTOR));
        long end = backed(frontier, Math.min(arena.limitAddress(), frontier + ahead));
        long before = touchedTo.get();
        long from = Math.max(before, frontier);
        touch(from, end);
        // What describes the pages is fresh memory too.
        touch(arena.descriptorAddress(from), arena.descriptorAddress(end));
        if (end > from) {
            touchedBytes += end - from;
        }
        // Not when the core has given memory back meanwhile: the next look starts from there.
        touchedTo.compareAndSet(before, Math.max(before, end));
        return moved != 0;
    }

    // Only what the files have room for may be touched.
    private long backed(long frontier, long end) {
        ArenaFiles files = arena.files();
        if (files == null) {
            return end;
        }
        long start = arena.limitAddress() - files.length();
        files.back(end - start);
        return Math.max(frontier, Math.min(end, start + files.backed()));
    }

    /**
     * Gives back a part of what was touched ahead, when the frontier has not moved since the last call: at most one span of
     * 2 MiB, so a call takes some tens of microseconds. For the core thread, some times a second.
     *
     * @return the bytes given back.
     */
    public long giveBackSlice() {
        long frontier = arena.frontierAddress();
        boolean moved = frontier != frontierBefore;
        frontierBefore = frontier;
        long to = touchedTo.get();
        long from = (to - 1) & -SPAN;
        if (moved || from < frontier + MIN_AHEAD || arena.files() != null || !Posix.isAvailable()) {
            return 0;
        }
        if (!touchedTo.compareAndSet(to, from)
                || Posix.tryMadvise(from, to - from, Posix.MADV_DONTNEED) != 0) {
            return 0;
        }
        return to - from;
    }

    /** Bytes touched so far; any thread. */
    public long touchedBytes() {
        return touchedBytes;
    }

    /** Bytes that are ready beyond the arena's frontier; any thread. */
    public long readyBytes() {
        return Math.max(0, touchedTo.get() - arena.publishedFrontierAddress());
    }

    /** Address behind the last byte touched. */
    long touchedTo() {
        return touchedTo.get();
    }
}
