package dev.spindle.aof.manifest;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.log.LogMaker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The directory of a log: who owns it, what its manifest lists, and the steps by which that changes. Each step leaves a state from which the
 * data can be loaded, wherever the process ends.
 *
 * <pre>
 *   start      manifest: base, 1..n          ► make n+1, list it          (the server never appends to what a run before has written)
 *   killed     base, 1..n, ring              ► what n lacks is added to it from the ring, before that start
 *   rewrite    base, 1..n                    ► make n+1, list it          n and n+1 both count, n+1 is empty
 *              the core goes over to n+1 at the epoch, the base of that epoch is written and forced
 *              base', n+1                    ◄ one rename of the manifest
 *              the old base and 1..n are deleted
 *   first base (none) or a log that is incomplete: n+1 is made but not listed until base' is there
 * </pre>
 *
 * <p>Methods may be called by the core before it serves, by the agent's thread and by the one that rewrites; they exclude one another.
 *
 * <p>A lock on a file of its own keeps a second server out; the kernel lets go of it with the process, whatever its number was.
 */
public final class LogDirectory implements AutoCloseable {

    private final Path directory;
    private final String fileName;
    private final LogFormat format;
    private final LogMaker maker;
    private FileChannel lockFile;
    private FileLock lock;
    private Manifest manifest = Manifest.EMPTY;
    private final List<LogEntry> unlisted = new ArrayList<>();
    private long lastNumber;

    /**
     * Names a directory; nothing is touched.
     *
     * @param fileName appendfilename, which all names in it begin with.
     * @param format of generations made from now on.
     */
    public LogDirectory(Path directory, String fileName, LogFormat format) {
        this(directory, fileName, format, LogFiles::create);
    }

    /**
     * Names a directory; nothing is touched.
     *
     * @param fileName appendfilename, which all names in it begin with.
     * @param format of generations made from now on.
     * @param maker of these.
     */
    public LogDirectory(Path directory, String fileName, LogFormat format, LogMaker maker) {
        this.maker = maker;
        this.directory = directory;
        this.fileName = fileName;
        this.format = format;
    }

    /** The directory. */
    public Path path() {
        return directory;
    }

    /** The manifest's file. */
    public Path manifestFile() {
        return directory.resolve(fileName + ".manifest");
    }

    /** What is listed now. */
    public synchronized Manifest manifest() {
        return manifest;
    }

    /** The path of an entry. */
    public Path path(LogEntry entry) {
        return directory.resolve(entry.name());
    }

    /**
     * Takes the directory into possession, making it if it is not there, and reads its manifest.
     *
     * @throws LogRefusal when another server has it, or the manifest is none.
     */
    public synchronized void open() throws IOException {
        boolean made = !Files.isDirectory(directory);
        Files.createDirectories(directory);
        if (made) {
            Manifest.forceDirectory(directory.toAbsolutePath().getParent());
        }
        acquire();
        if (Files.exists(manifestFile())) {
            manifest = Manifest.read(manifestFile());
        }
        lastNumber = manifest.lastIncrement();
        if (manifest.base() != null) {
            lastNumber = Math.max(lastNumber, manifest.base().number());
        }
    }

    private void acquire() throws IOException {
        lockFile =
                FileChannel.open(
                        directory.resolve(fileName + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            lockFile.close();
            throw new LogRefusal(
                    "The append only log in " + directory + " is in use by another server");
        }
    }

    /**
     * Takes in the single file that Redis before 7 wrote, as Redis 7 does: it becomes the base, once the manifest lists it.
     *
     * @return whether there was one.
     */
    public synchronized boolean adoptOldFile(Path old) throws IOException {
        Path within = directory.resolve(fileName);
        if (!manifest.entries().isEmpty() || !Files.isRegularFile(old) && !Files.exists(within)) {
            return false;
        }
        // The manifest first: if it alone is there, the next start finds the file outside and goes
        // on.
        LogEntry base = new LogEntry(fileName, 1, LogEntry.Kind.BASE, -1);
        list(new Manifest(base, List.of()));
        lastNumber = 1;
        finishAdoption(old);
        return true;
    }

    /** Moves an old single file to where the manifest lists it, if a run before did not come so far. */
    public synchronized void finishAdoption(Path old) throws IOException {
        LogEntry base = manifest.base();
        if (base != null
                && base.name().equals(fileName)
                && !Files.exists(path(base))
                && Files.isRegularFile(old)) {
            Files.move(old, path(base), StandardCopyOption.ATOMIC_MOVE);
            Manifest.forceDirectory(directory);
            Manifest.forceDirectory(old.toAbsolutePath().getParent());
        }
    }

    private void list(Manifest next) throws IOException {
        next.write(manifestFile());
        manifest = next;
    }

    /** Deletes what belongs to this log by its name and is not listed: left over from a rewrite that did not end. */
    public synchronized void deleteLeftovers() throws IOException {
        Set<String> listed = new HashSet<>();
        manifest.entries().forEach(entry -> listed.add(entry.name()));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean ours =
                        name.startsWith(fileName + ".")
                                && (name.contains(".incr.") || name.endsWith(".base.rdb"));
                if (ours && !listed.contains(name) || name.startsWith("temp-rewriteaof-")) {
                    LogFiles.delete(file);
                }
            }
        }
    }

    /**
     * Makes the next generation and lists it.
     *
     * @param firstSequence of the frames that it will hold, or -1 when that is not known yet.
     */
    public synchronized AofLog openNext(long firstSequence, FrameBuffer buffer) throws IOException {
        LogEntry entry = nextEntry(firstSequence);
        AofLog log = maker.create(format, path(entry), System.currentTimeMillis(), buffer);
        try {
            log.force();
            Manifest.forceDirectory(path(entry));
            Manifest.forceDirectory(directory);
            if (unlisted.isEmpty()) {
                list(manifest.with(entry));
            } else {
                // It goes on from one that counts only with the base to come.
                unlisted.add(entry);
            }
        } catch (IOException e) {
            log.close();
            LogFiles.delete(path(entry));
            throw e;
        }
        return log;
    }

    /** Makes the next generation for a base that is still to be written; it is listed together with that. */
    public synchronized AofLog openUnlisted(FrameBuffer buffer) throws IOException {
        LogEntry entry = nextEntry(-1);
        AofLog log = maker.create(format, path(entry), System.currentTimeMillis(), buffer);
        unlisted.add(entry);
        return log;
    }

    private LogEntry nextEntry(long firstSequence) {
        long number = ++lastNumber;
        return new LogEntry(
                fileName + "." + number + ".incr." + format.suffix(),
                number,
                LogEntry.Kind.INCREMENT,
                firstSequence);
    }

    /** The name of the base that a generation goes on from. */
    public String baseName(long generation) {
        return fileName + "." + generation + ".base.rdb";
    }

    /**
     * A base is whole and on disk: from now on it counts, with the generations from a number on.
     *
     * @param fromGeneration number of the generation that goes on from it.
     * @return what counts no more, to be deleted.
     */
    public synchronized List<LogEntry> rebase(long fromGeneration) throws IOException {
        LogEntry base =
                new LogEntry(baseName(fromGeneration), fromGeneration, LogEntry.Kind.BASE, -1);
        Manifest next = new Manifest(base, List.of());
        List<LogEntry> all = new ArrayList<>(manifest.increments());
        all.addAll(unlisted);
        for (LogEntry entry : all) {
            if (entry.number() >= fromGeneration) {
                next = next.with(entry);
            }
        }
        Set<LogEntry> kept = new HashSet<>(next.entries());
        if (manifest.base() != null) {
            all.add(manifest.base());
        }
        List<LogEntry> gone = all.stream().filter(entry -> !kept.contains(entry)).toList();
        list(next);
        unlisted.clear();
        return gone;
    }

    /** Number of the last generation made, listed or not. */
    public synchronized long lastNumber() {
        return lastNumber;
    }

    /** A generation that counts only with a base to come is not going to be used. */
    public synchronized void forgetUnlisted(long generation) throws IOException {
        for (LogEntry entry : List.copyOf(unlisted)) {
            if (entry.number() == generation) {
                unlisted.remove(entry);
                LogFiles.delete(path(entry));
            }
        }
    }

    /** Lists no more the generations from a number on; for a repair. */
    public synchronized void dropFrom(long number) throws IOException {
        Manifest kept = new Manifest(manifest.base(), List.of());
        for (LogEntry entry : manifest.increments()) {
            if (entry.number() < number) {
                kept = kept.with(entry);
            }
        }
        list(kept);
    }

    /** Deletes files that count no more. */
    public void delete(List<LogEntry> gone) throws IOException {
        for (LogEntry entry : gone) {
            LogFiles.delete(path(entry));
        }
        Manifest.forceDirectory(directory);
    }

    /** Gives the directory back. */
    @Override
    public synchronized void close() throws IOException {
        if (lock != null) {
            lock.release();
            lockFile.close();
            lock = null;
        }
    }
}
