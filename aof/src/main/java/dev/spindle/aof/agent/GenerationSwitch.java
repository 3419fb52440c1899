package dev.spindle.aof.agent;

import dev.spindle.aof.log.AofLog;

/**
 * The way from one generation to the next: the agent opens the log ahead of time, the core says at which position of the ring the next one
 * begins, and the agent goes over when it comes there. Told by the agent, asked by anybody.
 */
public final class GenerationSwitch {

    private static final int OPENING = 0;
    private static final int PREPARED = 1;
    private static final int DONE = 2;
    private static final int FAILED = 3;

    final LogOpener opener;
    AofLog opened;
    volatile boolean discards;
    volatile boolean cancelled;
    private volatile long at = -1;
    private volatile int state;
    private volatile String failure;

    GenerationSwitch(LogOpener opener) {
        this.opener = opener;
    }

    /** Whether the next log is open and the core may say where it begins. */
    public boolean isPrepared() {
        return state == PREPARED;
    }

    /** Whether the agent appends to the next log. */
    public boolean isDone() {
        return state == DONE;
    }

    /** Why there will be no switch; null while that is not so. */
    public String failure() {
        return failure;
    }

    long at() {
        return at;
    }

    void at(long position) {
        at = position;
    }

    void prepared(AofLog log) {
        opened = log;
        state = PREPARED;
    }

    void done() {
        state = DONE;
    }

    void failed(String reason) {
        failure = reason;
        state = FAILED;
    }

    boolean isOpening() {
        return state == OPENING;
    }
}
