package dev.spindle.engine.memory;

import dev.spindle.perf.os.Posix;

/**
 * Keeps slots of {@link PageImages} backed before the core needs them, and gives them back to the operating system after a
 * snapshot: what {@link PageToucher} is to the arena's frontier. A core that preserves a page thus copies 256 bytes and takes no
 * page fault.
 *
 * <p>While a snapshot runs, the slots of the next {@link #LEAST_AHEAD} bytes are ready, more when the core is fast; afterwards {@link
 * #KEPT} stay, so that the next snapshot finds some. The tags and marks of all pages are touched too, when a snapshot begins, and
 * marks are wiped after it has ended.
 *
 * <p>Slots are backed by huge pages, where the kernel has some: on a virtual machine each page that comes into use on one processor costs
 * the others time, and this is one for 8192 slots instead of 16. But the core must never wait for 2 MiB to be found and zeroed. So
 * only the slots that this thread is about to touch are advised for huge pages, a span at a time, and no others: a core that comes first after
 * all waits for a small page.
 *
 * <p>A slot is dropped only while no snapshot runs: beginning one and dropping take the same lock, so a beginning waits for
 * at most one span of 2 MiB to be dropped, and only shortly after another has ended.
 */
public final class ImageToucher extends Toucher {

    /** Bytes of slots that are ready at least. */
    static final long LEAST_AHEAD = 16L << 20;

    /** Bytes of slots that are ready at most. */
    static final long MOST_AHEAD = 64L << 20;

    /** Bytes of slots that stay backed between snapshots. */
    static final long KEPT = 16L << 20;

    /** Bytes of slots that are ready before the first snapshot. */
    static final long AT_FIRST = 4L << 20;

    /** Bytes of slots that are made ready or dropped together: a huge page. */
    static final long SPAN = 2L << 20;

    private static final long PAGE = PageImages.PAGE_BYTES;
    private static final int SPEED_FACTOR = 8;
    private static final long BUSY_WAIT_NS = 250_000;
    private static final long IDLE_WAIT_NS = 500_000_000;

    private final PageImages images;
    private final long slots;
    private final long slotBytes;
    private final Object lock = new Object();

    // The core's, under the lock.
    private boolean wanted;
    private long tagsUpTo;

    // The toucher's.
    private long tagsTouched;
    private long lastUsed;
    private volatile long ready;

    /** A toucher of slots; idle until started. */
    public ImageToucher(PageImages images) {
        super("image-toucher", BUSY_WAIT_NS, IDLE_WAIT_NS);
        this.images = images;
        tagsTouched = images.arena().limitAddress() - images.arena().reservedBytes();
        slots = images.slotAddress(0);
        slotBytes = images.limit() * PAGE;
        advise(0, slotBytes, Posix.MADV_NOHUGEPAGE);
    }

    /** A snapshot begins: slots are needed from now on. Core thread. */
    public void begin() {
        synchronized (lock) {
            wanted = true;
            tagsUpTo = images.arena().frontierAddress();
        }
        wake();
    }

    /** It has ended. Core thread. */
    public void end() {
        synchronized (lock) {
            wanted = false;
        }
        wake();
    }

    /** Touches or drops what should be. */
    @Override
    boolean turn() {
        images.wipeMarks();
        boolean needed;
        long tagsEnd;
        synchronized (lock) {
            needed = wanted;
            tagsEnd = tagsUpTo;
        }
        if (!needed) {
            lastUsed = 0;
            makeReady(ready, AT_FIRST);
            return dropSpan();
        }
        long used = images.pages() * PAGE;
        long ahead = Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, (used - lastUsed) * SPEED_FACTOR));
        lastUsed = used;
        // Slots that the core had to take unready count as touched.
        makeReady(Math.max(ready, used), used + ahead);
        if (tagsTouched < tagsEnd) {
            touch(images.tagAddressOf(tagsTouched), images.tagAddressOf(tagsEnd));
            images.touchMarks(tagsTouched, tagsEnd, this);
            tagsTouched = tagsEnd;
        }
        return true;
    }

    private void makeReady(long from, long wanted) {
        long end = Math.min(slotBytes, spansOf(wanted));
        // What the core has begun goes on with small pages.
        long at = Math.min(spansOf(from), Math.max(from, end));
        touch(slots + from, slots + at);
        for (; at < end; at += SPAN) {
            advise(at, Math.min(end, at + SPAN), Posix.MADV_HUGEPAGE);
            touch(slots + at, slots + Math.min(end, at + SPAN));
        }
        ready = Math.max(from, end);
    }

    private static long spansOf(long bytes) {
        return bytes + SPAN - 1 & -SPAN;
    }

    // A kernel without huge pages refuses; ordinary ones serve as well.
    private void advise(long from, long end, int advice) {
        if (from < end && Posix.isAvailable()) {
            Posix.tryMadvise(slots + from, end - from, advice);
        }
    }

    // From the end, so that what is ready stays in one piece.
    private boolean dropSpan() {
        synchronized (lock) {
            if (wanted || ready <= KEPT || !Posix.isAvailable()) {
                return wanted;
            }
            long from = Math.max(KEPT, (ready - 1) & -SPAN);
            if (Posix.tryMadvise(slots + from, ready - from, Posix.MADV_DONTNEED) != 0) {
                return false;
            }
            advise(from, ready, Posix.MADV_NOHUGEPAGE);
            ready = from;
            return true;
        }
    }

    /** Bytes of slots that are backed, used ones among them; any thread. */
    public long readyBytes() {
        return ready;
    }
}
