package dev.spindle.engine.memory;

import dev.spindle.perf.os.Posix;
import org.agrona.UnsafeApi;

/**
 * Address space reserved from the operating system: anonymous, zero at first touch, costing nothing until touched.
 *
 * <p>Where the platform has no {@code mmap} to call, the C allocator stands in: large blocks of it are such mappings too,
 * only without huge pages and, on systems that refuse overcommitment, with a smaller reach.
 */
final class Mapping implements AutoCloseable {

    private static final long HUGE = 2L << 20;

    private final long raw;
    private final long rawLength;
    private final long address;
    private final long length;
    private final boolean mapped;

    private Mapping(long raw, long rawLength, long address, long length, boolean mapped) {
        this.raw = raw;
        this.rawLength = rawLength;
        this.address = address;
        this.length = length;
        this.mapped = mapped;
    }

    /**
     * Reserves address space, aligned to 2 MiB.
     *
     * @throws IllegalStateException when the operating system refuses.
     */
    static Mapping reserve(long length, boolean hugePages) {
        long rawLength = length + HUGE;
        if (Posix.isAvailable()) {
            long raw =
                    Posix.mmap(
                            0,
                            rawLength,
                            Posix.PROT_READ | Posix.PROT_WRITE,
                            Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS | Posix.MAP_NORESERVE,
                            -1,
                            0);
            if (raw == -1) {
                throw new IllegalStateException("cannot reserve " + length + " bytes of address space");
            }
            long aligned = (raw + HUGE - 1) & -HUGE;
            if (hugePages) {
                Posix.madvise(aligned, length, Posix.MADV_HUGEPAGE);
            }
            return new Mapping(raw, rawLength, aligned, length, true);
        }
        long raw = UnsafeApi.allocateMemory(rawLength);
        return new Mapping(raw, rawLength, (raw + HUGE - 1) & -HUGE, length, false);
    }

    long address() {
        return address;
    }

    long length() {
        return length;
    }

    @Override
    public void close() {
        if (mapped) {
            Posix.munmap(raw, rawLength);
        } else {
            UnsafeApi.freeMemory(raw);
        }
    }
}
