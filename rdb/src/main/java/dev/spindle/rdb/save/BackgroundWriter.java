package dev.spindle.rdb.save;

import dev.spindle.perf.agent.Affinity;
import dev.spindle.perf.agent.CpuList;
import dev.spindle.perf.agent.Niceness;
import dev.spindle.perf.agent.Threads;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The thread that writes files beside the core. It is made together with the server, before the core is pinned, so that it does not
 * inherit the core's processor; it sleeps while there is nothing to do. From its first task on it gives way to all other threads where processors are
 * short: a file may take longer, clients must not.
 */
final class BackgroundWriter implements AutoCloseable {

    private static final Runnable END = () -> {};

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "bgsave");

    BackgroundWriter() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs a task on the thread, after those given before. What the caller did before happens before it. */
    void execute(Runnable task) {
        tasks.add(task);
    }

    /**
     * Puts the thread at hand, which must be the writer's, where a configuration says.
     *
     * @param cpus {@code bgsave_cpulist}; empty: it stays where it is.
     * @return why that could not be done, or null.
     */
    static String place(String cpus) {
        if (cpus.isEmpty()) {
            return null;
        }
        Affinity.Outcome outcome = Affinity.pinCurrentThread(CpuList.parse(cpus));
        return outcome.done() ? null : outcome.reason();
    }

    /**
     * Lets the thread at hand, which must be the writer's, give way to others. Not before there is something to do: the first call
     * loads the native library.
     *
     * @return why that could not be done, or null.
     */
    static String giveWay() {
        return Niceness.giveWay();
    }

    private void run() {
        try {
            for (Runnable task = tasks.take(); task != END; task = tasks.take()) {
                task.run();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it but who wants it to end.
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the thread end when it has done what it was given, and waits for that. */
    @Override
    public void close() {
        tasks.add(END);
        Threads.join(thread);
    }
}
