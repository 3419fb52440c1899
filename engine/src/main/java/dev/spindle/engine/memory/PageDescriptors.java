package dev.spindle.engine.memory;

import org.agrona.UnsafeApi;

/**
 * Layout of the 16-byte descriptor that stands for each 4 KiB page, in a mapping beside the data.
 *
 * <pre>
 *   0  u8   state
 *   1  u8   slab: size class            interior of a slab: pages back to its first
 *   2  u16  slab: slots in use
 *   4  u16  slab: head of the free list (slot + 1; 0: none)   | run: u32 length in pages
 *   6  u16  slab: first slot never used yet                   |
 *   8  u32  previous in list (page number; 0: none)
 *  12  u32  next in list
 * </pre>
 */
final class PageDescriptors {

    static final int SHIFT = 4;

    /** Not yet carved from the frontier, or interior of a run. */
    static final int NONE = 0;

    /** First page of a slab. */
    static final int SLAB = 1;

    /** Another page of a slab. */
    static final int SLAB_INTERIOR = 2;

    /** First page of a run in use. */
    static final int RUN = 3;

    /** First page of a free run. */
    static final int FREE = 4;

    /** Last page of a free run of more than one page. */
    static final int FREE_TAIL = 5;

    /** First page of a slab that is being emptied: no slot is taken from it. */
    static final int LEAVING = 6;

    private final long base;

    PageDescriptors(long base) {
        this.base = base;
    }

    private long at(int page) {
        return base + ((page & 0xFFFF_FFFFL) << SHIFT);
    }

    int state(int page) {
        return UnsafeApi.getByte(at(page));
    }

    void state(int page, int state) {
        UnsafeApi.putByte(at(page), (byte) state);
    }

    int detail(int page) {
        return UnsafeApi.getByte(at(page) + 1) & 0xFF;
    }

    void detail(int page, int detail) {
        UnsafeApi.putByte(at(page) + 1, (byte) detail);
    }

    int used(int page) {
        return UnsafeApi.getShort(at(page) + 2) & 0xFFFF;
    }

    void used(int page, int used) {
        UnsafeApi.putShort(at(page) + 2, (short) used);
    }

    int freeHead(int page) {
        return UnsafeApi.getShort(at(page) + 4) & 0xFFFF;
    }

    void freeHead(int page, int slotPlusOne) {
        UnsafeApi.putShort(at(page) + 4, (short) slotPlusOne);
    }

    int bump(int page) {
        return UnsafeApi.getShort(at(page) + 6) & 0xFFFF;
    }

    void bump(int page, int slot) {
        UnsafeApi.putShort(at(page) + 6, (short) slot);
    }

    int length(int page) {
        return UnsafeApi.getInt(at(page) + 4);
    }

    void length(int page, int pages) {
        UnsafeApi.putInt(at(page) + 4, pages);
    }

    int previous(int page) {
        return UnsafeApi.getInt(at(page) + 8);
    }

    void previous(int page, int other) {
        UnsafeApi.putInt(at(page) + 8, other);
    }

    int next(int page) {
        return UnsafeApi.getInt(at(page) + 12);
    }

    void next(int page, int other) {
        UnsafeApi.putInt(at(page) + 12, other);
    }

    /**
     * Pages from a page to the next of which something is known: as long as the slab or run is that it is the first page of, else 1. A
     * walk that begins within one so feels its way to the next start.
     */
    int span(int page) {
        return switch (state(page)) {
            case SLAB, LEAVING -> SizeClasses.SLAB_BYTES >>> PageRuns.PAGE_SHIFT;
            case RUN, FREE -> Math.max(1, length(page));
            default -> 1;
        };
    }
}
