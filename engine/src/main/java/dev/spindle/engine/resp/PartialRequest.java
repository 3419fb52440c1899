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

    private int[] offsets = NONE;
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
        return 8L * offsets.length;
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

    void keep(RequestBatch batch, long start, long remainingArgs, long at) {
        int parsed = batch.pendingArgs();
        if (parsed > offsets.length) {
            int size = Math.max(64, Integer.highestOneBit(parsed) * 2);
            offsets = Arrays.copyOf(offsets, size);
            lengths = Arrays.copyOf(lengths, size);
        }
        for (int i = args; i < parsed; i++) {
            offsets[i] = (int) (batch.pendingAddress(i) - start);
            lengths[i] = batch.pendingLength(i);
        }
        args = parsed;
        remaining = remainingArgs;
        position = at;
    }

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
            offsets = NONE;
            lengths = NONE;
        }
    }
}
