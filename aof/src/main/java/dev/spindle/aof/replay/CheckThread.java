package dev.spindle.aof.replay;

import dev.spindle.perf.agent.Threads;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Looks through files of a log on a thread of its own, while the core, which wants to know, serves clients.
 *
 * <pre>
 *   core     start ► between() ► between() ► ... ► result, or what was thrown there
 *   thread           file ► file ► file, each window a read that waits for the disk ─┘
 * </pre>
 *
 * <p>Looking is reading and a checksum: nothing of it needs the core, and a window read from a slow disk would keep clients waiting. When {@code
 * between} throws, since the server is told to end, the thread is interrupted, which ends its reading of files, and waited for.
 */
public final class CheckThread {

    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Consumer<Thread> starter;
    private final LongConsumer progress;
    private final LongSupplier delayMicros;
    private final Runnable between;

    /** What looks, and tells up to where it has. */
    public interface Look<T> {
        T run(LongConsumer upTo) throws IOException;
    }

    /**
     * Whoever looks does it for the calling thread.
     *
     * @param starter starts a thread soon.
     * @param progress told now and then how many bytes have been looked at; on the calling thread.
     * @param delayMicros how long the thread is to sleep each time it tells, for tests; asked on the calling thread.
     * @param between called now and then meanwhile, on the calling thread; what it throws ends the look.
     */
    public CheckThread(
            Consumer<Thread> starter,
            LongConsumer progress,
            LongSupplier delayMicros,
            Runnable between) {
        this.starter = starter;
        this.progress = progress;
        this.delayMicros = delayMicros;
        this.between = between;
    }

    /** One look, of the thread that does it and the one that waits. */
    private static final class Task<T> implements Runnable, LongConsumer {
        private final Look<T> look;
        private final Thread waiter = Thread.currentThread();
        private T result;
        private Throwable failure;
        private volatile long upTo;
        private volatile long delayNs;
        private volatile boolean cancelled;
        private volatile boolean started;
        private volatile boolean over;

        private Task(Look<T> look) {
            this.look = look;
        }

        @Override
        public void run() {
            started = true;
            try {
                if (!cancelled) {
                    result = look.run(this);
                }
            } catch (IOException | RuntimeException | Error e) {
                // Whatever it is, it is for the one that waits.
                failure = e;
            } finally {
                over = true;
                LockSupport.unpark(waiter);
            }
        }

        @Override
        public void accept(long bytes) {
            upTo = bytes;
            if (delayNs > 0) {
                LockSupport.parkNanos(delayNs);
            }
        }
    }

    /** Looks; returns, or throws, what the look does. */
    public <T> T run(Look<T> look) throws IOException {
        Task<T> task = new Task<>(look);
        Thread thread = new Thread(task, "aof-check");
        thread.setDaemon(true);
        task.delayNs = TimeUnit.MICROSECONDS.toNanos(delayMicros.getAsLong());
        starter.accept(thread);
        try {
            while (!task.over) {
                if (task.upTo > 0) {
                    progress.accept(task.upTo);
                }
                between.run();
                task.delayNs = TimeUnit.MICROSECONDS.toNanos(delayMicros.getAsLong());
                if (!task.over) {
                    LockSupport.parkNanos(this, LOOK_NS);
                }
            }
        } finally {
            task.cancelled = true;
            if (!task.over) {
                thread.interrupt();
            }
            Threads.join(thread, () -> task.started);
        }
        if (task.failure != null) {
            rethrow(task.failure);
        }
        return task.result;
    }

    private static void rethrow(Throwable failure) throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        throw (Error) failure;
    }
}
