package dev.spindle.engine.memory;

import dev.spindle.perf.agent.Threads;
import java.util.concurrent.locks.LockSupport;
import org.agrona.UnsafeApi;

/** A thread that has memory backed by pages before the core comes to it, so that the core does not pay for that. */
abstract class Toucher implements AutoCloseable {

    private static final long PAGE = 1L << PageRuns.PAGE_SHIFT;

    private final Thread thread;
    private final long busyWaitNs;
    private final long idleWaitNs;
    private volatile boolean running = true;

    /**
     * A toucher that is idle until started.
     *
     * @param name of its thread.
     * @param busyWaitNs between two turns when the first had something to do.
     * @param idleWaitNs between two turns when it had not.
     */
    Toucher(String name, long busyWaitNs, long idleWaitNs) {
        this.busyWaitNs = busyWaitNs;
        this.idleWaitNs = idleWaitNs;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Starts its thread. */
    public final void start() {
        thread.start();
    }

    private void run() {
        while (running) {
            boolean busy = turn();
            LockSupport.parkNanos(this, busy ? busyWaitNs : idleWaitNs);
        }
    }

    /**
     * Looks once and touches what is missing.
     *
     * @return whether to look again soon.
     */
    abstract boolean turn();

    /** Ends the wait between two turns. */
    final void wake() {
        LockSupport.unpark(thread);
    }

    /**
     * Touches every page of a stretch. A touch adds zero to a byte in one atomic step: whatever the core stores there at the same moment
     * stays. One per small page, since huge pages cannot be counted on.
     */
    final void touch(long from, long end) {
        for (long address = from & -PAGE; address < end && running; address += PAGE) {
            UnsafeApi.getAndAddByte(null, address, (byte) 0);
        }
    }

    @Override
    public final void close() {
        running = false;
        wake();
        Threads.join(thread);
    }
}
