package dev.spindle.perf.agent;

import java.util.function.BooleanSupplier;

/** Waiting for threads to end where an interruption is nobody's business but the caller's: it is kept for afterwards. */
public final class Threads {

    private static final long LOOK_MS = 1;

    private Threads() {}

    /** Waits until a thread has ended; one that was never started has. */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        restore(interrupted);
    }

    /**
     * Waits until a thread that may not have been started yet has ended.
     *
     * @param hasRun whether it was started; asked again and again.
     */
    public static void join(Thread thread, BooleanSupplier hasRun) {
        boolean interrupted = false;
        while (!hasRun.getAsBoolean() || thread.isAlive()) {
            try {
                thread.join(LOOK_MS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        restore(interrupted);
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
