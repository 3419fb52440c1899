package dev.spindle.engine.blocking;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.resp.RequestQueue;
import dev.spindle.engine.session.KeyInterests.Interest;
import dev.spindle.engine.session.Session;

/** One client that waits: its request, what it waits for, and until when. State only; used again for the next. */
public final class BlockedClient {

    /** Not on the heap of deadlines: it waits for ever. */
    static final int NO_DEADLINE = -1;

    final RequestQueue request = new RequestQueue();
    Session who;
    CommandSpec row;
    BlockedOperation operation;
    long[] memo;
    int valueType;
    boolean servedWithoutKey;
    Interest keys;
    long deadlineNs;
    int heapIndex = NO_DEADLINE;

    void forget() {
        who = null;
        row = null;
        operation = null;
        memo = null;
        keys = null;
    }
}
