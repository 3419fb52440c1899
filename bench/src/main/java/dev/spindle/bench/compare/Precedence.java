package dev.spindle.bench.compare;

import dev.spindle.perf.agent.Niceness;
import dev.spindle.perf.os.Posix;
import dev.spindle.perf.os.PosixException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets the calling thread have its processor before all others that want it, where the kernel allows, until it ends. For a load that shares one with threads of the servers that do
 * not execute commands: they get what it leaves, as clients on other machines would not wait for their processor either. What is
 * measured is then how fast the server answers, and not how late it was asked.
 *
 * <p>A small nice value ({@link #take}) gives the larger share, but not at once: a kernel may let whoever is at work go on until its next tick, some
 * milliseconds later. Where latencies are told, the thread is one of real time ({@link #takeAtOnce}).
 */
final class Precedence {
    /** What the kernel adds to the sleep of a thread that is not of real time, to wake several at once. */
    private static final long TIMER_SLACK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final Runnable NOTHING = () -> {};

    private final Runnable undo;
    private final long slackNs;

    private Precedence(Runnable undo, long slackNs) {
        this.undo = undo;
        this.slackNs = slackNs;
    }

    /** Changes nothing. */
    static Precedence none() {
        return new Precedence(NOTHING, 0);
    }

    /** The calling thread takes the larger share; the same thread ends it. */
    static Precedence take() {
        if (!Posix.isAvailable()) {
            return none();
        }
        int before = Posix.threadNice();
        // For privileged processes alone.
        return Niceness.takePrecedence() == null
                ? new Precedence(() -> Posix.setThreadNice(before), 0)
                : none();
    }

    /** The calling thread gets its processor whenever it wants it, or else the larger share; the same thread ends it. */
    static Precedence takeAtOnce() {
        if (!Posix.isAvailable()) {
            return none();
        }
        try {
            Posix.beRealTime();
            return new Precedence(Posix::beUsual, TIMER_SLACK_NS);
        } catch (PosixException e) {
            return take();
        }
    }

    /** Leaves the processor to others for as long as a thread without precedence would, slack included. */
    void rest(long ns) {
        LockSupport.parkNanos(ns + slackNs);
    }

    /** Back to what the thread had: those that it starts later inherit a nice value. */
    void end() {
        undo.run();
    }
}
