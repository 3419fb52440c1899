package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArenaTest {

    private static final long MIB = 1L << 20;

    private final Arena arena = new Arena(32 * MIB, false);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldMergeAllFreeRunsIntoOneWhenEverythingIsFreed() {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            blocks.add(arena.allocate(20_000 + i * 1_000L));
        }
        Collections.shuffle(blocks, new Random(7));
        blocks.forEach(arena::free);
        int pages = (int) (arena.extentBytes() >>> PageRuns.PAGE_SHIFT) - 1;
        assertEquals(pages, ArenaAudit.check(arena));
        long frontier = arena.extentBytes();
        arena.allocate((long) pages << PageRuns.PAGE_SHIFT);
        assertEquals(frontier, arena.extentBytes(), "the run was not taken from what was freed");
    }

    @Test
    void shouldJoinTheFreeEndToTheFrontierWhenTheWishIsLonger() {
        arena.free(arena.allocate(20 * MIB));
        long address = arena.allocate(30 * MIB);
        assertEquals(30 * MIB, arena.usedBytes());
        ArenaAudit.check(arena);
        arena.free(address);
        ArenaAudit.check(arena);
    }

    @Test
    void shouldFindARunOfItsOwnBinWhenNothingElseFits() {
        // 67 pages stand in the bin of 64 to 71; a wish of 66 looks from 72 on first.
        long address = arena.allocate(67 << PageRuns.PAGE_SHIFT);
        arena.allocate(arena.reservedBytes() - arena.extentBytes());
        arena.free(address);
        assertEquals(address, arena.allocate(66 << PageRuns.PAGE_SHIFT));
        ArenaAudit.check(arena);
    }

    @Test
    void shouldGrowInPlaceThroughAFreeEndBeyondTheFrontier() {
        long first = arena.allocate(MIB);
        arena.free(arena.allocate(MIB));
        assertTrue(arena.resizeInPlace(first, 5 * MIB));
        assertEquals(5 * MIB, arena.usedBytes());
        ArenaAudit.check(arena);
        assertFalse(arena.resizeInPlace(first, 33 * MIB));
        assertFalse(arena.resizeInPlace(first, Long.MAX_VALUE >>> 1));
        assertEquals(5 * MIB, arena.usedBytes());
        ArenaAudit.check(arena);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 2_000, 8_192, 8_193, 100_000})
    void shouldRefuseAndStayUsableWhenFull(int size) {
        List<Long> blocks = new ArrayList<>();
        assertThrows(OutOfMemory.class, () -> fill(blocks, size));
        assertEquals(blocks.size() * Arena.roundUp(size), arena.usedBytes(), "something leaked");
        ArenaAudit.check(arena);
        assertThrows(OutOfMemory.class, () -> arena.allocate(size));
        assertThrows(OutOfMemory.class, () -> arena.allocate(64 * MIB));
        assertThrows(OutOfMemory.class, () -> arena.allocate(Long.MAX_VALUE >>> 1));
        arena.free(blocks.remove(blocks.size() / 2));
        blocks.add(arena.allocate(size));
        blocks.forEach(arena::free);
        assertEquals(0, arena.usedBytes());
        ArenaAudit.check(arena);
        arena.free(arena.allocate(31 * MIB));
    }

    private void fill(List<Long> blocks, int size) {
        while (true) {
            blocks.add(arena.allocate(size));
        }
    }

    @Test
    void shouldReportWhenFreedTwice() {
        long slot = arena.allocate(40);
        arena.allocate(40);
        long run = arena.allocate(20_000);
        arena.allocate(20_000);
        arena.free(slot);
        arena.free(run);
        assertThrows(IllegalStateException.class, () -> arena.free(slot));
        assertThrows(IllegalStateException.class, () -> arena.free(run));
        ArenaAudit.check(arena);
    }

    @Test
    void shouldReportWhenFreedTwiceInASlabThatIsGone() {
        List<Long> slots = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            slots.add(arena.allocate(8_000));
        }
        slots.forEach(arena::free);
        assertThrows(IllegalStateException.class, () -> arena.free(slots.get(0)));
    }

    @Test
    void shouldReportWhenWhatIsFreedWasNeverAllocated() {
        long slot = arena.allocate(40);
        long run = arena.allocate(20_000);
        long[] wrong = {
            slot + 8,
            slot + 40,
            run + 4096,
            run + 8,
            arena.frontierAddress(),
            arena.limitAddress() + 4096,
            arena.frontierAddress() - arena.extentBytes(),
            0,
        };
        for (long address : wrong) {
            assertThrows(IllegalStateException.class, () -> arena.free(address));
        }
        ArenaAudit.check(arena);
    }

    @Test
    void shouldReportAccessesOutsideTheMapping() {
        Memory memory = arena.memory();
        long end = arena.limitAddress();
        memory.putByte(end - 1, (byte) 1);
        assertThrows(IndexOutOfBoundsException.class, () -> memory.putByte(end, (byte) 1));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.getLongUnaligned(end - 7));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(end - 8, 9, (byte) 0));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(end, -1, (byte) 0));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.getByte(0));
        assertThrows(IllegalStateException.class, () -> memory.getLong(end - 12));
        assertThrows(IllegalStateException.class, () -> memory.handle(end - 12));
    }

    @Test
    void shouldCopyEveryShortLengthExactly() {
        Memory memory = arena.memory();
        long to = arena.allocate(400);
        long from = arena.allocate(400);
        for (int length = 0; length <= 200; length++) {
            memory.fill(to, 400, (byte) 0x55);
            for (int i = 0; i < 400; i++) {
                memory.putByte(from + i, (byte) (i * 7 + length));
            }
            memory.copyIn(from + 3, to + 5, length);
            for (int i = 0; i < 400; i++) {
                int expected = i < 5 || i >= 5 + length ? 0x55 : (byte) ((i - 2) * 7 + length);
                assertEquals(expected, memory.getByte(to + i), "length " + length + " at " + i);
            }
        }
    }

    @Test
    void shouldGiveResidentMemoryBackWhenPurged() throws IOException {
        Assumptions.assumeTrue(Posix.isAvailable() && Files.exists(Path.of("/proc/self/statm")));
        try (Arena large = new Arena(512 * MIB, false)) {
            long keep = large.allocate(MIB);
            large.memory().fill(keep, MIB, (byte) 3);
            long before = residentBytes();
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 128; i++) {
                long block = large.allocate(MIB);
                large.memory().fill(block, MIB, (byte) 9);
                blocks.add(block);
            }
            long filled = residentBytes();
            assertTrue(filled - before > 96 * MIB, "filling cost " + (filled - before));
            blocks.forEach(large::free);
            assertEquals(128 * MIB, large.purge(64 << 10));
            long purged = residentBytes();
            assertTrue(filled - purged > 96 * MIB, "purging gave back " + (filled - purged));
            assertEquals(0, large.purge(64 << 10), "the same run was purged twice");
            assertEquals(3, large.memory().getByte(keep + MIB - 1));
            assertEquals(blocks.get(0), large.allocate(MIB));
            assertEquals(0, large.memory().getLong(blocks.get(0)));
            ArenaAudit.check(large);
        }
    }

    private static long residentBytes() throws IOException {
        String[] fields = Files.readString(Path.of("/proc/self/statm")).split(" ");
        return Long.parseLong(fields[1]) << 12;
    }

    @Test
    void shouldNotPurgeWhileTheBarrierIsArmed() {
        long block = arena.allocate(MIB);
        arena.memory().fill(block, MIB, (byte) 9);
        arena.free(block);
        arena.memory().arm((address, length) -> {});
        assertEquals(0, arena.purge(1));
        assertEquals(9, arena.memory().getByte(block));
        arena.memory().arm(null);
        Assumptions.assumeTrue(Posix.isAvailable());
        assertEquals(MIB, arena.purge(1));
    }

    @Test
    void shouldReachHandlesAboveTheSignedRange() {
        // Only reserved, not touched: the filler costs two descriptors.
        long reach = Memory.reach();
        try (Arena wide = new Arena(reach, false)) {
            assertEquals(reach, wide.reservedBytes());
            long filler = wide.allocate(reach / 2 + (64 << 20));
            assertEquals(filler, wide.memory().address(wide.memory().handle(filler)));
            long slot = wide.allocate(100);
            long run = wide.allocate(10 * MIB);
            assertTrue(wide.memory().handle(slot) < 0, "the handle is not above 2^31");
            assertEquals(slot, wide.memory().address(wide.memory().handle(slot)));
            assertEquals(run, wide.memory().address(wide.memory().handle(run)));
            wide.memory().fill(run, 10 * MIB, (byte) 5);
            wide.memory().putLong(slot, 77);
            assertEquals(77, wide.memory().getLong(slot));
            long last = wide.limitAddress() - (1 << Memory.GRANULE_SHIFT);
            assertEquals(-1, wide.memory().handle(last));
            assertEquals(last, wide.memory().address(-1));
            assertNotEquals(0, wide.memory().handle(filler));
            wide.free(filler);
            wide.free(run);
            ArenaAudit.check(wide);
            assertEquals(100, wide.sizeOf(slot), 28);
            wide.free(slot);
            assertEquals(0, wide.usedBytes());
        }
    }
}
