package dev.spindle.engine.resp;

import org.agrona.UnsafeApi;

/**
 * Bytes received from a client and not yet consumed. Holds no block while empty.
 *
 * <pre>
 *   block: [consumed | unconsumed | free]
 *                    ^start       ^end   ^capacity
 * </pre>
 */
public final class InputBuffer {

    private final BlockPool pool;
    private long block;
    private long capacity;
    private long start;
    private long end;

    public InputBuffer(BlockPool pool) {
        this.pool = pool;
    }

    /**
     * Makes room to receive.
     *
     * @param atLeast bytes of contiguous room wanted behind what is there.
     * @return the address to receive at; room is {@link #room}.
     */
    public long reserve(long atLeast) {
        if (block == 0) {
            capacity = BlockPool.blockSize(atLeast);
            block = pool.take(capacity);
            start = 0;
            end = 0;
        } else if (capacity - end < atLeast) {
            makeRoom(atLeast);
        }
        return block + end;
    }

    private void makeRoom(long atLeast) {
        long held = end - start;
        if (capacity - held >= atLeast) {
            UnsafeApi.copyMemory(block + start, block, held);
        } else {
            long bigger = BlockPool.blockSize(held + atLeast);
            long moved = pool.take(bigger);
            UnsafeApi.copyMemory(block + start, moved, held);
            pool.give(block, capacity);
            block = moved;
            capacity = bigger;
        }
        start = 0;
        end = held;
    }

    /** Contiguous room behind what is there. */
    public long room() {
        return block == 0 ? 0 : capacity - end;
    }

    /** Counts bytes as received. */
    public void received(long length) {
        end += length;
        assert end <= capacity : "received more than there was room for";
    }

    /** Address of the first byte not consumed. */
    public long address() {
        return block + start;
    }

    /** Bytes not consumed. */
    public long length() {
        return end - start;
    }

    /** Drops bytes from the front. An emptied buffer gives its block back. */
    public void consumed(long length) {
        start += length;
        assert start <= end : "consumed more than there was";
        if (start == end) {
            clear();
        }
    }

    /** Bytes held, used or not. */
    public long heldBytes() {
        return block == 0 ? 0 : capacity;
    }

    /** Drops everything and gives the block back. */
    public void clear() {
        if (block != 0) {
            pool.give(block, capacity);
            block = 0;
        }
        capacity = 0;
        start = 0;
        end = 0;
    }
}
