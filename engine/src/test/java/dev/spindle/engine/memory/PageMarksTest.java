package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.spindle.perf.agent.Threads;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageMarksTest {
    private static final int PAGES = 1003;
    private static final int SNAPSHOTS = 20_000;

    private final PageMarks marks = new PageMarks(PAGES);

    @AfterEach
    void close() {
        marks.close();
    }

    private static int marked(long bits) {
        int count = 0;
        for (int page = 0; page <= PAGES; page++) {
            count += PageMarks.bitOf(bits, page);
        }
        return count;
    }

    @Test
    void shouldMarkEachPageOnItsOwn() {
        long bits = marks.begin();
        for (int page = 0; page < PAGES; page += 3) {
            PageMarks.mark(bits, page);
        }
        for (int page = 0; page <= PAGES; page++) {
            assertEquals(page < PAGES && page % 3 == 0 ? 1 : 0, PageMarks.bitOf(bits, page));
        }
    }

    @Test
    void shouldBeginWithoutMarksWhoeverWipes() {
        for (boolean wipes : new boolean[] {false, true, false}) {
            for (int round = 0; round < 3; round++) {
                long bits = marks.begin();
                assertEquals(0, marked(bits));
                PageMarks.mark(bits, 0);
                PageMarks.mark(bits, PAGES - 1);
                assertEquals(2, marked(bits));
                marks.end(PAGES);
                if (wipes) {
                    marks.wipe();
                    assertEquals(0, marked(bits), "wiped before it is needed");
                }
            }
        }
    }

    @Test
    void shouldLeaveTheMarksOfASnapshotAloneWhileItRuns() {
        long first = marks.begin();
        PageMarks.mark(first, 1);
        marks.end(PAGES);
        long second = marks.begin();
        PageMarks.mark(second, 2);

        marks.wipe();

        assertNotEquals(first, second);
        assertEquals(0, marked(first));
        assertEquals(1, marked(second));
    }

    @Test
    void shouldRefuseASecondSnapshotBesideTheFirstOnceBothSetsAreTaken() {
        marks.begin();
        marks.begin();
        assertThrows(IllegalStateException.class, marks::begin);
    }

    @Test
    void shouldNeverLoseAMarkToTheThreadThatWipes() {
        AtomicBoolean done = new AtomicBoolean();
        Thread wiper =
                new Thread(
                        () -> {
                            while (!done.get()) {
                                marks.wipe();
                            }
                        });
        wiper.start();
        try {
            for (int i = 0; i < SNAPSHOTS; i++) {
                long bits = marks.begin();
                int page = i % PAGES;
                assertEquals(0, PageMarks.bitOf(bits, page));
                assertEquals(0, PageMarks.bitOf(bits, PAGES - 1 - page));
                PageMarks.mark(bits, page);
                PageMarks.mark(bits, PAGES - 1 - page);
                if (i % 16 == 0) {
                    Thread.yield();
                    assertEquals(page == PAGES - 1 - page ? 1 : 2, marked(bits));
                }
                assertEquals(1, PageMarks.bitOf(bits, page));
                marks.end(PAGES);
            }
        } finally {
            done.set(true);
            Threads.join(wiper);
        }
    }
}
