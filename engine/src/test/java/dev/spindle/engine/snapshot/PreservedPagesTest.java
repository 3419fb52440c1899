package dev.spindle.engine.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.TableWalk;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.PageImages;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a snapshot preserves, counted by others than those who preserve it: a listener to all stores, and a copy of all memory in use that was taken at
 * the epoch and is compared with what is there in the end. A slow reader sweeps the data meanwhile, and writers of all types are busy.
 */
class PreservedPagesTest {

    private static final int KEYS = 20_000;
    private static final int COMMANDS = 30_000;
    private static final int PAGE = PageImages.PAGE_BYTES;

    /** The bar: so much more than what was written may be preserved. */
    private static final double MOST = 1.1;

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final EngineHarness harness = new EngineHarness(128L << 20);
    private final Arena arena = harness.engine().arena();
    private final Memory memory = arena.memory();
    private final Snapshots snapshots = harness.engine().snapshots();
    private final long base = arena.limitAddress() - arena.reservedBytes();
    private final BitSet written = new BitSet();

    @AfterEach
    void close() {
        harness.close();
    }

    private static String[] command(Random random, int keys) {
        String key = ":" + random.nextInt(keys);
        String member = "m" + random.nextInt(30);
        String text = "v".repeat(random.nextInt(200));
        String number = Integer.toString(random.nextInt(1000));
        return switch (random.nextInt(14)) {
            case 0 -> new String[] {"SET", "s" + key, text};
            case 1 -> new String[] {"APPEND", "s" + key, text};
            case 2 -> new String[] {"SETRANGE", "s" + key, number, text};
            case 3 -> new String[] {"INCRBY", "i" + key, number};
            case 4 -> new String[] {"HSET", "h" + key, member, text};
            case 5 -> new String[] {"SADD", "t" + key, member, number};
            case 6 -> new String[] {"ZADD", "z" + key, number, member};
            case 7 -> new String[] {"RPUSH", "l" + key, text};
            case 8 -> new String[] {"LPOP", "l" + key};
            case 9 -> new String[] {"XADD", "x" + key, "*", member, text};
            case 10 -> new String[] {"DEL", "sihtzlx".charAt(random.nextInt(7)) + key};
            case 11 -> new String[] {"EXPIRE", "s" + key, number};
            case 12 -> new String[] {"GET", "s" + key};
            default -> new String[] {"HGET", "h" + key, member};
        };
    }

    private int pagesInUse() {
        return (int) ((arena.frontierAddress() - base) / PAGE);
    }

    private byte[] copy(Memory from, int pages) {
        byte[] all = new byte[pages * PAGE];
        from.copyOut(base, all, 0, all.length);
        return all;
    }

    private int changed(byte[] before, byte[] now) {
        int pages = 0;
        for (int at = 0; at < before.length; at += PAGE) {
            pages += Arrays.equals(before, at, at + PAGE, now, at, at + PAGE) ? 0 : 1;
        }
        return pages;
    }

    @Test
    void shouldPreserveHardlyMoreThanWhatWritersChange() {
        for (int i = 0; i < 5 * KEYS; i++) {
            harness.command(command(random, KEYS));
        }
        for (int round = 0; round < 3; round++) {
            // Few keys are hot, then more: what is written to again must not be preserved again.
            sweepUnderWriters(KEYS >> 4 - 2 * round);
        }
    }

    private void sweepUnderWriters(int hotKeys) {
        String where = "seed " + seed + ", " + hotKeys + " keys written to: ";
        int inUse = pagesInUse();
        byte[] epoch = copy(memory, inUse);
        written.clear();
        Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
        PageImages images = snapshots.images();
        memory.arm(
                (address, length) -> {
                    long last = Math.min(inUse - 1L, (address + length - 1 - base) / PAGE);
                    int first = (int) ((address - base) / PAGE);
                    if (first <= last) {
                        written.set(first, (int) last + 1);
                    }
                    images.beforeStore(address, length);
                });
        DataView view = snapshot.view();
        TableWalk walk = new TableWalk();
        walk.start(view.table(0));
        long keys = view.keys();
        long commands = 0;
        long swept = 0;
        while (walk.next()) {
            swept++;
            for (; commands < swept * COMMANDS / keys; commands++) {
                harness.command(command(random, hotKeys));
                harness.clock().advanceMs(1);
            }
            if ((swept & 1023) == 0) {
                assertPreserved(where + "after " + swept + " of " + keys + " keys, ");
            }
        }
        assertEquals(keys, swept);
        assertPreserved(where);
        assertArrayEquals(epoch, copy(view.arena().memory(), inUse), where);
        int changed = changed(epoch, copy(memory, inUse));
        assertTrue(changed <= snapshots.preservedPages(), where + changed + " pages changed");
        assertTrue(
                snapshots.preservedPages() <= MOST * changed,
                where + snapshots.preservedPages() + " preserved, " + changed + " pages changed");
        long bytes = snapshots.preservedBytes();
        snapshot.end();
        assertEquals(bytes, snapshots.lastPreservedBytes(), where);
        assertEquals(0, snapshots.preservedBytes(), where);
    }

    private void assertPreserved(String where) {
        long preserved = snapshots.preservedPages();
        assertTrue(
                preserved <= MOST * written.cardinality(),
                where + preserved + " preserved, " + written.cardinality() + " written to");
        assertTrue(snapshots.peakBytes() >= preserved * PAGE, where);
    }
}
