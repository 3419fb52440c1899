package dev.spindle.engine.memory;

import dev.spindle.perf.agent.Niceness;
import dev.spindle.perf.agent.Threads;
import dev.spindle.perf.os.Posix;
import java.util.concurrent.locks.LockSupport;
import org.agrona.UnsafeApi;

/**
 * A thread that has memory backed by pages before the core comes to it, so that the core does not pay for that. It has little to do but
 * must not be late, so it takes precedence over other threads where the kernel allows that, and lets the kernel back many pages in one
 * call where it knows how: a fault for each costs several times as much, most of all on a virtual machine.
 */
abstract class Toucher implements AutoCloseable {

    static final long PAGE = 1L << PageRuns.PAGE_SHIFT;

    /** Bytes that the kernel backs in one call: some hundred microseconds of its time. */
    static final long AT_ONCE = 512 << 10;

    private final Thread thread;
    private final long busyWaitNs;
    private final long idleWaitNs;
    private volatile boolean running = true;
    private boolean populates = Posix.isAvailable();

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
        Niceness.takePrecedence();
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
     * Has every page of a stretch backed; what the core stores there at the same moment stays. Where the kernel cannot do that at once, each is
     * touched by adding zero to a byte in one atomic step. One per small page, since huge pages cannot be counted on.
     */
    final void touch(long from, long end) {
        long address = from & -PAGE;
        while (populates && address < end && running) {
            long length = Math.min(AT_ONCE, end - address + PAGE - 1 & -PAGE);
            populates = populate(address, length);
            address += populates ? length : 0;
        }
        for (; address < end && running; address += PAGE) {
            UnsafeApi.getAndAddByte(null, address, (byte) 0);
        }
    }

    /**
     * Has whole pages backed in one call.
     *
     * @return false where the kernel refuses: Linux before 5.14, or memory is short.
     */
    boolean populate(long address, long length) {
        return Posix.tryMadvise(address, length, Posix.MADV_POPULATE_WRITE) == 0;
    }

    @Override
    public final void close() {
        running = false;
        wake();
        Threads.join(thread);
    }
}
