package dev.spindle.engine.memory;

import dev.spindle.perf.counter.SingleWriterCounter;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Runs of whole pages: taken from free runs of a fitting size, else carved from the frontier, and merged with their free
 * neighbours when given back.
 *
 * <p>Free runs stand in bins by length: one bin for each length below 64 pages, then eight per doubling, so a search is a
 * few bit operations whatever the number of runs (the two-level scheme of TLSF). A wish of 64 pages or more starts at the
 * next bin, where every run fits; so taking and giving are O(1). Only when the frontier has reached the limit are the runs
 * of the wish's own bin looked through one by one.
 *
 * <pre>
 *   page 1 ................................. frontier ............................. limit
 *   [used run][free run][slab][used run]...  | never touched
 *              F ... T                         F, T: descriptors of first and last page hold the length
 * </pre>
 */
final class PageRuns {

    /** Logarithm of the page size in bytes. */
    static final int PAGE_SHIFT = 12;

    // Pages of a span that files give back, which has a bit.
    private static final int HOLES_SHIFT = 9;

    private static final int EXACT = 64;
    private static final int STEPS_SHIFT = 3;
    private static final int BINS = EXACT + (26 << STEPS_SHIFT);

    private final PageDescriptors descriptors;
    private final int limit;
    private final ArenaFiles files;
    private final int[] heads = new int[BINS];
    private final long[] occupied = new long[(BINS + 63) >>> 6];

    // Page 0 is never handed out, so that 0 can mean none.
    private int frontier = 1;
    private final SingleWriterCounter publishedFrontier = new SingleWriterCounter();
    private long freePages;

    /** Runs of an arena, which are those of files unless {@code files} is null. */
    PageRuns(PageDescriptors descriptors, int limit, ArenaFiles files) {
        this.descriptors = descriptors;
        this.limit = limit;
        this.files = files;
        publishedFrontier.set(frontier);
    }

    /** First page never handed out yet. */
    int frontier() {
        return frontier;
    }

    private void frontier(int page) {
        frontier = page;
        publishedFrontier.set(page);
    }

    /** The frontier for other threads, at most a moment old. */
    int publishedFrontier() {
        return (int) publishedFrontier.get();
    }

    /** Pages below the frontier that are in no use. */
    long freePages() {
        return freePages;
    }

    private static int binOf(int pages) {
        if (pages < EXACT) {
            return pages;
        }
        int log = 31 - Integer.numberOfLeadingZeros(pages);
        return EXACT + ((log - 6) << STEPS_SHIFT) + ((pages >>> (log - STEPS_SHIFT)) & 7);
    }

    /**
     * Takes a run.
     *
     * @return its first page, or 0 when there is no room.
     */
    int take(int pages) {
        int bin = binOf(pages);
        if (pages >= EXACT
                && (pages & ((1 << (31 - Integer.numberOfLeadingZeros(pages) - STEPS_SHIFT)) - 1))
                        != 0) {
            bin++;
        }
        int page = firstFrom(bin);
        int taken = page == 0 ? 0 : takeFree(page, pages);
        return taken == 0 ? carve(pages) : taken;
    }

    // 0 when a part of it was given back and there is no room for it any more.
    private int takeFree(int page, int pages) {
        if (!isRefilled(page, pages)) {
            return 0;
        }
        int length = descriptors.length(page);
        unlink(page, length);
        if (length > pages) {
            addFree(page + pages, length - pages);
        }
        use(page, pages);
        return page;
    }

    // A free run that ends at the frontier is the start of what is carved, so that freed memory at
    // the end is not walled off by every larger wish.
    private int carve(int pages) {
        int tail = freeBeforeFrontier();
        if (pages - tail > limit - frontier
                || !isBacked(frontier - tail + pages)
                || !isRefilled(frontier - tail, tail)) {
            return searchOwnBin(pages);
        }
        int page = frontier - tail;
        if (tail > 0) {
            unlink(page, tail);
            descriptors.state(frontier - 1, PageDescriptors.NONE);
        }
        frontier(page + pages);
        use(page, pages);
        return page;
    }

    private boolean isBacked(int page) {
        return files == null || files.back((long) page << PAGE_SHIFT);
    }

    private boolean isRefilled(int page, int pages) {
        return files == null || files.refill((long) page << PAGE_SHIFT, (long) pages << PAGE_SHIFT);
    }

    void writeState(DataOutput out) throws IOException {
        long[] holes = files == null ? new long[0] : files.holes();
        out.writeInt(holes.length);
        for (long spans : holes) {
            out.writeLong(spans);
        }
        out.writeInt(frontier);
        out.writeLong(freePages);
        for (int head : heads) {
            out.writeInt(head);
        }
        for (long bits : occupied) {
            out.writeLong(bits);
        }
    }

    void readState(DataInput in) throws IOException {
        int words = in.readInt();
        if (words < 0 || words > (limit >>> HOLES_SHIFT) + 1) {
            throw new IOException("more holes than pages");
        }
        long[] holes = new long[words];
        for (int i = 0; i < words; i++) {
            holes[i] = in.readLong();
        }
        int page = in.readInt();
        if (page < 1 || page > limit || !isTakenOver(page, holes)) {
            throw new IOException("more pages than there is room for");
        }
        frontier(page);
        freePages = in.readLong();
        for (int i = 0; i < heads.length; i++) {
            heads[i] = in.readInt();
        }
        for (int i = 0; i < occupied.length; i++) {
            occupied[i] = in.readLong();
        }
    }

    private boolean isTakenOver(int page, long[] holes) {
        return files == null || files.takeOver((long) page << PAGE_SHIFT, holes);
    }

    private int freeBeforeFrontier() {
        return switch (descriptors.state(frontier - 1)) {
            case PageDescriptors.FREE -> 1;
            case PageDescriptors.FREE_TAIL -> descriptors.length(frontier - 1);
            default -> 0;
        };
    }

    private int searchOwnBin(int pages) {
        for (int page = heads[binOf(pages)]; page != 0; page = descriptors.next(page)) {
            if (descriptors.length(page) >= pages) {
                return takeFree(page, pages);
            }
        }
        return 0;
    }

    private void use(int page, int pages) {
        descriptors.state(page, PageDescriptors.RUN);
        descriptors.length(page, pages);
        if (pages > 1) {
            descriptors.state(page + pages - 1, PageDescriptors.NONE);
        }
    }

    private int firstFrom(int bin) {
        int word = bin >>> 6;
        if (word >= occupied.length) {
            return 0;
        }
        long bits = occupied[word] & (-1L << bin);
        while (bits == 0) {
            if (++word == occupied.length) {
                return 0;
            }
            bits = occupied[word];
        }
        return heads[(word << 6) + Long.numberOfTrailingZeros(bits)];
    }

    /** Gives a run back; its length is in its descriptor. */
    void give(int page) {
        give(page, descriptors.length(page));
    }

    /** Gives a run back whose descriptor was used for something else. */
    void give(int page, int length) {
        int from = page;
        int to = page + length;
        if (to < frontier && descriptors.state(to) == PageDescriptors.FREE) {
            int behind = descriptors.length(to);
            unlink(to, behind);
            descriptors.state(to, PageDescriptors.NONE);
            to += behind;
        }
        int before = descriptors.state(from - 1);
        if (before == PageDescriptors.FREE) {
            from -= 1;
            unlink(from, 1);
        } else if (before == PageDescriptors.FREE_TAIL) {
            int ahead = descriptors.length(from - 1);
            descriptors.state(from - 1, PageDescriptors.NONE);
            from -= ahead;
            unlink(from, ahead);
        }
        descriptors.state(page, PageDescriptors.NONE);
        addFree(from, to - from);
    }

    /** Cuts the tail off a run in use and gives it back. */
    void shrink(int page, int pages) {
        int length = descriptors.length(page);
        if (length > pages) {
            descriptors.length(page, pages);
            give(page + pages, length - pages);
        }
    }

    /** Makes a run in use longer in place where the pages behind it are free. */
    boolean extend(int page, int pages) {
        int length = descriptors.length(page);
        int behind = page + length;
        int missing = pages - length;
        if (behind == frontier) {
            if (missing > limit - frontier || !isBacked(frontier + missing)) {
                return false;
            }
            frontier(frontier + missing);
        } else {
            if (descriptors.state(behind) != PageDescriptors.FREE) {
                return false;
            }
            int free = descriptors.length(behind);
            if (!isRefilled(behind, Math.min(free, missing))) {
                return false;
            }
            if (free < missing) {
                if (behind + free != frontier
                        || missing - free > limit - frontier
                        || !isBacked(frontier + missing - free)) {
                    return false;
                }
                frontier(frontier + missing - free);
            }
            unlink(behind, free);
            descriptors.state(behind, PageDescriptors.NONE);
            descriptors.state(behind + free - 1, PageDescriptors.NONE);
            if (free > missing) {
                addFree(behind + missing, free - missing);
            }
        }
        descriptors.length(page, pages);
        return true;
    }

    private void addFree(int page, int pages) {
        descriptors.state(page, PageDescriptors.FREE);
        descriptors.length(page, pages);
        descriptors.detail(page, 0);
        if (pages > 1) {
            descriptors.state(page + pages - 1, PageDescriptors.FREE_TAIL);
            descriptors.length(page + pages - 1, pages);
        }
        int bin = binOf(pages);
        int head = heads[bin];
        descriptors.previous(page, 0);
        descriptors.next(page, head);
        if (head != 0) {
            descriptors.previous(head, page);
        }
        heads[bin] = page;
        occupied[bin >>> 6] |= 1L << bin;
        freePages += pages;
    }

    private void unlink(int page, int pages) {
        int bin = binOf(pages);
        int previous = descriptors.previous(page);
        int next = descriptors.next(page);
        if (previous == 0) {
            heads[bin] = next;
            if (next == 0) {
                occupied[bin >>> 6] &= ~(1L << bin);
            }
        } else {
            descriptors.next(previous, next);
        }
        if (next != 0) {
            descriptors.previous(next, previous);
        }
        freePages -= pages;
    }

    /** Free runs looked at per bin in a round of {@link #nextDirty}; those freed last come first. */
    private static final int RUNS_PER_BIN = 8;

    /**
     * Finds a free run of at least so many pages whose memory was not given back since it became free, the longest first. It
     * looks at a bounded number of runs, so it may miss some until others are gone.
     *
     * @return its first page, or 0.
     */
    int nextDirty(int atLeast) {
        int lowest = binOf(atLeast);
        for (int bin = BINS - 1; bin >= lowest; bin--) {
            if ((occupied[bin >>> 6] & 1L << bin) == 0) {
                continue;
            }
            int page = heads[bin];
            for (int i = 0; i < RUNS_PER_BIN && page != 0; i++) {
                if (descriptors.detail(page) == 0 && descriptors.length(page) >= atLeast) {
                    return page;
                }
                page = descriptors.next(page);
            }
        }
        return 0;
    }

    /**
     * Looks page by page for a free run of at least so many pages whose memory was not given back: finds those that {@link #nextDirty}
     * misses.
     *
     * @param from a page to begin at.
     * @param most runs and slabs to look at.
     * @return its first page; else, below 0, the negative of where to go on, which is the first page at the end.
     */
    int walkDirty(int from, int atLeast, int most) {
        int page = Math.max(1, from);
        for (int i = 0; i < most && page < frontier; i++) {
            if (descriptors.state(page) == PageDescriptors.FREE
                    && descriptors.detail(page) == 0
                    && descriptors.length(page) >= atLeast) {
                return page;
            }
            page += descriptors.span(page);
        }
        return page < frontier ? -page : -1;
    }

    /** Whether a page is the first of a free run of a length whose memory was not given back. */
    boolean isDirty(int page, int pages) {
        return page < frontier
                && descriptors.state(page) == PageDescriptors.FREE
                && descriptors.detail(page) == 0
                && descriptors.length(page) == pages;
    }

    /** Pages of a free run. */
    int freeLength(int page) {
        return descriptors.length(page);
    }

    /** Notes that the memory of a free run was given back. */
    void markClean(int page) {
        descriptors.detail(page, 1);
    }

    /** Receives free runs. */
    @FunctionalInterface
    interface RunVisitor {
        /** One free run; answers whether its memory was given back. */
        boolean run(int page, int pages);
    }

    /**
     * Visits free runs of at least so many pages whose memory was not given back since they became free, and marks those
     * whose memory the visitor gave back.
     */
    void visitDirty(int atLeast, RunVisitor visitor) {
        for (int bin = binOf(atLeast); bin < BINS; bin++) {
            for (int page = heads[bin]; page != 0; page = descriptors.next(page)) {
                if (descriptors.detail(page) == 0 && descriptors.length(page) >= atLeast) {
                    descriptors.detail(page, visitor.run(page, descriptors.length(page)) ? 1 : 0);
                }
            }
        }
    }
}
