package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.clock.ManualClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is ready when; the turns are the test's, no thread runs. */
class ImageToucherTest {

    private static final long PRESERVED = 40L << 20;
    private static final long KEEP_NS = 1_000_000;

    private final Arena arena = new Arena(128L << 20, false);
    private final PageImages images = new PageImages(arena);
    private final ManualClock clock = new ManualClock();
    private final ImageToucher toucher = new ImageToucher(images, clock);

    @AfterEach
    void close() {
        images.close();
        arena.close();
    }

    private void snapshotOfMuch() {
        long first = arena.limitAddress() - arena.reservedBytes();
        images.begin(-1, () -> {});
        toucher.begin();
        images.beforeStore(first, PRESERVED);
        assertTrue(toucher.turn());
        assertTrue(toucher.readyBytes() >= PRESERVED + ImageToucher.LEAST_AHEAD);
        toucher.end();
        images.end();
    }

    private int turnsWithWork() {
        int turns = 0;
        while (toucher.turn()) {
            turns++;
        }
        return turns;
    }

    @Test
    void shouldHaveSomeReadyBeforeTheFirstSnapshot() {
        assertFalse(toucher.turn());
        assertEquals(ImageToucher.AT_FIRST, toucher.readyBytes());
    }

    @Test
    void shouldGiveBackAllButTheLeastAtOnceUnlessToldToKeepIt() {
        arena.allocate(PRESERVED);
        snapshotOfMuch();
        // A span in a turn, so that a snapshot that begins does not wait.
        assertTrue(turnsWithWork() >= (PRESERVED - ImageToucher.LEAST_KEPT) / ImageToucher.SPAN);
        assertEquals(ImageToucher.LEAST_KEPT, toucher.readyBytes());
    }

    @Test
    void shouldKeepAllForAsLongAsToldAndThenGiveItBack() {
        arena.allocate(PRESERVED);
        toucher.keep(KEEP_NS);
        snapshotOfMuch();
        long ready = toucher.readyBytes();
        assertEquals(0, turnsWithWork());
        clock.advanceNs(KEEP_NS - 1);
        assertEquals(0, turnsWithWork());
        assertEquals(ready, toucher.readyBytes());
        clock.advanceNs(1);
        assertTrue(turnsWithWork() > 0);
        assertEquals(ImageToucher.LEAST_KEPT, toucher.readyBytes());
    }

    @Test
    void shouldCountFromTheEndOfTheLastSnapshot() {
        arena.allocate(PRESERVED);
        toucher.keep(KEEP_NS);
        snapshotOfMuch();
        clock.advanceNs(KEEP_NS - 1);
        snapshotOfMuch();
        clock.advanceNs(KEEP_NS - 1);
        assertEquals(0, turnsWithWork());
        assertTrue(toucher.readyBytes() > PRESERVED);
    }

    @Test
    void shouldGiveBackWhatItKeptWhenItIsToldToKeepNothing() {
        arena.allocate(PRESERVED);
        toucher.keep(KEEP_NS);
        snapshotOfMuch();
        toucher.keep(0);
        assertTrue(turnsWithWork() > 0);
        assertEquals(ImageToucher.LEAST_KEPT, toucher.readyBytes());
    }
}
