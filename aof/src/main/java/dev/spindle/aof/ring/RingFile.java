package dev.spindle.aof.ring;

import dev.spindle.perf.os.Posix;
import dev.spindle.perf.os.PosixException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Memory for a ring that outlives its process: a file of a file system in memory, mapped.
 *
 * <h2>Why</h2>
 *
 * Redis calls write(2) before it replies, so what it has acknowledged is the kernel's when the process is killed, whatever {@code
 * appendfsync} says. Here the core must not make system calls, and the agent appends a little later. But the kernel keeps what lies in a
 * shared mapping as it keeps what was written; so the ring itself is the write. The core does what it would do over memory of its own, store for
 * store, and a start after a kill finds the bytes ({@link LeftRing}) and brings the log to its end
 * ({@link dev.spindle.aof.replay.RingRecovery}). A machine that stops takes this memory along: there the promise is that of {@code appendfsync}, as ever.
 *
 * <h2>What may be mapped</h2>
 *
 * Only tmpfs: a store into a mapping of a disk can wait for the disk. All room is taken here, so that a full file system is an exception
 * now and not a signal at some store later; then, and where there is no tmpfs, the caller goes on with memory that dies with the process.
 *
 * <h2>Whose it is</h2>
 *
 * The name comes from the path of the log, so each log has its ring, and a start finds what the one before has left. Whoever has the log's
 * lock has the ring too; since several machines in name (containers) may share a tmpfs and give other logs the same path, the file has a lock of its own
 * beside. It is readable for its owner alone, is made new each time and never through a link: the place may be one where everybody may write.
 */
public final class RingFile implements AutoCloseable {

    private static final String PREFIX = "spindle-ring-";
    private static final int NAME_BYTES = 12;
    private static final int OWNER_ONLY = 0600;
    private static final String TMPFS = "tmpfs";

    private final Path path;
    private final long capacity;
    private final long address;
    private final FileChannel lock;

    private RingFile(Path path, long capacity, long address, FileChannel lock) {
        this.path = path;
        this.capacity = capacity;
        this.address = address;
        this.lock = lock;
    }

    /**
     * The path of a log's ring.
     *
     * @param parent where rings are kept.
     * @param log the log's directory, which must be there.
     * @param fileName of the log, as there may be several in a directory.
     */
    public static Path path(Path parent, Path log, String fileName) throws IOException {
        String name = log.toRealPath().resolve(fileName).toString();
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            return parent.resolve(PREFIX + HexFormat.of().formatHex(hash, 0, NAME_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Makes the file, in place of one that was left there.
     *
     * @param bytes of data, a power of two.
     * @throws IOException when it cannot be made; the message says why.
     */
    public static RingFile make(Path path, long bytes) throws IOException {
        if (!Posix.isAvailable()) {
            throw new IOException(Posix.unavailableReason());
        }
        if (!Files.isDirectory(path.getParent())) {
            throw new IOException("there is no directory " + path.getParent());
        }
        String type = Files.getFileStore(path.getParent()).type();
        if (!type.equals(TMPFS)) {
            throw new IOException(path.getParent() + " is on " + type + ", not in memory");
        }
        delete(path);
        long address;
        try {
            address = map(path, bytes + RingDescriptor.DATA);
        } catch (IOException | PosixException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
        try {
            FileChannel lock =
                    FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!isOurs(lock)) {
                lock.close();
                throw new IOException("another server has " + path);
            }
            return new RingFile(path, bytes, address, lock);
        } catch (IOException e) {
            Posix.munmap(address, bytes + RingDescriptor.DATA);
            throw e;
        }
    }

    // The descriptor is closed before anything is locked: closing one lets go of a file's locks.
    private static long map(Path path, long length) throws IOException {
        int flags = Posix.O_RDWR | Posix.O_CREAT | Posix.O_EXCL | Posix.O_CLOEXEC;
        int fd = Posix.open(path.toString(), flags, OWNER_ONLY);
        try {
            int refusal = Posix.tryAllocate(fd, 0, length);
            if (refusal != 0) {
                throw new IOException(
                        refusal == Posix.ENOSPC
                                ? "there is no room for " + length + " bytes"
                                : "taking room for " + length + " bytes failed with " + refusal);
            }
            return Posix.mmap(
                    0, length, Posix.PROT_READ | Posix.PROT_WRITE, Posix.MAP_SHARED, fd, 0);
        } catch (IOException | PosixException e) {
            Files.deleteIfExists(path);
            throw e;
        } finally {
            Posix.close(fd);
        }
    }

    /** Whether a file could be locked, which it stays until it is closed. */
    static boolean isOurs(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Deletes a ring that nobody uses.
     *
     * @throws IOException when somebody does, or it is not ours to delete.
     */
    public static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            try (FileChannel left =
                    FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                if (!isOurs(left)) {
                    throw new IOException("another server has " + path);
                }
            }
        }
        Files.delete(path);
    }

    /** Bytes of data. */
    long capacity() {
        return capacity;
    }

    /** Where it is mapped. */
    long address() {
        return address;
    }

    /** Gives the memory back and leaves the file, which the next start will find. */
    @Override
    public void close() throws IOException {
        Posix.munmap(address, capacity + RingDescriptor.DATA);
        lock.close();
    }

    /** Gives the memory back and deletes the file: there is nothing in it that is not in the log. */
    void remove() throws IOException {
        Files.deleteIfExists(path);
        close();
    }
}
