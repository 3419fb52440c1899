package dev.spindle.engine.memory;

import dev.spindle.perf.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The two files of an arena that outlives its process: the data and the descriptors of their pages, in a directory of a file system in
 * memory.
 *
 * <p>The files are as long as the arena may grow and hold only what was used. A store into a mapped page for which the file system
 * has no room would end the process, so room is taken before the frontier passes it ({@link #back}), in steps of {@link #STEP}: a full
 * file system is an arena that is full. The page toucher takes it ahead of the core.
 *
 * <p>Room taken is not given back while the server runs: what is free in the arena is used again before the files grow.
 */
public final class ArenaFiles implements AutoCloseable {

    /** The file of the data. */
    public static final String DATA = "data";

    /** The file of the descriptors of pages. */
    public static final String PAGES = "pages";

    private static final long STEP = 16L << 20;
    private static final int OWNER_ONLY = 0600;

    private final long length;
    private final int dataFd;
    private final int pagesFd;
    private volatile long backed;

    private ArenaFiles(long length, int dataFd, int pagesFd) {
        this.length = length;
        this.dataFd = dataFd;
        this.pagesFd = pagesFd;
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

    @Override
    public void close() {
        Posix.close(dataFd);
        Posix.close(pagesFd);
    }
}
