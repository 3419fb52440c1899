package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Walks every page of an arena and checks what its descriptors say against each other and against the totals. */
public final class ArenaAudit {

    private static final int SLAB_PAGES = SizeClasses.SLAB_BYTES >>> PageRuns.PAGE_SHIFT;

    private final Arena arena;
    private final PageDescriptors descriptors;
    private final long start;
    private long used;
    private long freeRuns;
    private long slabFree;
    private long allocations;
    private int longestFree;
    private int leaving;

    private ArenaAudit(Arena arena) {
        this.arena = arena;
        this.descriptors = arena.descriptors();
        this.start = arena.frontierAddress() - arena.extentBytes();
    }

    /**
     * Audits an arena.
     *
     * @return pages of its longest free run.
     */
    public static int check(Arena arena) {
        ArenaAudit audit = new ArenaAudit(arena);
        audit.walk();
        assertEquals(audit.used, arena.usedBytes(), "used bytes");
        assertEquals(audit.freeRuns << PageRuns.PAGE_SHIFT, arena.freeRunBytes(), "free run bytes");
        assertEquals(audit.slabFree, arena.slabFreeBytes(), "free bytes in slabs");
        assertEquals(audit.allocations, arena.allocations(), "allocations");
        assertEquals(audit.leaving, arena.leaving(), "slabs being emptied");
        return audit.longestFree;
    }

    private void walk() {
        int frontier = (int) (arena.extentBytes() >>> PageRuns.PAGE_SHIFT);
        int page = 1;
        boolean behindFree = false;
        while (page < frontier) {
            int state = descriptors.state(page);
            boolean free = state == PageDescriptors.FREE;
            assertTrue(!(free && behindFree), "two free runs side by side at page " + page);
            behindFree = free;
            page +=
                    switch (state) {
                        case PageDescriptors.SLAB, PageDescriptors.LEAVING -> slab(page);
                        case PageDescriptors.RUN -> run(page);
                        case PageDescriptors.FREE -> freeRun(page);
                        default -> throw new AssertionError("page " + page + " state " + state);
                    };
        }
        assertEquals(frontier, page, "the last run passes the frontier");
    }

    private int run(int page) {
        int length = descriptors.length(page);
        assertTrue(length > 0, "length of a run");
        interior(page + 1, page + length);
        used += (long) length << PageRuns.PAGE_SHIFT;
        allocations++;
        return length;
    }

    private int freeRun(int page) {
        int length = descriptors.length(page);
        assertTrue(length > 0, "length of a free run");
        if (length > 1) {
            assertEquals(PageDescriptors.FREE_TAIL, descriptors.state(page + length - 1));
            assertEquals(length, descriptors.length(page + length - 1));
            interior(page + 1, page + length - 1);
        }
        freeRuns += length;
        longestFree = Math.max(longestFree, length);
        return length;
    }

    private void interior(int from, int to) {
        // The descriptors of a huge run were never touched; a few at each end tell as much.
        for (int page = from; page < to; page++) {
            if (page == from + 1000 && to - from > 2000) {
                page = to - 1000;
            }
            assertEquals(PageDescriptors.NONE, descriptors.state(page), "interior page " + page);
        }
    }

    private int slab(int page) {
        leaving += descriptors.state(page) == PageDescriptors.LEAVING ? 1 : 0;
        for (int i = 1; i < SLAB_PAGES; i++) {
            assertEquals(PageDescriptors.SLAB_INTERIOR, descriptors.state(page + i));
            assertEquals(i, descriptors.detail(page + i));
        }
        int size = SizeClasses.sizeOf(descriptors.detail(page));
        int slots = SizeClasses.SLAB_BYTES / size;
        int bump = descriptors.bump(page);
        int inUse = descriptors.used(page);
        assertTrue(bump <= slots && inUse <= bump, "slots of slab " + page);
        int free = 0;
        long address = start + ((long) page << PageRuns.PAGE_SHIFT);
        for (int at = descriptors.freeHead(page); at != 0; free++) {
            assertTrue(at <= bump && free <= bump, "free list of slab " + page);
            long slot = address + (long) (at - 1) * size;
            assertEquals(0, arena.memory().getByte(slot), "first byte of a free slot");
            at = arena.memory().getShort(slot + 2) & 0xFFFF;
        }
        assertEquals(bump, inUse + free, "every slot ever used is in use or free");
        used += (long) inUse * size;
        slabFree += (long) (slots - inUse) * size;
        allocations += inUse;
        return SLAB_PAGES;
    }
}
