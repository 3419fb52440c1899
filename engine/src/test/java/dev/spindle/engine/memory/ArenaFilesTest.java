package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.os.Posix;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An arena over files in memory: what is free is given back to the machine, and no page is used that has no room. */
class ArenaFilesTest {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long MIB = 1 << 20;
    private static final long LENGTH = Arena.lengthFor(256 * MIB);
    private static final long STAT_BLOCK = 512;

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Path directory;
    private Arena arena;

    @BeforeEach
    void open() throws IOException {
        Assumptions.assumeTrue(
                Posix.isAvailable()
                        && Files.isDirectory(MEMORY)
                        && Files.getFileStore(MEMORY).type().equals("tmpfs"));
        directory = Files.createTempDirectory(MEMORY, "spindle-test-");
        arena = new Arena(ArenaFiles.open(directory, LENGTH), false);
    }

    @AfterEach
    void close() throws IOException {
        if (directory != null) {
            arena.close();
            ArenaFiles.delete(directory);
            Files.delete(directory);
        }
    }

    // What the file takes of the machine's memory.
    private long room() throws IOException {
        Process stat =
                new ProcessBuilder("stat", "-c", "%b", directory.resolve("data").toString())
                        .start();
        try (var out = stat.inputReader()) {
            return Long.parseLong(out.readLine().trim()) * STAT_BLOCK;
        }
    }

    private List<Long> fill(int blocks) {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            long block = arena.allocate(MIB);
            arena.memory().fill(block, MIB, (byte) 9);
            all.add(block);
        }
        return all;
    }

    private long purgeInSlices() {
        long given = 0;
        for (long slice = arena.purgeSlice(MIB); slice > 0; slice = arena.purgeSlice(MIB)) {
            given += slice;
        }
        return given;
    }

    private long base() {
        return arena.limitAddress() - arena.reservedBytes();
    }

    private long filled(byte value) {
        long block = arena.allocate(MIB);
        arena.memory().fill(block, MIB, value);
        return block;
    }

    /** Closes and opens it; answers how far everything has moved. */
    private long reopen() throws IOException {
        long before = base();
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        arena.writeState(new DataOutputStream(state));
        arena.close();
        arena = new Arena(ArenaFiles.open(directory, LENGTH), false);
        arena.readState(new DataInputStream(new ByteArrayInputStream(state.toByteArray())));
        return base() - before;
    }

    @Test
    void shouldGiveRoomOfFreedBlocksBackAndTakeItAgain() throws IOException {
        long keep = filled((byte) 3);
        List<Long> blocks = fill(128);
        long end = filled((byte) 4);
        long filled = room();
        blocks.forEach(arena::free);
        long given = purgeInSlices();
        assertTrue(given >= 124 * MIB, given + " bytes given back");
        assertEquals(filled - given, room());
        assertEquals(0, arena.purge(0), "there was something left");
        fill(128);
        assertEquals(filled, room());
        assertEquals(3, arena.memory().getByte(keep + MIB - 1));
        assertEquals(4, arena.memory().getByte(end));
        ArenaAudit.check(arena);
    }

    @Test
    void shouldNotTakeRoomThatWasGivenBackWhenItIsOpenedAgain() throws IOException {
        long keep = filled((byte) 3);
        List<Long> blocks = fill(100);
        long end = filled((byte) 4);
        blocks.forEach(arena::free);
        long filled = room();
        long given = arena.purge(0);
        assertTrue(given >= 96 * MIB, given + " bytes given back");
        long moved = reopen();
        assertEquals(filled - given, room());
        assertEquals(3, arena.memory().getByte(keep + moved));
        assertEquals(4, arena.memory().getByte(end + moved));
        ArenaAudit.check(arena);
        fill(100);
        assertEquals(filled, room());
        reopen();
        assertEquals(filled, room());
    }

    /** Blocks of all sizes come and go, grow in place and are given back in between: those in use never lie in a hole. */
    @Test
    void shouldNeverUseAPageWithoutRoom() throws IOException {
        List<Long> blocks = new ArrayList<>();
        for (int round = 0; round < 3000; round++) {
            if (random.nextInt(100) < 52 || blocks.isEmpty()) {
                long size = 1 + (long) (random.nextDouble() * random.nextDouble() * 12 * MIB);
                try {
                    long block = arena.allocate(size);
                    arena.memory().fill(block, arena.sizeOf(block), (byte) 7);
                    blocks.add(block);
                } catch (OutOfMemory full) {
                    arena.free(blocks.remove(random.nextInt(blocks.size())));
                }
            } else if (random.nextInt(4) == 0) {
                long block = blocks.get(random.nextInt(blocks.size()));
                if (arena.resizeInPlace(block, arena.sizeOf(block) + random.nextInt(4 << 20))) {
                    arena.memory().fill(block, arena.sizeOf(block), (byte) 7);
                }
            } else {
                arena.free(blocks.remove(random.nextInt(blocks.size())));
            }
            if (round % 50 == 0) {
                purgeInSlices();
                assertNoneInHole(blocks);
            }
            if (round % 1000 == 999) {
                long moved = reopen();
                blocks.replaceAll(block -> block + moved);
                assertNoneInHole(blocks);
                ArenaAudit.check(arena);
            }
        }
    }

    // A page in a hole reads as zeros.
    private void assertNoneInHole(List<Long> blocks) {
        for (long block : blocks) {
            long end = block + arena.sizeOf(block);
            for (long at = block; at < end; at += 4096) {
                assertEquals(7, arena.memory().getByte(at), "seed " + seed);
            }
        }
    }
}
