package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is ready when; the turns are the test's, no thread runs. */
class ImageToucherTest {

    private static final long PRESERVED = 40L << 20;

    private final Arena arena = new Arena(128L << 20, false);
    private final PageImages images = new PageImages(arena);
    private final ImageToucher toucher = new ImageToucher(images);

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
    void shouldGiveBackAllButTheLeastAfterASnapshot() {
        arena.allocate(PRESERVED);
        snapshotOfMuch();
        // A span in a turn, so that a snapshot that begins does not wait.
        assertTrue(turnsWithWork() >= (PRESERVED - ImageToucher.KEPT) / ImageToucher.SPAN);
        assertEquals(ImageToucher.KEPT, toucher.readyBytes());
    }
}
