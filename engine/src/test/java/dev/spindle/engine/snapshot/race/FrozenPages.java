package dev.spindle.engine.snapshot.race;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.PageImages;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two pages of zeros, live and as of an epoch that has just begun. Arenas are used again and again, in a ring that is longer
 * than the states that jcstress has at a time.
 */
class FrozenPages {

    static final int PAGE = PageImages.PAGE_BYTES;

    private static final int RING = 4096;
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final Place[] PLACES = places();

    /** Stores of the core. */
    final Memory live;

    /** Loads of the reader. */
    final Memory frozen;

    /** First byte of the first page. */
    final long first;

    /** First byte of the second page. */
    final long second;

    FrozenPages() {
        Place place = PLACES[NEXT.getAndIncrement() & RING - 1];
        place.images.end();
        place.arena.memory().fill(place.pages, 2 * PAGE, (byte) 0);
        place.images.begin(-1, null);
        live = place.arena.memory();
        frozen = place.frozen;
        first = place.pages;
        second = first + PAGE;
    }

    private static Place[] places() {
        Place[] made = new Place[RING];
        for (int i = 0; i < RING; i++) {
            made[i] = new Place();
        }
        return made;
    }

    private static final class Place {
        private final Arena arena = new Arena(1, false);
        private final PageImages images = new PageImages(arena);
        private final Memory frozen = arena.frozen(images).memory();
        private final long pages = arena.allocate(3 * PAGE);
    }
}
