package dev.spindle.engine.memory;

import dev.spindle.perf.counter.SingleWriterCounter;
import dev.spindle.perf.os.Posix;
import org.agrona.UnsafeApi;

/**
 * Images of pages as they were when a snapshot began, each taken before the first store to its page; and the reads that answer
 * from an image where there is one, from the live page where there is none.
 *
 * <pre>
 *   page      |    p    |   p+1   |   p+2   | ... frontier when it began |  later pages: never looked at by the reader
 *   tag, u32  |    0    |   117   |    42   |
 *                            |
 *                            +-- minus the first tag of this snapshot (100): slot 17; tags below that are of earlier snapshots
 *   slots     | image 0 | image 1 | ... | image 17 | free, touched ahead by the toucher | not backed yet
 *   mark, bit |    0    |    1    |    0    |  the core's own: 1 where this snapshot has an image
 * </pre>
 *
 * <h2>The core before a store, the reader at a load</h2>
 *
 * <pre>
 *   core                                   reader
 *   1 copies the page to a slot            1 loads from the live page
 *   2 tag of the page (release)            2 load-load fence
 *   3 store-store fence                    3 loads the tag (acquire)
 *   4 stores to the page                   4 tag of this snapshot: loads from the image instead
 * </pre>
 *
 * The reader is wrong only when its 1 saw the core's 4, and its 3 did not see the core's 2. Stores become visible in the order 2, 4 and the
 * loads happen in the order 1, 3, so whoever saw 4 sees 2. A load that races with the stores may be torn; then the tag is there and what was
 * loaded is dropped. The image is whole because it comes before the tag. No lock, no atomic instruction, nothing that a
 * reader could make the core wait for.
 *
 * <h2>Tags</h2>
 *
 * Tags go on counting from snapshot to snapshot, so none needs to be wiped when one begins or ends: that is what makes both a
 * matter of microseconds. After two thousand million images they are wiped once.
 *
 * <h2>Marks</h2>
 *
 * Before nearly every store of a snapshot's life the core asks whether the page has an image. Its tag would tell, but the tags of all
 * pages are more than the nearer caches hold, four bytes for 256. So the core notes for itself what it has taken, a bit for each
 * page ({@link PageMarks}).
 *
 * <h2>Slots</h2>
 *
 * Address space for as many images as there are pages, reserved with the first snapshot and used from the front; so an image needs no
 * look-up, and the core never waits for memory: {@link ImageToucher} has slots backed before they are needed and gives them back
 * afterwards.
 *
 * <p>One thread begins, stores and ends; one other reads between, and must have been handed the reading by what orders memory (an
 * executor, the start of a thread).
 */
public final class PageImages implements StoreBarrier, AutoCloseable {

    private static final int SHIFT = 8;

    /**
     * Bytes of a page, and of its image: a sixteenth of the operating system's. A request changes a line or two of its key's entry, and when a snapshot
     * has begun nearly each finds pages that nobody has changed yet; what it has to copy is what its clients wait for. Small
     * pages cost more tags, 1.6 % of what is in use, and no more memory in all: never more is copied than was in use.
     */
    public static final int PAGE_BYTES = 1 << SHIFT;

    /** Places that {@link #touch} takes at once. */
    public static final int MOST_TOUCHED = 128;

    private static final int LINE_BYTES = 64;
    private static final int OFFSET_MASK = PAGE_BYTES - 1;
    private static final int TAG_SHIFT = 2;

    private final Arena arena;
    private final long base;
    private final long length;
    private final int limit;
    private final Mapping tagMapping;
    private final Mapping slotMapping;
    private final PageMarks pageMarks;
    private final long tags;
    private final long slots;
    private final SingleWriterCounter published = new SingleWriterCounter();

    private final int[] touchedMarks = new int[MOST_TOUCHED];
    private int firstTag = 1;
    private long marks;
    private int used;
    private int frontier;
    private boolean running;
    private int alarmAt = -1;
    private Runnable alarm;

    /** Reserves address space for the images of an arena. */
    public PageImages(Arena arena) {
        this.arena = arena;
        length = arena.reservedBytes();
        base = arena.limitAddress() - length;
        limit = (int) Math.min(Integer.MAX_VALUE, length >>> SHIFT);
        slotMapping = Mapping.reserve(length, false);
        try {
            tagMapping = Mapping.reserve((long) limit + 1 << TAG_SHIFT, false);
            try {
                pageMarks = new PageMarks(limit);
            } catch (RuntimeException refused) {
                tagMapping.close();
                throw refused;
            }
        } catch (RuntimeException refused) {
            slotMapping.close();
            throw refused;
        }
        tags = tagMapping.address();
        slots = slotMapping.address();
        if (Posix.isAvailable()) {
            // A kernel may be set up to make huge pages of all memory; ImageToucher says why not of
            // this.
            Posix.tryMadvise(slots, length, Posix.MADV_NOHUGEPAGE);
        } else {
            // Not fresh memory of the system then, so not zero.
            wipeTags();
        }
    }

    private void wipeTags() {
        long bytes = (long) limit + 1 << TAG_SHIFT;
        if (!Posix.isAvailable() || Posix.tryMadvise(tags, bytes, Posix.MADV_DONTNEED) != 0) {
            UnsafeApi.setMemory(tags, bytes, (byte) 0);
        }
        firstTag = 1;
    }

    /**
     * From now on each page is preserved before it changes.
     *
     * @param alarmPages number of images at which the alarm is raised; negative for never.
     */
    public void begin(int alarmPages, Runnable onAlarm) {
        if (running || arena.memory().isArmed()) {
            throw new IllegalStateException("a snapshot is running");
        }
        if (!Memory.hasBarrier()) {
            throw new IllegalStateException("no snapshots without the write barrier");
        }
        if (firstTag > Integer.MAX_VALUE - limit) {
            wipeTags();
        }
        marks = pageMarks.begin();
        frontier = arena.frontierPage() << PageRuns.PAGE_SHIFT - SHIFT;
        alarmAt = alarmPages;
        alarm = onAlarm;
        running = true;
        arena.memory().arm(this);
    }

    /** Preserves no more; nothing where no snapshot runs. The reader must have ended. */
    public void end() {
        arena.memory().arm(null);
        if (running) {
            pageMarks.end(frontier);
        }
        running = false;
        firstTag += used;
        used = 0;
        published.set(0);
    }

    /** Whether pages are preserved. */
    public boolean isRunning() {
        return running;
    }

    // Nearly every store lies within one page. The loop over several is apart, and its end is
    // exclusive: to the compiler one of a single turn looks like one that may run past the largest
    // int, and code that bets on the contrary is thrown away at the first store of the first
    // snapshot, when all that writes waits for it.
    @Override
    public void beforeStore(long address, long bytes) {
        int page = pageOf(address);
        if (page < frontier) {
            if (!isPreserved(page)) {
                preserve(page);
            }
            if ((address & OFFSET_MASK) + bytes > PAGE_BYTES) {
                beforeStoreToMore(page + 1, pageOf(address + bytes - 1) + 1);
            }
        }
    }

    private void beforeStoreToMore(int from, int end) {
        int limit = Math.min(end, frontier);
        for (int page = from; page < limit; page++) {
            if (!isPreserved(page)) {
                preserve(page);
            }
        }
    }

    // All marks first: most of the pages behind them may be preserved already. With an image goes
    // a tag, whose line is as far away as the page's.
    @Override
    public long touch(long[] addresses, int count) {
        for (int i = 0; i < count; i++) {
            long address = addresses[i];
            touchedMarks[i] = PageMarks.bitOf(marks, address == 0 ? frontier : pageOf(address));
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long address = addresses[i];
            if (touchedMarks[i] == 0 && address != 0 && pageOf(address) < frontier) {
                sum += UnsafeApi.getInt(tagAddress(pageOf(address)));
                long page = address & -PAGE_BYTES;
                for (int line = 0; line < PAGE_BYTES; line += LINE_BYTES) {
                    sum += UnsafeApi.getLong(page + line);
                }
            }
        }
        return sum;
    }

    private boolean isPreserved(int page) {
        return PageMarks.bitOf(marks, page) != 0;
    }

    private void preserve(int page) {
        int slot = used;
        UnsafeApi.copyMemory(base + ((long) page << SHIFT), slotAddress(slot), PAGE_BYTES);
        UnsafeApi.putIntRelease(null, tagAddress(page), firstTag + slot);
        // The store that this is called before must not be seen before the tag.
        UnsafeApi.storeStoreFence();
        PageMarks.mark(marks, page);
        used = slot + 1;
        published.set(used);
        if (slot == alarmAt) {
            alarm.run();
        }
    }

    private int pageOf(long address) {
        return (int) ((address - base) >>> SHIFT);
    }

    private long tagAddress(int page) {
        return tags + ((long) page << TAG_SHIFT);
    }

    long slotAddress(int slot) {
        return slots + ((long) slot << SHIFT);
    }

    /** Images taken since {@link #begin}, at most a moment old; 0 when no snapshot runs. Any thread. */
    public int pages() {
        return (int) published.get();
    }

    /** Address of the tag of a page that an address lies in, for who touches them ahead. */
    long tagAddressOf(long address) {
        return tagAddress(pageOf(address));
    }

    /** Has the marks of the pages between two addresses backed. */
    void touchMarks(long from, long end, Toucher toucher) {
        pageMarks.touch(pageOf(from), pageOf(end), toucher);
    }

    /** Wipes the marks of ended snapshots, which the core would have to do otherwise. One thread beside the core. */
    void wipeMarks() {
        pageMarks.wipe();
    }

    int limit() {
        return limit;
    }

    Arena arena() {
        return arena;
    }

    // What the reader does. The address of a byte's image, or 0 when the live byte, which was
    // loaded
    // before, counts.
    private long imageOf(long address) {
        UnsafeApi.loadLoadFence();
        long offset = address - base;
        if (Long.compareUnsigned(offset, length) >= 0) {
            return 0;
        }
        int slot = UnsafeApi.getIntAcquire(null, tagAddress((int) (offset >>> SHIFT))) - firstTag;
        return slot < 0 ? 0 : slotAddress(slot) + (address & OFFSET_MASK);
    }

    byte getByte(long address) {
        byte live = UnsafeApi.getByte(address);
        long image = imageOf(address);
        return image == 0 ? live : UnsafeApi.getByte(image);
    }

    short getShort(long address) {
        short live = UnsafeApi.getShort(address);
        long image = imageOf(address);
        return image == 0 ? live : UnsafeApi.getShort(image);
    }

    int getInt(long address) {
        int live = UnsafeApi.getInt(address);
        long image = imageOf(address);
        return image == 0 ? live : UnsafeApi.getInt(image);
    }

    long getLong(long address) {
        long live = UnsafeApi.getLong(address);
        long image = imageOf(address);
        return image == 0 ? live : UnsafeApi.getLong(image);
    }

    int getIntUnaligned(long address) {
        if ((address & OFFSET_MASK) <= PAGE_BYTES - Integer.BYTES) {
            return getInt(address);
        }
        return (int) bytes(address, Integer.BYTES);
    }

    long getLongUnaligned(long address) {
        if ((address & OFFSET_MASK) <= PAGE_BYTES - Long.BYTES) {
            return getLong(address);
        }
        return bytes(address, Long.BYTES);
    }

    // A number that lies on two pages, which need not both be preserved; little-endian as all here.
    private long bytes(long address, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | getByte(address + i) & 0xFF;
        }
        return value;
    }

    /** Copies bytes as they were, page by page; what is not of the arena as it is. */
    void copyOut(long from, Object toBase, long to, long bytes) {
        long done = 0;
        while (done < bytes) {
            long at = from + done;
            long count = Math.min(bytes - done, PAGE_BYTES - (at & OFFSET_MASK));
            UnsafeApi.copyMemory(null, at, toBase, to + done, count);
            long image = imageOf(at);
            if (image != 0) {
                UnsafeApi.copyMemory(null, image, toBase, to + done, count);
            }
            done += count;
        }
    }

    @Override
    public void close() {
        if (running) {
            end();
        }
        pageMarks.close();
        tagMapping.close();
        slotMapping.close();
    }
}
