package dev.spindle.engine.memory;

import dev.spindle.perf.os.Posix;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * The memory of a server's data: one reserved mapping, cut into pages; small objects in slabs, large ones in runs of
 * pages.
 *
 * <h2>Mapping</h2>
 *
 * The whole reach of handles is reserved once without being backed (anonymous, no reserve), so an address is {@code base
 * + handle * granule} without a look-up, nothing ever moves when the arena grows, and a value of 512 MiB is one run. Only
 * touched pages cost memory. Huge pages are asked for, since random reads dominate; a fault of a huge page zeroes 2 MiB
 * and was measured to take up to 7 ms on a small virtual machine, which is why {@link PageToucher} stays ahead of the
 * frontier.
 *
 * <h2>Slabs</h2>
 *
 * <pre>
 *   slab (16 KiB, four pages):  [slot 0][slot 1]...[slot n-1][rest]
 *   free slot:                  [0 u8][0 u8][next free slot + 1, u16][...]
 * </pre>
 *
 * Slabs with room stand in a list per class. A slot comes from the free list of the first such slab, or from its part
 * that was never used. An empty slab goes back to the page runs, unless it is the only one of its class with room. The
 * first byte of a free slot is 0, so a sweep over slabs can tell entries from free slots.
 *
 * A slab that {@link Compaction} wants empty leaves the list: slots are given back to it and none is taken, and it goes with the
 * last one.
 *
 * <h2>Accounting</h2>
 *
 * {@link #usedBytes} is the exact sum of the slots and runs in use, changed at each allocation; nothing is sampled.
 */
public final class Arena implements AutoCloseable {

    /** Largest object that stands in a slab; larger ones take whole pages. */
    public static final int MAX_SLAB_SIZE = SizeClasses.MAX_SLAB_SIZE;

    private static final int SLAB_PAGES = SizeClasses.SLAB_BYTES >>> PageRuns.PAGE_SHIFT;
    private static final long PAGE_BYTES = 1L << PageRuns.PAGE_SHIFT;
    private static final long HUGE = 2L << 20;

    /** Runs and slabs looked at for one that can be given back: some tens of microseconds. */
    private static final int PURGE_WALK = 1 << 14;

    private final Mapping mapping;
    private final Mapping descriptorMapping;
    private final ArenaFiles files;
    private final Memory memory;
    private final long base;
    private final PageDescriptors descriptors;
    private final PageRuns runs;
    private final int[] partial = new int[SizeClasses.count()];
    private final int[] slotsOf = new int[SizeClasses.count()];
    private long usedBytes;
    private long allocations;
    private long slabBytesFree;
    private int leaving;
    private final Compaction compaction;
    private final boolean frozen;

    // The free run whose memory is being given back, and how far that has come.
    private int purgeRun;
    private int purgePages;
    private long purgeFrom;
    private int purgeWalk = 1;

    /**
     * Reserves an arena.
     *
     * @param reserveBytes how far it may grow; cut to what handles reach.
     * @param hugePages whether to ask the operating system for huge pages.
     */
    public Arena(long reserveBytes, boolean hugePages) {
        this(Mapping.reserve(lengthFor(reserveBytes), hugePages));
    }

    /** Makes an arena of files; what they hold is known only after {@link #readState}. The files are closed with it. */
    public Arena(ArenaFiles files, boolean hugePages) {
        this(files.mapData(hugePages), files);
    }

    private Arena(Mapping mapping) {
        this(mapping, beside(mapping, () -> reserveDescriptors(mapping.length())), null);
    }

    private Arena(Mapping mapping, ArenaFiles files) {
        this(mapping, beside(mapping, files::mapPages), files);
    }

    private Arena(Mapping mapping, Mapping descriptorMapping, ArenaFiles files) {
        this.mapping = mapping;
        this.descriptorMapping = descriptorMapping;
        this.files = files;
        base = mapping.address();
        memory = new Memory(base, base + mapping.length());
        descriptors = new PageDescriptors(descriptorMapping.address());
        runs = new PageRuns(descriptors, pages(mapping.length()), files);
        for (int i = 0; i < slotsOf.length; i++) {
            slotsOf[i] = SizeClasses.SLAB_BYTES / SizeClasses.sizeOf(i);
        }
        compaction = new Compaction(this);
        frozen = false;
    }

    private Arena(Arena live, PageImages images) {
        mapping = live.mapping;
        descriptorMapping = live.descriptorMapping;
        files = null;
        base = live.base;
        memory = new Memory(live.memory, images);
        descriptors = live.descriptors;
        runs = live.runs;
        compaction = null;
        frozen = true;
    }

    /** This arena as it was when a snapshot began: to read from; whatever would change it is refused. */
    public Arena frozen(PageImages images) {
        return new Arena(this, images);
    }

    private void refuseFrozen() {
        if (frozen) {
            throw new UnsupportedOperationException("not of a frozen arena");
        }
    }

    /** The length in bytes of an arena that is to grow so far. */
    public static long lengthFor(long reserveBytes) {
        return Math.min(Memory.reach(), (reserveBytes + HUGE - 1) & -HUGE);
    }

    private static int pages(long length) {
        return (int) Math.min(Integer.MAX_VALUE, length >>> PageRuns.PAGE_SHIFT);
    }

    private static Mapping reserveDescriptors(long length) {
        return Mapping.reserve(((long) pages(length) + 1) << PageDescriptors.SHIFT, false);
    }

    private static Mapping beside(Mapping first, Supplier<Mapping> second) {
        try {
            return second.get();
        } catch (RuntimeException refused) {
            first.close();
            throw refused;
        }
    }

    /** The files that hold it, or null when it ends with the process. */
    ArenaFiles files() {
        return files;
    }

    /**
     * Writes what is known of the arena outside its mappings, so that another process can go on with them. No slab may be leaving:
     * end the compaction before.
     */
    public void writeState(DataOutput out) throws IOException {
        if (leaving != 0) {
            throw new IllegalStateException("slabs are being emptied");
        }
        out.writeInt(partial.length);
        for (int slab : partial) {
            out.writeInt(slab);
        }
        out.writeLong(usedBytes);
        out.writeLong(allocations);
        out.writeLong(slabBytesFree);
        runs.writeState(out);
    }

    /**
     * Takes over what {@link #writeState} wrote, over the same mappings.
     *
     * @throws IOException when it does not fit this arena; it must not be used then.
     */
    public void readState(DataInput in) throws IOException {
        if (in.readInt() != partial.length) {
            throw new IOException("other size classes");
        }
        for (int i = 0; i < partial.length; i++) {
            partial[i] = in.readInt();
        }
        usedBytes = in.readLong();
        allocations = in.readLong();
        slabBytesFree = in.readLong();
        runs.readState(in);
    }

    /** Loads and stores. */
    public Memory memory() {
        return memory;
    }

    /** The number of bytes that an allocation of a size takes. */
    public static long roundUp(long size) {
        if (size <= MAX_SLAB_SIZE) {
            return SizeClasses.sizeOf(SizeClasses.classOf((int) size));
        }
        return (size + PAGE_BYTES - 1) & -PAGE_BYTES;
    }

    /**
     * Allocates; the bytes are not cleared.
     *
     * @return the address, a multiple of the granule and of 8.
     * @throws OutOfMemory when the arena is full.
     */
    public long allocate(long size) {
        if (size > MAX_SLAB_SIZE) {
            return allocateRun(size);
        }
        int sizeClass = SizeClasses.classOf((int) size);
        int slab = partial[sizeClass];
        if (slab == 0) {
            slab = newSlab(sizeClass);
        }
        int slotSize = SizeClasses.sizeOf(sizeClass);
        long slabAddress = addressOf(slab);
        int used = descriptors.used(slab) + 1;
        int free = descriptors.freeHead(slab);
        long address;
        if (free != 0) {
            address = slabAddress + (long) (free - 1) * slotSize;
            descriptors.freeHead(slab, nextFree(slab, slotSize, free));
        } else {
            int slot = descriptors.bump(slab);
            descriptors.bump(slab, slot + 1);
            address = slabAddress + (long) slot * slotSize;
        }
        descriptors.used(slab, used);
        if (used == slotsOf[sizeClass]) {
            unlinkPartial(slab, sizeClass);
        }
        usedBytes += slotSize;
        allocations++;
        slabBytesFree -= slotSize;
        return address;
    }

    private long addressOf(int page) {
        return base + ((page & 0xFFFF_FFFFL) << PageRuns.PAGE_SHIFT);
    }

    private int pageOf(long address) {
        return (int) ((address - base) >>> PageRuns.PAGE_SHIFT);
    }

    private int newSlab(int sizeClass) {
        refuseFrozen();
        int page = runs.take(SLAB_PAGES);
        if (page == 0) {
            throw new OutOfMemory(SizeClasses.sizeOf(sizeClass));
        }
        descriptors.state(page, PageDescriptors.SLAB);
        descriptors.detail(page, sizeClass);
        descriptors.used(page, 0);
        descriptors.freeHead(page, 0);
        descriptors.bump(page, 0);
        for (int i = 1; i < SLAB_PAGES; i++) {
            descriptors.state(page + i, PageDescriptors.SLAB_INTERIOR);
            descriptors.detail(page + i, i);
        }
        linkPartial(page, sizeClass);
        slabBytesFree += (long) slotsOf[sizeClass] * SizeClasses.sizeOf(sizeClass);
        return page;
    }

    private void linkPartial(int slab, int sizeClass) {
        int head = partial[sizeClass];
        descriptors.previous(slab, 0);
        descriptors.next(slab, head);
        if (head != 0) {
            descriptors.previous(head, slab);
        }
        partial[sizeClass] = slab;
    }

    private void unlinkPartial(int slab, int sizeClass) {
        int previous = descriptors.previous(slab);
        int next = descriptors.next(slab);
        if (previous == 0) {
            partial[sizeClass] = next;
        } else {
            descriptors.next(previous, next);
        }
        if (next != 0) {
            descriptors.previous(next, previous);
        }
    }

    private long allocateRun(long size) {
        refuseFrozen();
        long pages = (size + PAGE_BYTES - 1) >>> PageRuns.PAGE_SHIFT;
        int page = pages > Integer.MAX_VALUE ? 0 : runs.take((int) pages);
        if (page == 0) {
            throw new OutOfMemory(size);
        }
        usedBytes += pages << PageRuns.PAGE_SHIFT;
        allocations++;
        return addressOf(page);
    }

    /** Frees what {@link #allocate} gave. */
    public void free(long address) {
        if (Memory.CHECKS && (address < base || address >= frontierAddress())) {
            throw new IllegalStateException("free outside the arena");
        }
        int page = pageOf(address);
        int state = descriptors.state(page);
        if (state == PageDescriptors.RUN) {
            refuseFrozen();
            if (Memory.CHECKS && addressOf(page) != address) {
                throw new IllegalStateException("not the start of a run");
            }
            usedBytes -= (long) descriptors.length(page) << PageRuns.PAGE_SHIFT;
            allocations--;
            runs.give(page);
            return;
        }
        int slab = state == PageDescriptors.SLAB_INTERIOR ? page - descriptors.detail(page) : page;
        if (Memory.CHECKS
                && descriptors.state(slab) != PageDescriptors.SLAB
                && descriptors.state(slab) != PageDescriptors.LEAVING) {
            throw new IllegalStateException(
                    "free of nothing at page " + page + " in state " + state);
        }
        freeSlot(slab, address);
    }

    private void freeSlot(int slab, long address) {
        int sizeClass = descriptors.detail(slab);
        int slotSize = SizeClasses.sizeOf(sizeClass);
        int slot = (int) (address - addressOf(slab)) / slotSize;
        if (Memory.CHECKS) {
            checkSlot(slab, address, slotSize, slot);
        }
        memory.putInt(address, descriptors.freeHead(slab) << 16);
        descriptors.freeHead(slab, slot + 1);
        int used = descriptors.used(slab) - 1;
        descriptors.used(slab, used);
        usedBytes -= slotSize;
        allocations--;
        slabBytesFree += slotSize;
        if (descriptors.state(slab) == PageDescriptors.LEAVING) {
            if (used == 0) {
                leaving--;
                releaseSlab(slab, sizeClass);
            }
        } else if (used == slotsOf[sizeClass] - 1) {
            linkPartial(slab, sizeClass);
        } else if (used == 0 && (descriptors.previous(slab) != 0 || descriptors.next(slab) != 0)) {
            unlinkPartial(slab, sizeClass);
            releaseSlab(slab, sizeClass);
        }
    }

    private void checkSlot(int slab, long address, int slotSize, int slot) {
        if (addressOf(slab) + (long) slot * slotSize != address || slot >= descriptors.bump(slab)) {
            throw new IllegalStateException("not the start of a slot in use");
        }
        for (int free = descriptors.freeHead(slab);
                free != 0;
                free = nextFree(slab, slotSize, free)) {
            if (free == slot + 1) {
                throw new IllegalStateException("slot freed twice");
            }
        }
    }

    private int nextFree(int slab, int slotSize, int free) {
        return memory.getShort(addressOf(slab) + (long) (free - 1) * slotSize + 2) & 0xFFFF;
    }

    private void releaseSlab(int slab, int sizeClass) {
        for (int i = 1; i < SLAB_PAGES; i++) {
            descriptors.state(slab + i, PageDescriptors.NONE);
        }
        slabBytesFree -= (long) slotsOf[sizeClass] * SizeClasses.sizeOf(sizeClass);
        runs.give(slab, SLAB_PAGES);
    }

    /** Which slabs are to be emptied, so that their pages can go. */
    public Compaction compaction() {
        return compaction;
    }

    /** Whether the slab of an allocation is being emptied; false for runs. */
    public boolean isLeaving(long address) {
        if (leaving == 0) {
            return false;
        }
        int page = pageOf(address);
        int state = descriptors.state(page);
        if (state == PageDescriptors.SLAB_INTERIOR) {
            state = descriptors.state(page - descriptors.detail(page));
        }
        return state == PageDescriptors.LEAVING;
    }

    /** Slabs that are being emptied. */
    int leaving() {
        return leaving;
    }

    int slots(int sizeClass) {
        return slotsOf[sizeClass];
    }

    /** Lets no slot be taken from a slab with room any more. */
    void leave(int slab) {
        unlinkPartial(slab, descriptors.detail(slab));
        descriptors.previous(slab, 0);
        descriptors.next(slab, 0);
        descriptors.state(slab, PageDescriptors.LEAVING);
        leaving++;
    }

    /** Takes {@link #leave} back. */
    void stay(int slab) {
        descriptors.state(slab, PageDescriptors.SLAB);
        linkPartial(slab, descriptors.detail(slab));
        leaving--;
    }

    /** First page never handed out. */
    int frontierPage() {
        return runs.frontier();
    }

    /** The bytes that the allocation at an address takes. */
    public long sizeOf(long address) {
        // What stands in the descriptors is of now.
        refuseFrozen();
        int page = pageOf(address);
        int state = descriptors.state(page);
        if (state == PageDescriptors.RUN) {
            return (long) descriptors.length(page) << PageRuns.PAGE_SHIFT;
        }
        int slab = state == PageDescriptors.SLAB_INTERIOR ? page - descriptors.detail(page) : page;
        return SizeClasses.sizeOf(descriptors.detail(slab));
    }

    /**
     * Tries to change the size of an allocation without moving it.
     *
     * @return whether at least {@code size} bytes now stand at the address.
     */
    public boolean resizeInPlace(long address, long size) {
        long now = sizeOf(address);
        if (now <= MAX_SLAB_SIZE) {
            return size <= now;
        }
        if (size <= MAX_SLAB_SIZE) {
            return false;
        }
        int page = pageOf(address);
        int pages =
                (int) Math.min(Integer.MAX_VALUE, (size + PAGE_BYTES - 1) >>> PageRuns.PAGE_SHIFT);
        int before = descriptors.length(page);
        if (pages < before) {
            runs.shrink(page, pages);
        } else if (pages > before && !runs.extend(page, pages)) {
            return false;
        }
        usedBytes += (long) (pages - before) << PageRuns.PAGE_SHIFT;
        return true;
    }

    /** Exact bytes in use, in slots and runs. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Allocations in use. */
    public long allocations() {
        return allocations;
    }

    /** Bytes below the frontier: used, free in slabs, or free runs. */
    public long extentBytes() {
        return (long) runs.frontier() << PageRuns.PAGE_SHIFT;
    }

    /** Bytes of the descriptors of all pages below the frontier. */
    public long descriptorBytes() {
        return (long) runs.frontier() << PageDescriptors.SHIFT;
    }

    /** Bytes of free slots within slabs. */
    public long slabFreeBytes() {
        return slabBytesFree;
    }

    /** Bytes of free runs; what of them was given back to the operating system costs no memory. */
    public long freeRunBytes() {
        return runs.freePages() << PageRuns.PAGE_SHIFT;
    }

    /** How far the arena may grow, in bytes. */
    public long reservedBytes() {
        return mapping.length();
    }

    /** Address of the first byte never handed out; what lies below may be in use. */
    public long frontierAddress() {
        return addressOf(runs.frontier());
    }

    /** {@link #frontierAddress} for other threads, at most a moment old. */
    public long publishedFrontierAddress() {
        return addressOf(runs.publishedFrontier());
    }

    /** Address of the descriptor of the page that an address lies in. */
    long descriptorAddress(long address) {
        return descriptorMapping.address()
                + ((address - base) >>> PageRuns.PAGE_SHIFT << PageDescriptors.SHIFT);
    }

    /** Address behind the last byte that can ever be handed out. */
    public long limitAddress() {
        return base + mapping.length();
    }

    /**
     * Gives the memory of free runs back to the operating system. Does nothing while the write barrier is armed: what is
     * free now may have been in use when the snapshot began, and to drop a page is a store that no barrier sees. Files give back
     * whole spans of 2 MiB only, of runs of nearly two and more.
     *
     * @param atLeastBytes only runs of so many bytes.
     * @return the bytes given back.
     */
    public long purge(long atLeastBytes) {
        if (!Posix.isAvailable() || memory.isArmed()) {
            return 0;
        }
        long[] given = {0};
        runs.visitDirty(
                purgeable(atLeastBytes),
                (page, count) -> {
                    if (files != null) {
                        long end = addressOf(page + count);
                        for (long at = spanFrom(page); at + HUGE <= end; at += HUGE) {
                            given[0] += files.giveBack(at - base, at) ? HUGE : 0;
                        }
                        return true;
                    }
                    long bytes = (long) count << PageRuns.PAGE_SHIFT;
                    if (Posix.tryMadvise(addressOf(page), bytes, Posix.MADV_DONTNEED) != 0) {
                        return false;
                    }
                    given[0] += bytes;
                    return true;
                });
        return given[0];
    }

    /**
     * Gives a part of a free run's memory back to the operating system: at most what lies within one span of 2 MiB, so a call
     * takes some tens of microseconds. The longest runs go first; call it again until it answers 0, and now and then afterwards, since it
     * looks at a part of the arena at a time. Does nothing while the
     * write barrier is armed: what is free now may have been in use when the snapshot began.
     *
     * @param atLeastBytes only of runs of so many bytes.
     * @return the bytes given back; 0 when there is nothing left to give.
     */
    public long purgeSlice(long atLeastBytes) {
        if (!Posix.isAvailable() || memory.isArmed()) {
            return 0;
        }
        if (purgeRun == 0 || !runs.isDirty(purgeRun, purgePages)) {
            purgeRun = nextToPurge(purgeable(atLeastBytes));
            if (purgeRun == 0) {
                return 0;
            }
            purgePages = runs.freeLength(purgeRun);
            purgeFrom = files == null ? addressOf(purgeRun) : spanFrom(purgeRun);
        }
        if (files != null) {
            return purgeSpan();
        }
        long end = addressOf(purgeRun + purgePages);
        long to = Math.min(end, (purgeFrom + HUGE) & -HUGE);
        long bytes = to - purgeFrom;
        boolean given = Posix.tryMadvise(purgeFrom, bytes, Posix.MADV_DONTNEED) == 0;
        purgeFrom = to;
        if (!given || to == end) {
            runs.markClean(purgeRun);
            purgeRun = 0;
        }
        return given ? bytes : 0;
    }

    // The next span of the run that there was not given back already.
    private long purgeSpan() {
        long end = addressOf(purgeRun + purgePages);
        boolean given = false;
        while (!given && purgeFrom + HUGE <= end) {
            given = files.giveBack(purgeFrom - base, purgeFrom);
            purgeFrom += HUGE;
        }
        if (purgeFrom + HUGE > end) {
            runs.markClean(purgeRun);
            purgeRun = 0;
        }
        return given ? HUGE : 0;
    }

    private long spanFrom(int page) {
        return (addressOf(page) + HUGE - 1) & -HUGE;
    }

    // In a run of nearly two spans there is a whole one.
    private int purgeable(long atLeastBytes) {
        long bytes = files == null ? atLeastBytes : Math.max(atLeastBytes, 2 * HUGE - PAGE_BYTES);
        return (int) Math.max(1, bytes >>> PageRuns.PAGE_SHIFT);
    }

    // The longest first; then, a part of the arena at a time, those that the search in bins does
    // not see.
    private int nextToPurge(int atLeastPages) {
        int run = runs.nextDirty(atLeastPages);
        if (run == 0) {
            int found = runs.walkDirty(purgeWalk, atLeastPages, PURGE_WALK);
            purgeWalk = Math.abs(found);
            run = Math.max(0, found);
        }
        return run;
    }

    /** The descriptors of all pages. */
    PageDescriptors descriptors() {
        return descriptors;
    }

    @Override
    public void close() {
        refuseFrozen();
        mapping.close();
        descriptorMapping.close();
        if (files != null) {
            files.close();
        }
    }
}
