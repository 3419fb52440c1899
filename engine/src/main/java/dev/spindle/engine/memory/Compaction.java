package dev.spindle.engine.memory;

import java.util.Arrays;

/**
 * Decides which slabs are to be emptied, so that few full slabs take the place of many sparse ones and the pages between can
 * be given back. It knows nothing of what the objects are: whoever references one lets {@link #move} have it, and notes where it
 * stands afterwards.
 *
 * <pre>
 *   address  low ------------------------------------------------------- high
 *   class A  [9/10]    [2/10] [1/10]          [2/10]    [10/10] [1/10]
 *             full      stays  stays           leaves    full    leaves
 * </pre>
 *
 * Of each class, slabs that are at least {@link #FULL_PARTS} eighths full stay: to move their objects would cost much and gain
 * little. Of the others, those lowest in memory stay, as many as can hold all their objects and {@link #SPARE_PARTS}th
 * more; the rest leaves. What leaves is thus at the end of the memory, where freed pages lie side by side and go back in long
 * runs. To take the sparsest slabs first would move less but free pages all over the place, which the operating system takes
 * back one by one; and to compare with the mean, as Redis does, needs several passes to where this gets in one.
 *
 * <p>Three walks over the page descriptors, each in steps: count, choose, and at the end release what could not be emptied.
 * Memory changes between steps; counts are then a little off, which costs some spare room and nothing else.
 */
public final class Compaction {

    private static final int FULL_PARTS = 7;
    private static final int SPARE_PARTS = 16;

    /** Runs and slabs looked at per step: a microsecond, and not too many while this code is not compiled yet. */
    private static final int PAGES_PER_STEP = 128;

    private enum Walk {
        NONE,
        COUNT,
        CHOOSE,
        RELEASE
    }

    private final Arena arena;
    private final PageDescriptors descriptors;
    private final long[] sparse = new long[SizeClasses.count()];
    private final long[] room = new long[SizeClasses.count()];
    private Walk walk = Walk.NONE;
    private int page;
    private int chosen;
    private long moves;

    Compaction(Arena arena) {
        this.arena = arena;
        this.descriptors = arena.descriptors();
    }

    /** Begins to choose slabs; {@link #step} does it. */
    public void begin() {
        begin(Walk.COUNT);
        chosen = 0;
        Arrays.fill(sparse, 0);
        Arrays.fill(room, 0);
    }

    /** Begins to release the slabs that were chosen and are not empty; {@link #step} does it. */
    public void end() {
        begin(Walk.RELEASE);
    }

    private void begin(Walk next) {
        walk = next;
        page = 1;
    }

    /**
     * Moves an object out of a slab that is being emptied; one in another slab, in pages of its own, or that finds no room stays.
     *
     * @return where it stands now; its old place is free when that is another.
     */
    public long move(long address) {
        if (!arena.isLeaving(address)) {
            return address;
        }
        long size = arena.sizeOf(address);
        long made;
        try {
            made = arena.allocate(size);
        } catch (OutOfMemory full) {
            return address;
        }
        arena.memory().copyIn(address, made, size);
        arena.free(address);
        moves++;
        return made;
    }

    /** Objects moved so far. */
    public long moves() {
        return moves;
    }

    /** Slabs chosen since {@link #begin}. */
    public int chosen() {
        return chosen;
    }

    /** Chosen slabs that are not empty yet. */
    public int leaving() {
        return arena.leaving();
    }

    /**
     * Does a few microseconds of work.
     *
     * @return whether there is more.
     */
    public boolean step() {
        if (walk == Walk.NONE) {
            return false;
        }
        int frontier = arena.frontierPage();
        for (int i = 0; i < PAGES_PER_STEP && page < frontier; i++) {
            page += look(page);
        }
        if (page < frontier && !(walk == Walk.RELEASE && arena.leaving() == 0)) {
            return true;
        }
        if (walk == Walk.COUNT) {
            begin(Walk.CHOOSE);
            return true;
        }
        walk = Walk.NONE;
        return false;
    }

    // Answers the pages to go on by. What was the start of a run when the walk stopped there may be
    // in the middle of another one now.
    private int look(int at) {
        int pages = descriptors.span(at);
        int state = descriptors.state(at);
        if (state == PageDescriptors.SLAB) {
            slab(at, descriptors.detail(at));
        } else if (state == PageDescriptors.LEAVING && walk == Walk.RELEASE) {
            arena.stay(at);
        }
        return pages;
    }

    private void slab(int at, int sizeClass) {
        int used = descriptors.used(at);
        int slots = arena.slots(sizeClass);
        if (used * 8 >= slots * FULL_PARTS) {
            return;
        }
        if (walk == Walk.COUNT) {
            sparse[sizeClass] += used;
        } else if (walk == Walk.CHOOSE) {
            if (room[sizeClass] < sparse[sizeClass] + sparse[sizeClass] / SPARE_PARTS) {
                room[sizeClass] += slots;
            } else if (used > 0) {
                arena.leave(at);
                chosen++;
            }
        }
    }
}
