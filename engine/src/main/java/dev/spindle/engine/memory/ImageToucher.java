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
 * <p>Small pages: with huge ones the core stood about thirty times for 5 ms in 25 s of saving while the kernel made them, on a
 * virtual machine.
 *
 * <p>A slot is dropped only while no snapshot runs: beginning one and dropping take the same lock, so a beginning waits for
 * at most one span of 2 MiB to be dropped, and only shortly after another has ended.
 */
public final class ImageToucher extends Toucher {

    /** Bytes of slots that are ready at least. */
    static final long LEAST_AHEAD = 8L << 20;

    /** Bytes of slots that are ready at most. */
    static final long MOST_AHEAD = 64L << 20;

    /** Bytes of slots that stay backed between snapshots. */
    static final long KEPT = 16L << 20;

    /** Bytes of slots that are ready before the first snapshot. */
    static final long AT_FIRST = 4L << 20;

    /** Bytes of slots that are given back in one turn at most. */
    static final long SPAN = 2L << 20;

    private static final long PAGE = PageImages.PAGE_BYTES;
    private static final int SPEED_FACTOR = 8;

    // In which a core cannot use up the least that is ready: it copies some 2 GB of pages a second
    // at most. Each turn costs those who share this thread's processor.
    private static final long BUSY_WAIT_NS = 1_000_000;

    private static final long IDLE_WAIT_NS = 500_000_000;

    private final PageImages images;
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
            long first = Math.min(AT_FIRST, images.limit() * PAGE);
            if (ready < first) {
                touch(images.slotAddress(0) + ready, images.slotAddress(0) + first);
                ready = first;
            }
            return dropSpan();
        }
        long used = images.pages() * PAGE;
        long ahead = Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, (used - lastUsed) * SPEED_FACTOR));
        lastUsed = used;
        // Slots that the core had to take unready count as touched.
        long from = Math.max(ready, used);
        long end = Math.min(images.limit() * PAGE, used + ahead);
        touch(images.slotAddress(0) + from, images.slotAddress(0) + end);
        ready = Math.max(from, end);
        if (tagsTouched < tagsEnd) {
            touch(images.tagAddressOf(tagsTouched), images.tagAddressOf(tagsEnd));
            images.touchMarks(tagsTouched, tagsEnd, this);
            tagsTouched = tagsEnd;
        }
        return true;
    }

    // From the end, so that what is ready stays in one piece.
    private boolean dropSpan() {
        synchronized (lock) {
            if (wanted || ready <= KEPT || !Posix.isAvailable()) {
                return wanted;
            }
            long from = Math.max(KEPT, (ready - 1) & -SPAN);
            long address = images.slotAddress(0) + from;
            if (Posix.tryMadvise(address, ready - from, Posix.MADV_DONTNEED) != 0) {
                return false;
            }
            ready = from;
            return true;
        }
    }

    /** Bytes of slots that are backed, used ones among them; any thread. */
    public long readyBytes() {
        return ready;
    }
}
