package dev.spindle.engine.resp;

import java.util.Arrays;

/**
 * How far the parsing of an incomplete request got, kept with its client, so that a request of a million arguments that
 * arrives in a thousand pieces is parsed once and not a thousand times. Offsets are relative to the first unconsumed byte
 * of the client's buffer, which does not change while the request is incomplete.
 */
public final class PartialRequest {

    /** Requests with fewer parsed arguments are parsed anew; that is cheaper than to remember them. */
    static final int WORTH_KEEPING = 16;

    private static final int[] NONE = new int[0];
    private static final long[] NOWHERE = new long[0];

    private long[] offsets = NOWHERE;
    private int[] lengths = NONE;
    private int args;
    private long remaining;
    private long position;
    private long needed;

    /** Bytes the buffer must hold before parsing can get further; 0 when unknown. */
    public long needed() {
        return needed;
    }

    /** Arguments parsed so far. */
    public int args() {
        return args;
    }

    /** Arguments of the request that are still to come. */
    public long remaining() {
        return remaining;
    }

    /** Bytes on the heap that this holds. */
    public long heldBytes() {
        return 12L * offsets.length;
    }

    void needed(long bytes) {
        needed = bytes;
    }

    boolean isKept() {
        return args > 0;
    }

    long position() {
        return position;
    }

    /** Takes over the arguments that a batch holds of an incomplete request. */
    void keep(RequestBatch batch, long start, long remainingArgs, long at) {
        int parsed = batch.pendingArgs();
        for (int i = 0; i < parsed; i++) {
            add(batch.pendingAddress(i) - start, batch.pendingLength(i));
        }
        reached(remainingArgs, at);
    }

    /** Adds one more argument. */
    void add(long offset, int length) {
        if (args == offsets.length) {
            int size = Math.max(64, args * 2);
            offsets = Arrays.copyOf(offsets, size);
            lengths = Arrays.copyOf(lengths, size);
        }
        offsets[args] = offset;
        lengths[args] = length;
        args++;
    }

    /** Remembers how far parsing got. */
    void reached(long remainingArgs, long at) {
        remaining = remainingArgs;
        position = at;
    }

    /** Hands all arguments to a batch, once the request is complete. */
    void restore(RequestBatch batch, long start) {
        for (int i = 0; i < args; i++) {
            batch.addArg(start + offsets[i], lengths[i]);
        }
    }

    /** Forgets everything. */
    public void clear() {
        args = 0;
        remaining = 0;
        position = 0;
        needed = 0;
        if (offsets.length > 1024) {
            offsets = NOWHERE;
            lengths = NONE;
        }
    }
}
