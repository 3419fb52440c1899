package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.perf.os.Posix;
import org.junit.jupiter.api.Test;

class PageToucherTest {

    @Test
    void shouldStayAheadOfTheFrontierAndFurtherWhenItMovesFast() {
        try (Arena arena = new Arena(256L << 20, false)) {
            PageToucher toucher = new PageToucher(arena);
            assertFalse(toucher.turn());
            assertEquals(
                    arena.frontierAddress() + PageToucher.MIN_AHEAD,
                    toucher.touchedTo(),
                    "an idle arena has the least");
            arena.allocate(2L << 20);
            assertTrue(toucher.turn());
            long ahead = toucher.touchedTo() - arena.frontierAddress();
            assertTrue(ahead > PageToucher.MIN_AHEAD, "ahead " + ahead);
            assertTrue(ahead <= PageToucher.MAX_AHEAD, "ahead " + ahead);
        }
    }

    @Test
    void shouldChangeNothingThatTheCoreHasWrittenMeanwhile() {
        try (Arena arena = new Arena(64L << 20, false)) {
            PageToucher toucher = new PageToucher(arena);
            // The core's frontier is ahead of what the toucher has seen: it touches used memory.
            long address = arena.allocate(1L << 20);
            arena.memory().fill(address, 1L << 20, (byte) 0xA5);
            toucher.turn();
            for (long i = 0; i < 1L << 20; i++) {
                assertEquals((byte) 0xA5, arena.memory().getByte(address + i));
            }
        }
    }

    @Test
    void shouldStopAtTheEndOfTheArena() {
        try (Arena arena = new Arena(4L << 20, false)) {
            PageToucher toucher = new PageToucher(arena);
            toucher.turn();
            assertEquals(arena.limitAddress(), toucher.touchedTo());
        }
    }

    @Test
    void shouldGiveBackWhatItTouchedAheadWhenTheLoadHasEnded() {
        assumeTrue(Posix.isAvailable());
        try (Arena arena = new Arena(256L << 20, false)) {
            PageToucher toucher = new PageToucher(arena);
            arena.allocate(8L << 20);
            toucher.turn();
            long most = toucher.touchedTo();
            assertTrue(most > arena.frontierAddress() + 4 * PageToucher.MIN_AHEAD);
            assertEquals(0, toucher.giveBackSlice(), "the frontier has just moved");
            long given = 0;
            for (long slice = toucher.giveBackSlice(); slice > 0; slice = toucher.giveBackSlice()) {
                assertTrue(slice <= 2L << 20, "slice " + slice);
                given += slice;
            }
            assertEquals(most - given, toucher.touchedTo());
            long left = toucher.touchedTo() - arena.frontierAddress();
            assertTrue(left >= PageToucher.MIN_AHEAD, "left " + left);
            assertTrue(left <= PageToucher.MIN_AHEAD + (2L << 20), "left " + left);
        }
    }
}
