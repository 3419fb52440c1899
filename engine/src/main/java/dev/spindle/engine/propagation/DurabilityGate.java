package dev.spindle.engine.propagation;

/**
 * Holds replies back until the effects behind them are on disk, as {@code appendfsync always} promises.
 *
 * <p>Positions are those of whoever keeps the effects: they only grow. The core tells up to where effects were {@linkplain #issued()
 * issued}, the log's thread up to where they are {@linkplain #durable() durable}. Whatever would be sent while the two differ waits, a
 * reader's reply too: it may show data that a crash could still take back. Redis's event loop gives the same promise by
 * forcing the disk before it sends anything.
 *
 * <p>Where the log cannot be written at all, nobody is kept waiting for it: the gate has {@linkplain #fail failed}. What was held then is
 * lost to its client, whose connection ends without an answer, since none would be true; readers are served.
 *
 * <p>All methods are for the core thread but {@link #durable(long)}.
 */
public final class DurabilityGate {

    private static final Runnable NOBODY = () -> {};

    private boolean on;
    private long issued;
    private volatile long durable;
    private volatile boolean failed;
    private Runnable bell = NOBODY;

    /** Whether what a connection has to send must wait. */
    public boolean mustHold() {
        return on && issued != durable && !failed;
    }

    /** Whether the gate is used at all. */
    public boolean isOn() {
        return on;
    }

    /** Uses the gate or not; whoever waits is let go when it is not. */
    public void on(boolean use) {
        on = use;
    }

    /** Up to where effects were issued. */
    public long issued() {
        return issued;
    }

    /** Effects were issued up to a position. */
    public void issued(long position) {
        issued = position;
    }

    /** Up to where effects are on disk. */
    public long durable() {
        return durable;
    }

    /** Effects are on disk up to a position. From the log's thread. */
    public void durable(long position) {
        durable = position;
    }

    /** Whether effects up to a position may be answered: they are on disk, or nobody asks that they be. */
    public boolean lets(long position) {
        return !on || durable - position >= 0;
    }

    /** Whether the log cannot be written at present. */
    public boolean hasFailed() {
        return failed;
    }

    /** The log cannot be written, or can again. In the step of the core that lets writers be refused for it, or no more. */
    public void fail(boolean now) {
        failed = now;
    }

    /** Sets what wakes the log's thread when somebody waits; null for nothing. */
    public void bell(Runnable wakes) {
        bell = wakes == null ? NOBODY : wakes;
    }

    /** Somebody waits: the log's thread should not sleep. */
    public void ring() {
        bell.run();
    }
}
