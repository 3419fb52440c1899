package dev.spindle.perf.agent;

import dev.spindle.perf.counter.SingleWriterCounter;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/**
 * Runs one agent on one thread: start, turns until closed, close.
 *
 * <pre>
 *   run() ── onStart ──► doWork ──► idle ──► doWork ──► ... ──► onClose ──► ended
 *               │           │                                    ▲
 *               └── error ──┴── handler: STOP ───────────────────┘
 *                               handler: GO_ON ──► next turn
 * </pre>
 *
 * <p><b>Load.</b> A spinning thread always shows 100 %, so the runner counts the turns that did something and those that did
 * not; their ratio over time is the load that a person wants to see.
 *
 * <p><b>Errors.</b> No exception ends the thread unseen: each goes to the handler, which says whether to go on. An agent that
 * was stopped by one keeps it in {@link #failure()}. {@code onClose} runs in every case, once.
 *
 * <p>{@link #run()} may be given to a thread of the caller's, or {@link #start(ThreadFactory)} makes one. A runner runs once.
 */
public final class DutyCycleRunner implements Runnable, AutoCloseable {
    private final Agent agent;
    private final IdleStrategy idle;
    private final AgentErrorHandler errorHandler;
    private final SingleWriterCounter usefulTurns = new SingleWriterCounter();
    private final SingleWriterCounter emptyTurns = new SingleWriterCounter();
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean running = true;
    private volatile Thread thread;
    private volatile Throwable failure;

    /** A runner that idles between empty turns as the mode says. */
    public DutyCycleRunner(Agent agent, IdleMode mode, AgentErrorHandler errorHandler) {
        this(agent, mode.newStrategy(), errorHandler);
    }

    /** A runner with an idle strategy of the caller's, used by this runner's thread alone. */
    public DutyCycleRunner(Agent agent, IdleStrategy idle, AgentErrorHandler errorHandler) {
        this.agent = Objects.requireNonNull(agent);
        this.idle = Objects.requireNonNull(idle);
        this.errorHandler = Objects.requireNonNull(errorHandler);
    }

    /** Starts the agent on a new thread, named after its role. */
    public Thread start(ThreadFactory threads) {
        final Thread created = threads.newThread(this);
        created.setName(agent.roleName());
        created.start();
        return created;
    }

    /** As {@link #start(ThreadFactory)}, on a plain thread. */
    public Thread start() {
        return start(Thread::new);
    }

    @Override
    public void run() {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException(agent.roleName() + " has been run already");
        }
        thread = Thread.currentThread();
        try {
            if (running && startAgent()) {
                turn();
            }
        } finally {
            running = false;
            try {
                closeAgent();
            } finally {
                ended.countDown();
            }
        }
    }

    /** Asks for no further turn. Returns at once; safe from any thread, also from the agent's own. */
    public void stop() {
        running = false;
        final Thread runs = thread;
        if (runs != null && runs != Thread.currentThread()) {
            agent.onWakeup();
            LockSupport.unpark(runs);
        }
    }

    /**
     * Asks for no further turn and waits until the agent is closed. From the agent's own thread it only asks. A runner that was
     * never run is spent afterwards, and its agent is not called.
     */
    @Override
    public void close() {
        stop();
        if (taken.compareAndSet(false, true)) {
            ended.countDown();
        }
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        while (true) {
            try {
                // A wake-up that came just before the agent went to wait is lost, so it is
                // repeated.
                if (ended.await(100, TimeUnit.MILLISECONDS)) {
                    break;
                }
                stop();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the agent is closed, for at most a time. */
    public boolean awaitEnd(long timeout, TimeUnit unit) throws InterruptedException {
        return ended.await(timeout, unit);
    }

    /** Whether turns are still taken, or will be once it is run. */
    public boolean isRunning() {
        return running;
    }

    /** Turns that did something. Any thread. */
    public long usefulTurns() {
        return usefulTurns.get();
    }

    /** Turns that found nothing to do. Any thread. */
    public long emptyTurns() {
        return emptyTurns.get();
    }

    /** The error that ended the run, or null. Any thread. */
    public Throwable failure() {
        return failure;
    }

    /** The agent. */
    public Agent agent() {
        return agent;
    }

    private void turn() {
        while (running) {
            try {
                final int done = agent.doWork();
                if (done > 0) {
                    usefulTurns.increment();
                } else {
                    emptyTurns.increment();
                }
                idle.idle(done);
            } catch (Throwable e) {
                if (judge(e) == AgentErrorHandler.Verdict.STOP) {
                    failure = e;
                    running = false;
                }
            }
        }
    }

    private boolean startAgent() {
        try {
            agent.onStart();
            return true;
        } catch (Throwable e) {
            failure = e;
            judge(e);
            return false;
        }
    }

    private void closeAgent() {
        try {
            agent.onClose();
        } catch (Throwable e) {
            if (failure == null) {
                failure = e;
            }
            judge(e);
        }
    }

    private AgentErrorHandler.Verdict judge(Throwable error) {
        try {
            final AgentErrorHandler.Verdict verdict = errorHandler.onError(agent, error);
            return verdict == null ? AgentErrorHandler.Verdict.STOP : verdict;
        } catch (Throwable broken) {
            // The handler was the last to be told; what it could not take must at least be kept.
            if (broken != error) {
                error.addSuppressed(broken);
            }
            return AgentErrorHandler.Verdict.STOP;
        }
    }
}
