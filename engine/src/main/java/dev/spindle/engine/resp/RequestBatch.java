package dev.spindle.engine.resp;

import java.util.Arrays;

/**
 * Complete requests parsed from one receive buffer, as addresses into it: nothing is copied. Filled by {@link
 * RequestParser}; the session adds what it finds out about each request before executing it (its row, its key's hash).
 */
public final class RequestBatch {

    /** Requests per batch at most; enough to overlap memory latency, few enough to stay in the first-level cache. */
    public static final int MAX_REQUESTS = 64;

    private static final int USUAL_ARGS = 1024;
    private static final int KEPT_ARGS = 1 << 17;

    private int count;
    private int args;
    private final int[] firstArg = new int[MAX_REQUESTS + 1];
    private final long[] consumed = new long[MAX_REQUESTS];
    private final long[] frames = new long[MAX_REQUESTS];
    private long[] addresses = new long[USUAL_ARGS];
    private int[] lengths = new int[USUAL_ARGS];

    /** Forgets all requests, and the memory that a request of very many arguments took. */
    public void clear() {
        count = 0;
        args = 0;
        if (addresses.length > KEPT_ARGS) {
            addresses = new long[USUAL_ARGS];
            lengths = new int[USUAL_ARGS];
        }
    }

    /** Complete requests. */
    public int count() {
        return count;
    }

    /** Whether no further request fits. */
    public boolean isFull() {
        return count == MAX_REQUESTS;
    }

    /** Number of arguments of a request, its name included. */
    public int argc(int request) {
        return firstArg[request + 1] - firstArg[request];
    }

    /** Index of a request's first argument, for {@link #address} and {@link #length}. */
    public int firstArg(int request) {
        return firstArg[request];
    }

    /** Address of an argument. */
    public long address(int arg) {
        return addresses[arg];
    }

    /** Length of an argument. */
    public int length(int arg) {
        return lengths[arg];
    }

    /** Bytes from the start of the buffer to the end of a request. */
    public long consumed(int request) {
        return consumed[request];
    }

    /** Bytes of a request on the wire. */
    public long wireBytes(int request) {
        return consumed[request] - (request == 0 ? 0 : consumed[request - 1]);
    }

    /**
     * Address of a request's bytes if they are an array of bulk strings as a server would write it, so that they can be passed on as
     * they are; else 0. A parser is content with less: it looks at no byte after a bulk string, and only at the first of those
     * that end a number's line.
     */
    public long cleanFrame(int request) {
        return frames[request];
    }

    /** Bytes of a {@linkplain #cleanFrame clean frame}. */
    public long cleanFrameLength(int request) {
        int last = firstArg[request + 1] - 1;
        return addresses[last] + lengths[last] + 2 - frames[request];
    }

    void begin() {
        args = firstArg[count];
    }

    void addArg(long address, int length) {
        if (args == addresses.length) {
            addresses = Arrays.copyOf(addresses, args * 2);
            lengths = Arrays.copyOf(lengths, args * 2);
        }
        addresses[args] = address;
        lengths[args] = length;
        args++;
    }

    int pendingArgs() {
        return args - firstArg[count];
    }

    long pendingAddress(int index) {
        return addresses[firstArg[count] + index];
    }

    int pendingLength(int index) {
        return lengths[firstArg[count] + index];
    }

    /**
     * Completes a request.
     *
     * @param consumedBytes bytes from the start of the buffer to its end.
     * @param frame address of its first byte where it came as an array in clean form, else 0.
     */
    void complete(long consumedBytes, long frame) {
        consumed[count] = consumedBytes;
        frames[count] = frame;
        count++;
        firstArg[count] = args;
    }
}
