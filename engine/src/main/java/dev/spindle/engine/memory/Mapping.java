package dev.spindle.engine.memory;

import dev.spindle.perf.os.Posix;
import org.agrona.UnsafeApi;

/**
 * Address space reserved from the operating system: anonymous, zero at first touch, costing nothing until touched.
 *
 * <p>Or a file in memory (tmpfs), for data that outlive the process.
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
     * @throws dev.spindle.perf.os.PosixException when the operating system refuses.
     */
    static Mapping reserve(long length, boolean hugePages) {
        long rawLength = length + HUGE;
        if (Posix.isAvailable()) {
            long raw = Posix.mapAnonymous(rawLength);
            long aligned = (raw + HUGE - 1) & -HUGE;
            if (hugePages) {
                // A kernel without huge pages refuses; ordinary pages serve as well.
                Posix.tryMadvise(aligned, length, Posix.MADV_HUGEPAGE);
            }
            return new Mapping(raw, rawLength, aligned, length, true);
        }
        long raw = UnsafeApi.allocateMemory(rawLength);
        return new Mapping(raw, rawLength, (raw + HUGE - 1) & -HUGE, length, false);
    }

    /**
     * Maps a file, shared, aligned to 2 MiB.
     *
     * @param fd of the file, which must be at least as long.
     * @throws dev.spindle.perf.os.PosixException when the operating system refuses.
     */
    static Mapping file(int fd, long length, boolean hugePages) {
        long rawLength = length + HUGE;
        long raw = Posix.mapAnonymous(rawLength);
        long aligned = (raw + HUGE - 1) & -HUGE;
        try {
            Posix.mmap(
                    aligned,
                    length,
                    Posix.PROT_READ | Posix.PROT_WRITE,
                    Posix.MAP_SHARED | Posix.MAP_FIXED | Posix.MAP_NORESERVE,
                    fd,
                    0);
        } catch (RuntimeException refused) {
            Posix.munmap(raw, rawLength);
            throw refused;
        }
        if (hugePages) {
            // Heard only where the file system may have huge pages.
            Posix.tryMadvise(aligned, length, Posix.MADV_HUGEPAGE);
        }
        return new Mapping(raw, rawLength, aligned, length, true);
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
