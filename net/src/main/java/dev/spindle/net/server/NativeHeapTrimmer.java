package dev.spindle.net.server;

import dev.spindle.perf.os.Posix;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives back, now and then, what the virtual machine's native code has freed and the C library keeps.
 *
 * <p>The compilers of a warming server take and free some tens of megabytes; the C library holds them for a next time that
 * hardly comes (measured after a load of a million keys: 14 MiB of 147 resident). A thread of its own asks for them back once
 * the first load is likely over and then once a minute, which costs it about a millisecond and the core nothing: the core
 * allocates from the C library only when a client needs more buffers than the pool holds.
 */
final class NativeHeapTrimmer implements AutoCloseable {

    private static final long FIRST_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long EAGER_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long STACK_BYTES = 128 << 10;

    private final Thread thread = new Thread(null, this::run, "heap-trimmer", STACK_BYTES);
    private volatile boolean running = true;

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long startNs = System.nanoTime();
        long dueNs = startNs + FIRST_NS;
        while (running) {
            long nowNs = System.nanoTime();
            if (nowNs - dueNs >= 0) {
                Posix.trimNativeHeap();
                // Most is compiled, and freed again, in the first minute.
                dueNs = nowNs + (nowNs - startNs < EAGER_NS ? FIRST_NS : EVERY_NS);
            }
            LockSupport.parkNanos(this, dueNs - nowNs);
        }
    }

    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
    }
}
