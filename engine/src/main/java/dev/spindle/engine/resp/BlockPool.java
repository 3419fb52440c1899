package dev.spindle.engine.resp;

import org.agrona.UnsafeApi;

/**
 * Native blocks for receive and reply buffers, handed out last in first out so that a busy server keeps using the same
 * few, which stay in cache, and an idle connection holds none.
 *
 * <p>Blocks are powers of two from 16 KiB to 1 MiB; up to {@link #KEEP} free ones of each size are kept. Anything larger
 * is taken from and given back to the operating system. One thread only.
 */
public final class BlockPool {

    /** Smallest block in bytes. */
    public static final int MIN_BLOCK = 16 << 10;

    private static final int MIN_SHIFT = 14;
    private static final int MAX_SHIFT = 20;
    private static final int KEEP = 64;

    private final long[][] free = new long[MAX_SHIFT - MIN_SHIFT + 1][];
    private final int[] freeCount = new int[MAX_SHIFT - MIN_SHIFT + 1];
    private long lentBytes;
    private long pooledBytes;

    public BlockPool() {
        for (int i = 0; i < free.length; i++) {
            free[i] = new long[Math.max(1, KEEP >> i)];
        }
    }

    /** The size in bytes of the block that {@link #take} would hand out for a wish. */
    public static long blockSize(long wish) {
        if (wish <= MIN_BLOCK) {
            return MIN_BLOCK;
        }
        long rounded = Long.highestOneBit(wish - 1) << 1;
        // Doubling a very large block would waste more than it saves.
        return rounded <= 1L << MAX_SHIFT ? rounded : (wish + 0xfffff) & ~0xfffffL;
    }

    /**
     * Takes a block.
     *
     * @param size a value that {@link #blockSize} returned.
     * @return its address.
     */
    public long take(long size) {
        lentBytes += size;
        int index = index(size);
        if (index >= 0 && freeCount[index] > 0) {
            pooledBytes -= size;
            return free[index][--freeCount[index]];
        }
        return UnsafeApi.allocateMemory(size);
    }

    /** Gives a block back; the size must be the one it was taken with. */
    public void give(long address, long size) {
        lentBytes -= size;
        int index = index(size);
        if (index >= 0 && freeCount[index] < free[index].length) {
            free[index][freeCount[index]++] = address;
            pooledBytes += size;
        } else {
            UnsafeApi.freeMemory(address);
        }
    }

    private static int index(long size) {
        return size > 1L << MAX_SHIFT ? -1 : Long.numberOfTrailingZeros(size) - MIN_SHIFT;
    }

    /** Bytes handed out and not yet given back. */
    public long lentBytes() {
        return lentBytes;
    }

    /** Bytes kept for the next taker. */
    public long pooledBytes() {
        return pooledBytes;
    }

    /** Frees what is kept. Blocks that are lent stay valid. */
    public void trim() {
        for (int i = 0; i < free.length; i++) {
            while (freeCount[i] > 0) {
                UnsafeApi.freeMemory(free[i][--freeCount[i]]);
            }
        }
        pooledBytes = 0;
    }
}
