package dev.spindle.engine.memory;

import dev.spindle.perf.os.Posix;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.UnsafeApi;

/**
 * A bit for each page: whether the snapshot at hand has an image of it. There are two sets of bits, which snapshots take by turns,
 * so that another thread wipes the one while the next snapshot uses the other: to wipe takes milliseconds where data are large, for
 * which the core must not stand.
 *
 * <pre>
 *   CLEAN -- begin --> TAKEN -- end --> LEFT -- wipe --> WIPING --> CLEAN
 *                        ^                |
 *                        +---- begin -----+  only when snapshots follow faster than that: the core wipes
 * </pre>
 *
 * The bits are the core's alone, but while they are wiped. One other thread wipes, so one of the two sets can always be taken.
 */
final class PageMarks implements AutoCloseable {
    private static final int BITS_SHIFT = 3;
    private static final int BIT_MASK = (1 << BITS_SHIFT) - 1;

    private enum Use {
        CLEAN,
        TAKEN,
        LEFT,
        WIPING
    }

    private static final class Bits {
        final long address;
        final AtomicReference<Use> use = new AtomicReference<>(Use.CLEAN);

        // Of the pages that may be marked. The change of use hands it over.
        long bytes;

        Bits(long address) {
            this.address = address;
        }

        void wipe() {
            UnsafeApi.setMemory(address, bytes, (byte) 0);
        }
    }

    private final Mapping mapping;
    private final Bits[] sets;
    private Bits taken;

    /** Address space for the bits of so many pages, none of them marked. */
    PageMarks(int pages) {
        long bytes = bytesOf(pages) + Long.BYTES & -Long.BYTES;
        mapping = Mapping.reserve(2 * bytes, false);
        sets = new Bits[] {new Bits(mapping.address()), new Bits(mapping.address() + bytes)};
        if (!Posix.isAvailable()) {
            // Not fresh memory of the system then, so not zero.
            UnsafeApi.setMemory(mapping.address(), mapping.length(), (byte) 0);
        }
    }

    private static long bytesOf(int pages) {
        return (pages >>> BITS_SHIFT) + 1L;
    }

    /**
     * Takes a set for a snapshot. Core thread.
     *
     * @return what {@link #bitOf} and {@link #mark} take, so that the core finds it in its own object; no page is marked.
     */
    long begin() {
        Bits bits = take(Use.CLEAN);
        if (bits == null) {
            bits = take(Use.LEFT);
            if (bits != null) {
                bits.wipe();
            }
        }
        if (bits == null) {
            // The other thread has finished the one meanwhile and gone on to the other.
            bits = take(Use.CLEAN);
        }
        if (bits == null) {
            throw new IllegalStateException("two threads wipe marks, or two snapshots run");
        }
        taken = bits;
        return bits.address;
    }

    private Bits take(Use from) {
        for (Bits bits : sets) {
            if (bits.use.compareAndSet(from, Use.TAKEN)) {
                return bits;
            }
        }
        return null;
    }

    /** The snapshot has ended, and marked pages below {@code pages} only. Core thread. */
    void end(int pages) {
        taken.bytes = bytesOf(pages);
        taken.use.set(Use.LEFT);
        taken = null;
    }

    /** Wipes what ended snapshots have left. One thread beside the core. */
    void wipe() {
        for (Bits bits : sets) {
            if (bits.use.compareAndSet(Use.LEFT, Use.WIPING)) {
                bits.wipe();
                bits.use.set(Use.CLEAN);
            }
        }
    }

    /** 1 for a page that is marked, 0 for others. Without a branch, so that the loads of many overlap. */
    static int bitOf(long marks, int page) {
        return UnsafeApi.getByte(addressOf(marks, page)) >>> (page & BIT_MASK) & 1;
    }

    /** Marks a page. */
    static void mark(long marks, int page) {
        long address = addressOf(marks, page);
        UnsafeApi.putByte(address, (byte) (UnsafeApi.getByte(address) | 1 << (page & BIT_MASK)));
    }

    private static long addressOf(long marks, int page) {
        return marks + (page >>> BITS_SHIFT);
    }

    /** Has the bits of the pages from {@code from} to {@code end} backed, of both sets. Any thread. */
    void touch(int from, int end, Toucher toucher) {
        for (Bits bits : sets) {
            toucher.touch(addressOf(bits.address, from), addressOf(bits.address, end) + 1);
        }
    }

    @Override
    public void close() {
        mapping.close();
    }
}
