package dev.spindle.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.LongRange;
import org.agrona.UnsafeApi;

class BlockPoolTest {

    private static final long MIB = 1L << 20;

    private final BlockPool pool = new BlockPool();

    @Property(tries = 2_000)
    void shouldRoundAWishUpByLessThanDouble(@ForAll @LongRange(max = 1L << 32) long wish) {
        long size = BlockPool.blockSize(wish);
        assertTrue(size >= wish && size >= BlockPool.MIN_BLOCK);
        assertTrue(size < Math.max(2 * wish, BlockPool.MIN_BLOCK + 1));
        assertTrue(size <= MIB ? Long.bitCount(size) == 1 : size - wish < MIB);
        assertEquals(size, BlockPool.blockSize(size));
    }

    @Example
    void shouldHandOutTheBlockGivenBackLast() {
        long first = pool.take(BlockPool.MIN_BLOCK);
        long second = pool.take(BlockPool.MIN_BLOCK);
        pool.give(first, BlockPool.MIN_BLOCK);
        pool.give(second, BlockPool.MIN_BLOCK);
        assertEquals(second, pool.take(BlockPool.MIN_BLOCK));
        assertEquals(first, pool.take(BlockPool.MIN_BLOCK));
        pool.give(first, BlockPool.MIN_BLOCK);
        pool.give(second, BlockPool.MIN_BLOCK);
        pool.trim();
        assertEquals(0, pool.pooledBytes());
    }

    @Example
    void shouldKeepOnlySoManyAndNoneOfTheLargest() {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            blocks.add(pool.take(BlockPool.MIN_BLOCK));
        }
        long large = pool.take(2 * MIB);
        assertEquals(100L * BlockPool.MIN_BLOCK + 2 * MIB, pool.lentBytes());
        blocks.forEach(block -> pool.give(block, BlockPool.MIN_BLOCK));
        pool.give(large, 2 * MIB);
        assertEquals(64L * BlockPool.MIN_BLOCK, pool.pooledBytes());
        assertEquals(0, pool.lentBytes());
        pool.trim();
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void shouldNeverLendABlockTwice(@ForAll long seed) {
        Random random = new Random(seed);
        List<long[]> lent = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            if (lent.isEmpty() || random.nextInt(100) < 52) {
                long size = BlockPool.blockSize(random.nextInt(1 << (10 + random.nextInt(12))));
                long address = pool.take(size);
                long mark = random.nextLong();
                UnsafeApi.putLong(address, mark);
                UnsafeApi.putLong(address + size - 8, mark);
                lent.add(new long[] {address, size, mark});
            } else {
                long[] block = lent.remove(random.nextInt(lent.size()));
                assertEquals(block[2], UnsafeApi.getLong(block[0]));
                assertEquals(block[2], UnsafeApi.getLong(block[0] + block[1] - 8));
                pool.give(block[0], block[1]);
            }
            assertEquals(lent.stream().mapToLong(block -> block[1]).sum(), pool.lentBytes());
        }
        lent.forEach(block -> pool.give(block[0], block[1]));
        pool.trim();
        assertEquals(0, pool.pooledBytes());
    }
}
