package dev.spindle.engine.memory;

import dev.spindle.perf.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * The two files of an arena that outlives its process: the data and the descriptors of their pages, in a directory of a file system in
 * memory.
 *
 * <p>The files are as long as the arena may grow and hold only what was used. A store into a mapped page for which the file system
 * has no room would end the process, so room is taken before the frontier passes it ({@link #back}), in steps of {@link #STEP}: a full
 * file system is an arena that is full. The page toucher takes it ahead of the core.
 *
 * <p>Room of long free runs is given back as other memory is, in whole spans of {@link #SPAN}, which leaves holes in the file of the data. Each is
 * known, since a store into one would need room that may not be there: it is filled again before the core uses any page of it, and if it cannot be, the arena is full.
 * Who opens the files again must be told of the holes ({@link #takeOver}), or filling them would take at once what was given back.
 */
public final class ArenaFiles implements AutoCloseable {

    /** The file of the data. */
    public static final String DATA = "data";

    /** The file of the descriptors of pages. */
    public static final String PAGES = "pages";

    /** Bytes that are given back together: a huge page, at a multiple of its size. */
    static final long SPAN = 2L << 20;

    private static final long STEP = 16L << 20;
    private static final int OWNER_ONLY = 0600;

    private final long length;
    private final int dataFd;
    private final int pagesFd;
    private volatile long backed;

    // The core's.
    private final BitSet holes;
    private int holeCount;

    private ArenaFiles(long length, int dataFd, int pagesFd) {
        this.length = length;
        this.dataFd = dataFd;
        this.pagesFd = pagesFd;
        holes = new BitSet((int) (length / SPAN));
    }

    /**
     * Opens the files of an arena, or makes them.
     *
     * @param length of the arena in bytes.
     * @throws dev.spindle.perf.os.PosixException when the operating system refuses.
     */
    public static ArenaFiles open(Path directory, long length) {
        long pageBytes = pageFileLength(length);
        int data = openFile(directory.resolve(DATA), length);
        int pages;
        try {
            pages = openFile(directory.resolve(PAGES), pageBytes);
        } catch (RuntimeException refused) {
            Posix.close(data);
            throw refused;
        }
        return new ArenaFiles(length, data, pages);
    }

    private static int openFile(Path path, long length) {
        int fd =
                Posix.open(
                        path.toString(),
                        Posix.O_RDWR | Posix.O_CREAT | Posix.O_CLOEXEC,
                        OWNER_ONLY);
        try {
            Posix.truncate(fd, length);
        } catch (RuntimeException refused) {
            Posix.close(fd);
            throw refused;
        }
        return fd;
    }

    /** Removes the files of an arena, if they are there; who has them mapped keeps what is in them. */
    public static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(DATA));
        Files.deleteIfExists(directory.resolve(PAGES));
    }

    /** Whether both files are there and as long as an arena of a length needs. */
    public static boolean fit(Path directory, long length) throws IOException {
        Path data = directory.resolve(DATA);
        Path pages = directory.resolve(PAGES);
        return Files.isRegularFile(data)
                && Files.isRegularFile(pages)
                && Files.size(data) == length
                && Files.size(pages) == pageFileLength(length);
    }

    private static long pageFileLength(long length) {
        return ((length >>> PageRuns.PAGE_SHIFT) + 1) << PageDescriptors.SHIFT;
    }

    /** Bytes that the arena may grow to. */
    long length() {
        return length;
    }

    Mapping mapData(boolean hugePages) {
        return Mapping.file(dataFd, length, hugePages);
    }

    Mapping mapPages() {
        return Mapping.file(pagesFd, pageFileLength(length), false);
    }

    /** Bytes from the start of the arena that have room. */
    long backed() {
        return backed;
    }

    /**
     * Takes room for the arena up to an offset; any thread.
     *
     * @return whether it is there now.
     */
    boolean back(long upTo) {
        return upTo <= backed || backMore(upTo);
    }

    private synchronized boolean backMore(long upTo) {
        long from = backed;
        if (upTo <= from) {
            return true;
        }
        if (upTo > length) {
            return false;
        }
        long to = Math.min(length, (upTo + STEP - 1) / STEP * STEP);
        long pagesFrom = from >>> PageRuns.PAGE_SHIFT << PageDescriptors.SHIFT;
        long pagesTo = pageFileLength(to);
        if (Posix.tryAllocate(pagesFd, pagesFrom, pagesTo - pagesFrom) != 0
                || Posix.tryAllocate(dataFd, from, to - from) != 0) {
            return false;
        }
        backed = to;
        return true;
    }

    /**
     * Gives a span back; the core's.
     *
     * @param offset from the start of the arena, a multiple of {@link #SPAN}; no page of it is in use.
     * @param address where it is mapped.
     * @return whether there is a hole now that was none before.
     */
    boolean giveBack(long offset, long address) {
        int span = (int) (offset / SPAN);
        if (holes.get(span) || Posix.tryMadvise(address, SPAN, Posix.MADV_REMOVE) != 0) {
            return false;
        }
        holes.set(span);
        holeCount++;
        return true;
    }

    /**
     * Takes room again where holes are; the core's, before it uses what lies there.
     *
     * @return whether all of it has room now.
     */
    boolean refill(long from, long bytes) {
        if (holeCount == 0) {
            return true;
        }
        int end = (int) ((from + bytes - 1) / SPAN);
        for (int span = holes.nextSetBit((int) (from / SPAN));
                span >= 0 && span <= end;
                span = holes.nextSetBit(span + 1)) {
            if (Posix.tryAllocate(dataFd, span * SPAN, SPAN) != 0) {
                return false;
            }
            holes.clear(span);
            holeCount--;
        }
        return true;
    }

    /** Which spans are holes, in the form of {@link BitSet#toLongArray}. */
    long[] holes() {
        return holes.toLongArray();
    }

    /**
     * Goes on with files of a process before: takes room up to an offset, which is there already, but not where it had given it back.
     *
     * @return whether it is there now.
     */
    synchronized boolean takeOver(long upTo, long[] holesBefore) {
        if (upTo > length) {
            return false;
        }
        BitSet before = BitSet.valueOf(holesBefore);
        if ((long) before.length() * SPAN > upTo) {
            return false;
        }
        long from = 0;
        while (from < upTo) {
            long hole = before.nextSetBit((int) (from / SPAN)) * SPAN;
            long to = hole < 0 ? upTo : hole;
            if (to > from && Posix.tryAllocate(dataFd, from, to - from) != 0) {
                return false;
            }
            from = to == upTo ? upTo : before.nextClearBit((int) (to / SPAN)) * SPAN;
        }
        if (Posix.tryAllocate(pagesFd, 0, pageFileLength(upTo)) != 0) {
            return false;
        }
        holes.or(before);
        holeCount = holes.cardinality();
        backed = Math.max(backed, upTo);
        return true;
    }

    @Override
    public void close() {
        Posix.close(dataFd);
        Posix.close(pagesFd);
    }
}
