package dev.spindle.aof.agent;

import java.util.concurrent.LinkedBlockingQueue;

/**
 * Starts threads from a thread that was made before the core was pinned: a new thread runs where the one that starts it may run, and
 * those of the log must not share the core's processor.
 */
public final class ThreadLauncher implements AutoCloseable {

    private static final Thread END = new Thread("end");

    private final LinkedBlockingQueue<Thread> wanted = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "aof-launcher");

    public ThreadLauncher() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            for (Thread next = wanted.take(); next != END; next = wanted.take()) {
                next.start();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it but who wants it to end.
            Thread.currentThread().interrupt();
        }
    }

    /** Starts a thread soon. From any thread. */
    public void start(Thread next) {
        wanted.add(next);
    }

    @Override
    public void close() {
        wanted.add(END);
    }
}
