package dev.spindle.engine.resp;

import org.agrona.UnsafeApi;

/**
 * Bytes on their way to a client: a queue of native blocks, written at the tail by commands and drained at the head by
 * the connection.
 *
 * <pre>
 *   head block            ...            tail block
 *   [sent|...........|]  [............]  [.....|free]
 *        ^ headOffset                          ^ tail
 * </pre>
 *
 * <p>An empty buffer holds no block, so ten thousand idle clients cost nothing. Blocks never move once written, so a
 * reply of any size is appended without copying what stands before it. One thread only.
 */
public final class ReplyBuffer {

    private static final int NEXT_BLOCK = 64 << 10;

    private final BlockPool pool;

    // Blocks in order, from headBlock to blockCount - 1; the arrays are compacted when drained.
    private long[] addresses = new long[4];
    private long[] sizes = new long[4];
    private long[] filled = new long[4];
    private int headBlock;
    private int blockCount;
    private long headOffset;

    private long tail;
    private long tailEnd;
    private long heldBytes;
    private long settledBytes;
    private long drainedBytes;

    public ReplyBuffer(BlockPool pool) {
        this.pool = pool;
    }

    /**
     * Makes room for contiguous bytes and answers where to put them; nothing counts as written before
     * {@link #advance}.
     *
     * @param length how many bytes will be written at most.
     * @return the address to write to.
     */
    public long reserve(long length) {
        if (tailEnd - tail < length) {
            addBlock(length);
        }
        return tail;
    }

    /** Contiguous bytes that {@link #reserve} would give without another block. */
    public long room() {
        return tailEnd - tail;
    }

    /** Counts bytes as written; {@code end} is the address behind the last one, within the last reservation. */
    public void advance(long end) {
        assert end >= tail && end <= tailEnd : "written past the reservation";
        tail = end;
    }

    /** Appends a copy of bytes, split over blocks where they are many. */
    public void append(long address, long length) {
        long left = length;
        long from = address;
        long room = tailEnd - tail;
        if (room > 0 && room < left) {
            UnsafeApi.copyMemory(from, tail, room);
            tail += room;
            from += room;
            left -= room;
        }
        long to = reserve(left);
        UnsafeApi.copyMemory(from, to, left);
        tail = to + left;
    }

    private void addBlock(long wish) {
        settleTail();
        dropEmptyTail();
        if (blockCount == addresses.length) {
            makeSlot();
        }
        long size =
                BlockPool.blockSize(blockCount == headBlock ? wish : Math.max(wish, NEXT_BLOCK));
        long address = pool.take(size);
        addresses[blockCount] = address;
        sizes[blockCount] = size;
        filled[blockCount] = 0;
        blockCount++;
        heldBytes += size;
        tail = address;
        tailEnd = address + size;
    }

    // A block that was reserved and never written would stand in the queue with nothing to send.
    private void dropEmptyTail() {
        int last = blockCount - 1;
        if (last >= headBlock && filled[last] == 0) {
            heldBytes -= sizes[last];
            pool.give(addresses[last], sizes[last]);
            blockCount = last;
        }
    }

    private void settleTail() {
        if (blockCount > headBlock) {
            int last = blockCount - 1;
            long now = tail - addresses[last];
            settledBytes += now - filled[last];
            filled[last] = now;
        }
    }

    private void makeSlot() {
        if (headBlock > 0) {
            System.arraycopy(addresses, headBlock, addresses, 0, blockCount - headBlock);
            System.arraycopy(sizes, headBlock, sizes, 0, blockCount - headBlock);
            System.arraycopy(filled, headBlock, filled, 0, blockCount - headBlock);
            blockCount -= headBlock;
            headBlock = 0;
            return;
        }
        int bigger = addresses.length * 2;
        addresses = java.util.Arrays.copyOf(addresses, bigger);
        sizes = java.util.Arrays.copyOf(sizes, bigger);
        filled = java.util.Arrays.copyOf(filled, bigger);
    }

    /** Bytes written and not yet drained. */
    public long length() {
        settleTail();
        return settledBytes - headOffset;
    }

    /** Bytes ever written, for the difference between two moments. */
    public long written() {
        return drainedBytes + length();
    }

    /** Whether nothing waits to be drained. */
    public boolean isEmpty() {
        return blockCount == headBlock || length() == 0;
    }

    /** Bytes of the blocks held, used or not. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Bytes of the block that is sent next, used or not. */
    public long headBlockBytes() {
        return blockCount == headBlock ? 0 : sizes[headBlock];
    }

    /** Number of blocks held. */
    public int blocks() {
        return blockCount - headBlock;
    }

    /** Address of the first byte to send; valid while {@link #headLength} is positive. */
    public long headAddress() {
        return addresses[headBlock] + headOffset;
    }

    /** Contiguous bytes to send at {@link #headAddress}. */
    public long headLength() {
        settleTail();
        return blockCount == headBlock ? 0 : filled[headBlock] - headOffset;
    }

    /** Drops bytes from the head that were sent; at most {@link #headLength}. Empty blocks go back to the pool. */
    public void drained(long length) {
        if (length == 0) {
            return;
        }
        settleTail();
        assert blockCount > headBlock : "drained more than there was";
        headOffset += length;
        drainedBytes += length;
        assert headOffset <= filled[headBlock] : "drained more than there was";
        if (headOffset == filled[headBlock]) {
            releaseHead();
        }
    }

    private void releaseHead() {
        settledBytes -= filled[headBlock];
        heldBytes -= sizes[headBlock];
        pool.give(addresses[headBlock], sizes[headBlock]);
        headBlock++;
        headOffset = 0;
        if (headBlock == blockCount) {
            headBlock = 0;
            blockCount = 0;
            tail = 0;
            tailEnd = 0;
        }
    }

    /** Drops everything. */
    public void clear() {
        settleTail();
        while (blockCount > headBlock) {
            releaseHead();
        }
    }

    /** A place in the stream of bytes to come back to with {@link #truncate}: the number of undrained bytes. */
    public long mark() {
        return length();
    }

    /** Takes back everything written since a mark, as CLIENT REPLY OFF needs. */
    public void truncate(long mark) {
        long excess = length() - mark;
        while (excess > 0) {
            int last = blockCount - 1;
            long inLast = filled[last] - (last == headBlock ? headOffset : 0);
            if (inLast > excess) {
                filled[last] -= excess;
                settledBytes -= excess;
                tail = addresses[last] + filled[last];
                return;
            }
            excess -= inLast;
            if (last == headBlock) {
                releaseHead();
                return;
            }
            settledBytes -= filled[last];
            heldBytes -= sizes[last];
            pool.give(addresses[last], sizes[last]);
            blockCount--;
            int now = blockCount - 1;
            tail = addresses[now] + filled[now];
            tailEnd = addresses[now] + sizes[now];
        }
    }
}
