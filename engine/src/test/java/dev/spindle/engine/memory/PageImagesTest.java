package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageImagesTest {
    private static final int PAGE = PageImages.PAGE_BYTES;

    private static final int PAGES = 200;
    private static final int SNAPSHOTS = 100;

    private Arena arena;
    private PageImages images;
    private Memory live;
    private Memory frozen;
    private long place;

    @BeforeEach
    void open() {
        assumeTrue(Memory.hasBarrier());
        arena = new Arena(1, false);
        images = new PageImages(arena);
        live = arena.memory();
        frozen = arena.frozen(images).memory();
        place = arena.allocate((long) PAGES * PAGE);
    }

    @AfterEach
    void close() {
        images.close();
        arena.close();
    }

    private long page(int index) {
        return place + (long) index * PAGE;
    }

    @Test
    void shouldPreserveEachPageOnceHoweverOftenItIsStoredTo() {
        for (int round = 1; round <= 3; round++) {
            images.begin(-1, null);
            for (int i = 0; i < 2 * PAGES; i++) {
                // In no order.
                live.putLong(page(i * 7 % PAGES), round);
            }
            assertEquals(PAGES, images.pages());
            for (int i = 0; i < PAGES; i++) {
                assertEquals(round - 1, frozen.getLong(page(i)));
            }
            images.end();
        }
    }

    @Test
    void shouldPreserveBothPagesOfAStoreAcrossTheirBorder() {
        images.begin(-1, null);
        live.copyIn(page(3), page(1) - 4, 8);
        assertEquals(2, images.pages());
        live.copyIn(page(3), page(1) - 4, 8);
        assertEquals(2, images.pages());
        live.fill(page(0), 4L * PAGE, (byte) 1);
        assertEquals(4, images.pages());
        images.end();
    }

    @Test
    void shouldForgetWhatEarlierSnapshotsPreserved() {
        images.begin(-1, null);
        live.putLong(page(0), 1);
        images.end();
        for (int i = 1; i < SNAPSHOTS; i++) {
            images.begin(-1, null);
            images.end();
        }
        images.begin(-1, null);
        live.putLong(page(0), 2);

        assertEquals(1, images.pages());
        assertEquals(1, frozen.getLong(page(0)));
    }
}
