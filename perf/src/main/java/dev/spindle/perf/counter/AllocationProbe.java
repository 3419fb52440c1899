package dev.spindle.perf.counter;

import java.lang.management.ManagementFactory;

/**
 * Counts the heap bytes that a piece of code allocates on the calling thread.
 *
 * <p>The hot plane promises to allocate nothing after warm-up, and tests of every module hold it to that; hence this is main
 * code. The virtual machine counts exactly, buffers included, but it also charges a thread for class initialisation and for what the
 * interpreter boxes before the compiler takes over. So a body is warmed up first and then measured several times, and the least
 * of the rounds is the answer: noise only ever adds. The compiler has threads of its own, which a busy machine keeps waiting while the
 * warm-up goes by; so as long as no round has allocated nothing, a few times as many runs follow.
 */
public final class AllocationProbe {
    private static final com.sun.management.ThreadMXBean THREADS =
            ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean bean
                    ? bean
                    : null;

    /** How many times the runs asked for may be added until one allocates nothing. */
    private static final int PATIENCE = 4;

    private AllocationProbe() {}

    /** Whether this virtual machine counts allocations. */
    public static boolean isSupported() {
        return THREADS != null
                && THREADS.isThreadAllocatedMemorySupported()
                && THREADS.isThreadAllocatedMemoryEnabled();
    }

    /**
     * Bytes the calling thread has allocated since it was born.
     *
     * @throws UnsupportedOperationException if the virtual machine does not count
     */
    public static long allocatedBytes() {
        if (!isSupported()) {
            throw new UnsupportedOperationException(
                    "this virtual machine does not count allocations per thread");
        }
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /**
     * The least that one run of the body allocates once it is warm, in bytes.
     *
     * @param warmups runs before the first measured one
     * @param rounds measured runs, at least one; more follow while the least is not zero
     * @param body what to measure; loops inside it as often as it wants a single slip to count
     */
    public static long leastAllocated(int warmups, int rounds, Runnable body) {
        if (rounds < 1) {
            throw new IllegalArgumentException("at least one round must be measured");
        }
        for (int i = 0; i < warmups; i++) {
            body.run();
        }
        long least = Long.MAX_VALUE;
        final int most = rounds + PATIENCE * (warmups + rounds);
        for (int i = 0; i < rounds || (least > 0 && i < most); i++) {
            final long before = allocatedBytes();
            body.run();
            least = Math.min(least, allocatedBytes() - before);
        }
        return least;
    }
}
