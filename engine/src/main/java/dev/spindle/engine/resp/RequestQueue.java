package dev.spindle.engine.resp;

import dev.spindle.engine.memory.Scratch;

/**
 * Copies of requests, to be executed when the buffer that they came in is used for others: those between MULTI and EXEC, and the
 * one that a client is blocked in.
 *
 * <pre>
 *   request: [argc][row][bytes on the wire][hash of first key][length]*argc [argument bytes, padded to 8]
 *             all words of 8 bytes
 * </pre>
 */
public final class RequestQueue {

    /** A queue that holds more than this gives its memory back when it is emptied. */
    private static final int MOST_KEPT = 64 << 10;

    private static final int WORD = 8;
    private static final int HEADER_WORDS = 4;

    private final Scratch bytes = new Scratch();
    private int count;

    /** How many requests it holds. */
    public int count() {
        return count;
    }

    /** Bytes of the requests. */
    public long length() {
        return bytes.length();
    }

    /** Bytes held outside the heap, used or not. */
    public long heldBytes() {
        return bytes.capacity();
    }

    /** Begins a request; its arguments follow with {@link #argument}, first all lengths, then all bytes. */
    public void begin(int argc, int row, long wireBytes, long firstKeyHash) {
        bytes.appendLong(argc);
        bytes.appendLong(row);
        bytes.appendLong(wireBytes);
        bytes.appendLong(firstKeyHash);
        count++;
    }

    /** Adds the length of the next argument. */
    public void length(int length) {
        bytes.appendLong(length);
    }

    /** Adds the bytes of the next argument; padded, so that the next request's words are aligned. */
    public void argument(long address, int length) {
        long room = padded(length);
        long to = bytes.extend(room);
        org.agrona.UnsafeApi.copyMemory(address, to, length);
    }

    private static long padded(long length) {
        return length + WORD - 1 & -WORD;
    }

    /** The number of the row of a request, as it was queued. */
    public int row(long offset) {
        return (int) bytes.longAt(offset + WORD);
    }

    /** The hash of the first key of a request, or 0 when it was not known. */
    public long firstKeyHash(long offset) {
        return bytes.longAt(offset + 3 * WORD);
    }

    /** Where the request behind another one begins. */
    public long next(long offset) {
        int argc = (int) bytes.longAt(offset);
        long at = offset + (HEADER_WORDS + (long) argc) * WORD;
        for (int i = 0; i < argc; i++) {
            at += padded(bytes.longAt(offset + (HEADER_WORDS + (long) i) * WORD));
        }
        return at;
    }

    /**
     * Makes a batch of one request; its addresses hold until something is queued.
     *
     * @param offset where the request begins; the first one begins at 0.
     * @return where the next one begins.
     */
    public long load(long offset, RequestBatch batch) {
        int argc = (int) bytes.longAt(offset);
        long at = offset + (HEADER_WORDS + (long) argc) * WORD;
        batch.clear();
        batch.begin();
        for (int i = 0; i < argc; i++) {
            int length = (int) bytes.longAt(offset + (HEADER_WORDS + (long) i) * WORD);
            batch.addArg(bytes.address() + at, length);
            at += padded(length);
        }
        batch.complete(bytes.longAt(offset + 2 * WORD), 0);
        return at;
    }

    /** Forgets all requests. */
    public void clear() {
        count = 0;
        if (bytes.capacity() > MOST_KEPT) {
            bytes.release();
        } else {
            bytes.clear();
        }
    }

    /** Forgets all requests and gives all memory back. */
    public void release() {
        count = 0;
        bytes.release();
    }
}
