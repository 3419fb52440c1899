package dev.spindle.rdb.write;

/**
 * How far a file has come, and whether it is still wanted. Written by the thread that writes, read by the core; and the other way
 * round.
 */
public final class SaveProgress {

    private volatile long keys;
    private volatile boolean cancelled;
    private volatile int keyDelayUs;

    /** Keys written so far. */
    public long keys() {
        return keys;
    }

    void keys(long written) {
        keys = written;
    }

    /** Asks the writer to give up. */
    public void cancel() {
        cancelled = true;
    }

    /** Whether it was asked to. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** rdb-key-save-delay: microseconds to wait after each key; negative: one microsecond per so many keys. */
    public void keyDelayUs(int microseconds) {
        keyDelayUs = microseconds;
    }

    int keyDelayUs() {
        return keyDelayUs;
    }
}
