package dev.spindle.engine.session;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.resp.RequestQueue;
import dev.spindle.engine.session.KeyInterests.Interest;

/** What a client has queued since MULTI, what it watches, and whether EXEC can still succeed. State only. */
public final class Transaction {

    private boolean open;
    private boolean failed;
    private boolean touched;
    private long flags;
    private RequestQueue queue;
    private Interest watches;

    /** Whether commands are queued instead of executed. */
    public boolean isOpen() {
        return open;
    }

    /** Whether a command was refused while it was to be queued. */
    public boolean isFailed() {
        return failed;
    }

    /** Notes that a command was refused; means nothing outside a transaction. */
    public void fail() {
        failed = open;
    }

    /** Whether a watched key has changed. */
    public boolean isTouched() {
        return touched;
    }

    /** Notes that a watched key has changed. */
    public void touch() {
        touched = true;
    }

    /** Forgets that a watched key has changed. */
    public void forgive() {
        touched = false;
    }

    /** Flags of all commands queued, as bits of {@link dev.spindle.engine.command.CommandFlag}. */
    public long flags() {
        return flags;
    }

    /** The requests queued; null when there are none. */
    public RequestQueue queue() {
        return queue;
    }

    /** How many requests are queued. */
    public int length() {
        return queue == null ? 0 : queue.count();
    }

    /** Bytes that the queue holds outside the heap. */
    public long heldBytes() {
        return queue == null ? 0 : queue.heldBytes();
    }

    /** Bytes queued. */
    public long queuedBytes() {
        return queue == null ? 0 : queue.length();
    }

    /** The youngest of its watches; null when it watches nothing. */
    public Interest watches() {
        return watches;
    }

    void watches(Interest youngest) {
        watches = youngest;
    }

    /** How many keys it watches. */
    public int watchCount() {
        int count = 0;
        for (Interest i = watches; i != null; i = i.ofClient()) {
            count++;
        }
        return count;
    }

    void open(boolean on) {
        open = on;
    }

    void queue(RequestQueue requests) {
        queue = requests;
    }

    void queued(CommandSpec row) {
        flags |= row.flags();
    }

    void reset() {
        open = false;
        failed = false;
        touched = false;
        flags = 0;
        queue = null;
    }
}
