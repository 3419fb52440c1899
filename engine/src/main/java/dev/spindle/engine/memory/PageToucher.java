package dev.spindle.engine.memory;

import java.util.concurrent.locks.LockSupport;
import org.agrona.UnsafeApi;

/**
 * Keeps the memory right above the arena's frontier backed by pages, so that the core does not pay for them.
 *
 * <p>The first touch of a huge page makes the kernel find and zero 2 MiB, measured at up to 7 ms on a small virtual machine: a stall of
 * every client if the core does it. So a thread of its own touches what the core will reach next. It runs {@link #MIN_AHEAD}
 * ahead of the frontier, more when the frontier moves fast (what it moved between two looks, eightfold, up to {@link
 * #MAX_AHEAD}), so an idle server holds a few megabytes for it and a loading one is never caught up with.
 *
 * <p>A touch adds zero to a byte in one atomic step: whatever the core stores there at the same moment stays. One touch per small page,
 * since huge pages cannot be counted on.
 *
 * <p>Stop it before the arena is closed.
 */
public final class PageToucher implements AutoCloseable {

    /** Bytes kept ready at least. */
    static final long MIN_AHEAD = 4L << 20;

    /** Bytes kept ready at most. */
    static final long MAX_AHEAD = 64L << 20;

    private static final long PAGE = 4096;
    private static final int SPEED_FACTOR = 8;
    private static final long BUSY_WAIT_NS = 500_000;
    private static final long IDLE_WAIT_NS = 5_000_000;

    private final Arena arena;
    private final Thread thread;
    private volatile long touchedTo;
    private volatile long touchedBytes;
    private long lastFrontier;
    private volatile boolean running = true;

    /** A toucher of an arena; idle until started. */
    public PageToucher(Arena arena) {
        this.arena = arena;
        thread = new Thread(this::run, "page-toucher");
        thread.setDaemon(true);
        lastFrontier = arena.publishedFrontierAddress();
        touchedTo = lastFrontier;
    }

    /** Starts its thread. */
    public void start() {
        thread.start();
    }

    private void run() {
        while (running) {
            boolean moved = turn();
            LockSupport.parkNanos(this, moved ? BUSY_WAIT_NS : IDLE_WAIT_NS);
        }
    }

    /**
     * Looks once and touches what is missing.
     *
     * @return whether the frontier has moved since the last look.
     */
    boolean turn() {
        long frontier = arena.publishedFrontierAddress();
        long moved = frontier - lastFrontier;
        lastFrontier = frontier;
        long ahead = Math.min(MAX_AHEAD, Math.max(MIN_AHEAD, moved * SPEED_FACTOR));
        long end = Math.min(arena.limitAddress(), frontier + ahead);
        long before = touchedTo;
        long from = Math.max(before, frontier);
        for (long address = from & -PAGE; address < end && running; address += PAGE) {
            UnsafeApi.getAndAddByte(null, address, (byte) 0);
        }
        if (end > from) {
            touchedBytes += end - from;
        }
        touchedTo = Math.max(before, end);
        return moved != 0;
    }

    /** Bytes touched so far; any thread. */
    public long touchedBytes() {
        return touchedBytes;
    }

    /** Bytes that are ready beyond the arena's frontier; any thread. */
    public long readyBytes() {
        return Math.max(0, touchedTo - arena.publishedFrontierAddress());
    }

    /** Address behind the last byte touched. */
    long touchedTo() {
        return touchedTo;
    }

    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
