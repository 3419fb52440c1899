package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * One long random life of an arena against a model on the heap: what is allocated, where, how much of it, and what was
 * written into it.
 */
final class ArenaTrial {

    private static final long MOST_LIVING = 160L << 20;

    private final Arena arena = new Arena(1L << 30, false);
    private final Memory memory = arena.memory();
    private final Random random;
    private final TreeMap<Long, Block> byAddress = new TreeMap<>();
    private final List<Block> living = new ArrayList<>();
    private long livingBytes;

    private static final class Block {
        long address;
        long size;
        long pattern;
        int index;
    }

    ArenaTrial(long seed) {
        random = new Random(seed);
    }

    /** Lives through so many steps, then frees everything. */
    void run(int steps) {
        try {
            for (int i = 0; i < steps; i++) {
                step();
                if (i % 500 == 0) {
                    ArenaAudit.check(arena);
                }
            }
            ArenaAudit.check(arena);
            freeEverything();
        } finally {
            arena.close();
        }
    }

    private void step() {
        int dice = random.nextInt(100);
        // Phases of growth and of decline, so that slabs and runs come and go.
        int share = livingBytes > MOST_LIVING ? 10 : 58;
        if (living.isEmpty() || dice < share) {
            allocate(size());
        } else if (dice == 89 && random.nextInt(20) == 0) {
            compact();
        } else if (dice < 90) {
            free(living.get(random.nextInt(living.size())));
        } else {
            resize(living.get(random.nextInt(living.size())), size());
        }
    }

    // A stretch of a pass, wherever it stands; objects in slabs that are to be emptied move.
    private void compact() {
        Compaction compaction = arena.compaction();
        if (!compaction.step()) {
            if (arena.leaving() == 0) {
                compaction.begin();
            } else if (random.nextInt(3) == 0) {
                compaction.end();
            }
        }
        int most = random.nextInt(2) == 0 ? 50 : living.size();
        for (int i = 0; i < most && arena.leaving() > 0; i++) {
            move(living.get(i));
        }
    }

    private void move(Block block) {
        boolean leaves = arena.isLeaving(block.address);
        long before = arena.usedBytes();
        long moved = arena.compaction().move(block.address);
        assertEquals(leaves, moved != block.address, "moves when it should");
        assertEquals(before, arena.usedBytes(), "used bytes");
        if (moved != block.address) {
            byAddress.remove(block.address);
            block.address = moved;
            assertEquals(block.size, arena.sizeOf(moved), "size");
            checkNeighbours(block);
            byAddress.put(moved, block);
            verify(block);
        }
    }

    private long size() {
        int dice = random.nextInt(1000);
        if (dice < 700) {
            return 1 + random.nextInt(300);
        }
        if (dice < 900) {
            return 1 + random.nextInt(Arena.MAX_SLAB_SIZE + 10);
        }
        if (dice < 995) {
            return 1 + random.nextInt(1 << (10 + random.nextInt(10)));
        }
        return 1 + random.nextInt(40 << 20);
    }

    private void allocate(long size) {
        long before = arena.usedBytes();
        Block block = new Block();
        block.address = arena.allocate(size);
        block.size = arena.sizeOf(block.address);
        assertEquals(Arena.roundUp(size), block.size, "size that roundUp foretold");
        assertTrue(block.size >= size, "at least what was wished");
        assertEquals(before + block.size, arena.usedBytes(), "used bytes");
        assertEquals(0, block.address & 7, "alignment");
        assertEquals(
                block.address,
                memory.address(memory.handle(block.address)),
                "handle there and back");
        block.index = living.size();
        living.add(block);
        livingBytes += block.size;
        checkNeighbours(block);
        byAddress.put(block.address, block);
        write(block);
    }

    private void checkNeighbours(Block block) {
        Map.Entry<Long, Block> below = byAddress.lowerEntry(block.address + 1);
        assertTrue(
                below == null || below.getKey() + below.getValue().size <= block.address,
                "overlaps the one below");
        Map.Entry<Long, Block> above = byAddress.higherEntry(block.address);
        assertTrue(
                above == null || block.address + block.size <= above.getKey(),
                "overlaps the one above");
        assertTrue(block.address + block.size <= arena.frontierAddress(), "beyond the frontier");
    }

    private void free(Block block) {
        verify(block);
        long before = arena.usedBytes();
        arena.free(block.address);
        assertEquals(before - block.size, arena.usedBytes(), "used bytes");
        byAddress.remove(block.address);
        Block last = living.remove(living.size() - 1);
        if (last != block) {
            living.set(block.index, last);
            last.index = block.index;
        }
        livingBytes -= block.size;
    }

    private void resize(Block block, long size) {
        verify(block);
        long before = arena.usedBytes();
        long sizeBefore = block.size;
        boolean done = arena.resizeInPlace(block.address, size);
        block.size = arena.sizeOf(block.address);
        assertEquals(before + block.size - sizeBefore, arena.usedBytes(), "used bytes");
        livingBytes += block.size - sizeBefore;
        if (done) {
            assertTrue(block.size >= size, "resized to less than was wished");
        } else {
            assertEquals(sizeBefore, block.size, "a refusal changes nothing");
        }
        byAddress.remove(block.address);
        checkNeighbours(block);
        byAddress.put(block.address, block);
        if (block.size < sizeBefore) {
            write(block);
        } else {
            // What stood there must stand there still, the new end included.
            block.size = sizeBefore;
            verify(block);
            block.size = arena.sizeOf(block.address);
            write(block);
        }
    }

    private void freeEverything() {
        while (!living.isEmpty()) {
            free(living.get(random.nextInt(living.size())));
        }
        assertEquals(0, arena.usedBytes(), "used bytes of an empty arena");
        assertEquals(0, arena.allocations(), "allocations of an empty arena");
        ArenaAudit.check(arena);
        // Each class may keep one empty slab; between them, everything is one run again.
        long kept = (long) SizeClasses.count() * SizeClasses.SLAB_BYTES;
        long extent = arena.extentBytes();
        assertTrue(
                arena.freeRunBytes() >= extent - kept - (1 << PageRuns.PAGE_SHIFT),
                "more than one slab of each class is kept");
        long wish = arena.reservedBytes() - extent;
        long frontier = arena.extentBytes();
        long run = arena.allocate(wish);
        arena.free(run);
        assertTrue(arena.extentBytes() >= frontier, "the frontier went back");
    }

    // Everything of a small block, the ends and a word of each 64 KiB of a large one.
    private static long stride(long size) {
        return size <= 64 << 10 ? 8 : 64 << 10;
    }

    private void write(Block block) {
        block.pattern = random.nextLong();
        long words = block.size & -8L;
        for (long at = 0; at < words; at += stride(block.size)) {
            memory.putLong(block.address + at, block.pattern + at);
        }
        memory.putLong(block.address + words - 8, block.pattern);
    }

    private void verify(Block block) {
        long words = block.size & -8L;
        assertEquals(block.pattern, memory.getLong(block.address + words - 8), "last word");
        for (long at = 0; at < words - 8; at += stride(block.size)) {
            if (memory.getLong(block.address + at) != block.pattern + at) {
                throw new AssertionError(
                        "content at " + at + " of a block of " + block.size + " bytes");
            }
        }
    }
}
