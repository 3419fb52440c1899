package dev.spindle.engine.session;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.RequestQueue;

/**
 * MULTI, EXEC and DISCARD as what happens to a client's {@link Transaction}; WATCH is {@link WatchedKeys}.
 *
 * <p>Queued requests are copied outside the heap, since the buffer they came in is gone when EXEC comes. Queues are lent: a client
 * holds one from its first queued command to EXEC or DISCARD, and small ones are kept for the next, so a stream of
 * transactions allocates nothing.
 */
public final class Transactions {

    /** Queues that wait to be used again. */
    private static final int MOST_SPARE = 64;

    private final WatchedKeys watched;
    private final RequestQueue[] spare = new RequestQueue[MOST_SPARE];
    private int spareCount;
    private long heldBytes;

    public Transactions(WatchedKeys watched) {
        this.watched = watched;
    }

    /** Bytes that queues of clients hold. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Begins a transaction. */
    public void begin(Session session) {
        session.transaction().open(true);
        session.check(Session.QUEUING, true);
    }

    /** Queues the request at hand. One that can only fail is not kept. */
    public void queue(Invocation in, CommandSpec row, Session session) {
        Transaction transaction = session.transaction();
        if (transaction.isFailed() || transaction.isTouched()) {
            return;
        }
        RequestQueue queue = transaction.queue();
        if (queue == null) {
            queue = spareCount > 0 ? spare[--spareCount] : new RequestQueue();
            transaction.queue(queue);
            heldBytes += queue.heldBytes();
        }
        long before = queue.heldBytes();
        in.copyTo(queue, row.id());
        heldBytes += queue.heldBytes() - before;
        transaction.queued(row);
    }

    /** Ends a transaction and all watches: what was queued is forgotten. */
    public void end(Session session) {
        Transaction transaction = session.transaction();
        RequestQueue queue = transaction.queue();
        if (queue != null) {
            heldBytes -= queue.heldBytes();
            queue.clear();
            if (spareCount < MOST_SPARE) {
                spare[spareCount++] = queue;
            } else {
                queue.release();
            }
        }
        transaction.reset();
        session.check(Session.QUEUING, false);
        watched.unwatch(session);
    }
}
