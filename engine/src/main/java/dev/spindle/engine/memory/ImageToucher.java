package dev.spindle.engine.memory;

import dev.spindle.perf.clock.NanoClock;
import dev.spindle.perf.os.Posix;

/**
 * Keeps slots of {@link PageImages} backed before the core needs them, and gives them back to the operating system after a
 * snapshot: what {@link PageToucher} is to the arena's frontier. A core that preserves a page thus copies 256 bytes and takes no
 * page fault.
 *
 * <p>While a snapshot runs, the slots of the next {@link #LEAST_AHEAD} bytes are ready, more when the core is fast. Afterwards all stay for
 * the time that {@link #keep} says, so that the next snapshot finds them, and {@link #LEAST_KEPT} for ever. To have them backed is not
 * free to the core, though another processor does it: on a virtual machine, where the kernel's tables of pages are followed by those of
 * the machine below, it was half of what a store pays for its page to be preserved. The tags and marks of all pages are touched too, when
 * a snapshot begins, and marks are wiped after it has ended.
 *
 * <p>Small pages, though huge ones cost the core as little as slots that were kept: on that same machine the core stood about
 * thirty times for 5 ms in 25 s of saving while the kernel made them.
 *
 * <p>A slot is dropped only while no snapshot runs: beginning one and dropping take the same lock, so a beginning waits for
 * at most one span of 2 MiB to be dropped, and only shortly after another has ended.
 */
public final class ImageToucher extends Toucher {

    /** Bytes of slots that are ready at least. */
    static final long LEAST_AHEAD = 8L << 20;

    /** Bytes of slots that are ready at most. */
    static final long MOST_AHEAD = 64L << 20;

    /** Bytes of slots that stay backed between snapshots, however far apart. */
    static final long LEAST_KEPT = 16L << 20;

    /** Bytes of slots that are ready before the first snapshot. */
    static final long AT_FIRST = 4L << 20;

    /** Bytes of slots that are given back in one turn at most. */
    static final long SPAN = 2L << 20;

    private static final long PAGE = PageImages.PAGE_BYTES;
    private static final int SPEED_FACTOR = 8;
    private static final long BUSY_WAIT_NS = 250_000;
    private static final long IDLE_WAIT_NS = 500_000_000;

    private final PageImages images;
    private final NanoClock clock;
    private final Object lock = new Object();

    // The core's, under the lock.
    private boolean wanted;
    private long tagsUpTo;
    private long endedNs;
    private long keepNs;

    // The toucher's.
    private long tagsTouched;
    private long lastUsed;
    private volatile long ready;

    /**
     * A toucher of slots; idle until started. Gives them back at once unless told to {@link #keep} them.
     *
     * @param clock may be read by any thread.
     */
    public ImageToucher(PageImages images, NanoClock clock) {
        super("image-toucher", BUSY_WAIT_NS, IDLE_WAIT_NS);
        this.images = images;
        this.clock = clock;
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
            endedNs = clock.nanoTime();
        }
        wake();
    }

    /** For how long after a snapshot its slots stay. Core thread. */
    public void keep(long nanoseconds) {
        synchronized (lock) {
            keepNs = nanoseconds;
        }
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
            if (wanted) {
                return true;
            }
            boolean keeps = clock.nanoTime() - endedNs < keepNs;
            if (keeps || ready <= LEAST_KEPT || !Posix.isAvailable()) {
                return false;
            }
            long from = Math.max(LEAST_KEPT, (ready - 1) & -SPAN);
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
