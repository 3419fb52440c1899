package dev.spindle.rdb.write;

import dev.spindle.rdb.format.RdbOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that appears under its name only when it is whole and safe on disk.
 *
 * <pre>
 *   temp file: write, fsync every {@link #SYNC_BYTES} on the way, fsync, close ► rename over the old file ► fsync the directory
 * </pre>
 *
 * What fails on the way leaves the old file as it was and no temporary one behind.
 */
public final class RdbFile {

    /** With incremental fsync, bytes after which the disk is waited for: so there is never a flood of them at the end. */
    public static final long SYNC_BYTES = 4L << 20;

    /** Names of temporary files: the number of the process, and what it writes. */
    private static final Pattern TEMPORARY = Pattern.compile("temp-(\\d{1,18})(?:-[a-z]+)?\\.rdb");

    private final Path directory;
    private final String temporaryName;
    private final String name;
    private final boolean incremental;
    private long unsynced;
    private String step = "";

    /**
     * Names a file.
     *
     * @param temporaryName of the file until it is whole, in the same directory.
     * @param incremental whether to wait for the disk on the way, too.
     */
    public RdbFile(Path directory, String temporaryName, String name, boolean incremental) {
        this.directory = directory;
        this.temporaryName = temporaryName;
        this.name = name;
        this.incremental = incremental;
    }

    /** Writes what goes through an output. */
    @FunctionalInterface
    public interface Content {

        /** Writes all of it and flushes. */
        void write(RdbOutput out);
    }

    /**
     * Writes the file.
     *
     * @param checksum whether the content asks for the checksum of what it has written.
     * @throws SaveFailure saying what could not be done, as Redis says it.
     * @throws SaveCancelled when the content was cancelled.
     */
    public void write(Content content, RdbOutput out, boolean checksum) throws SaveFailure {
        Path temporary = directory.resolve(temporaryName);
        FileChannel channel = open(temporary);
        boolean done = false;
        try {
            fill(channel, content, out, checksum);
            move(temporary);
            done = true;
        } finally {
            if (!done) {
                remove(temporary);
            }
        }
    }

    /**
     * Deletes the temporary files of processes that were killed while they wrote them. Each is locked while somebody writes it, and
     * the kernel lets go of that with the process; a file of a process that lives is left alone all the same.
     *
     * @return the names of what was deleted.
     */
    public static List<String> deleteLeftovers(Path directory) throws IOException {
        List<String> deleted = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "temp-*.rdb")) {
            for (Path file : files) {
                Matcher name = TEMPORARY.matcher(file.getFileName().toString());
                if (name.matches() && isLeft(Long.parseLong(name.group(1)), file)) {
                    Files.delete(file);
                    deleted.add(name.group());
                }
            }
        }
        return deleted;
    }

    private static boolean isLeft(long pid, Path file) throws IOException {
        boolean lives = pid != ProcessHandle.current().pid() && ProcessHandle.of(pid).isPresent();
        if (lives || !Files.isRegularFile(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private FileChannel open(Path temporary) throws SaveFailure {
        try {
            FileChannel channel =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
            lock(channel);
            return channel;
        } catch (IOException e) {
            throw new SaveFailure(
                    "Failed opening the temp RDB file "
                            + temporaryName
                            + " (in server root dir "
                            + directory
                            + ") for saving: "
                            + reason(e),
                    e);
        }
    }

    // Held until the channel is closed. It only keeps others from deleting the file: without it,
    // saving works as well.
    private static void lock(FileChannel channel) {
        try {
            channel.tryLock();
        } catch (IOException | OverlappingFileLockException e) {
            return;
        }
    }

    private void fill(FileChannel channel, Content content, RdbOutput out, boolean checksum)
            throws SaveFailure {
        step = "rdbSaveRio";
        try (channel) {
            out.open(bytes -> drain(channel, bytes), checksum);
            content.write(out);
            out.flush();
            step = "fsync";
            channel.force(true);
            step = "fclose";
        } catch (IOException e) {
            throw writeError(e);
        } catch (UncheckedIOException e) {
            throw writeError(e.getCause());
        }
    }

    private SaveFailure writeError(IOException e) {
        return new SaveFailure(
                "Write error while saving DB to the disk(" + step + "): " + reason(e), e);
    }

    private void drain(FileChannel channel, ByteBuffer bytes) throws IOException {
        unsynced += bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        if (incremental && unsynced >= SYNC_BYTES) {
            channel.force(false);
            unsynced = 0;
        }
    }

    private void move(Path temporary) throws SaveFailure {
        try {
            Files.move(
                    temporary,
                    directory.resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new SaveFailure(
                    "Error moving temp DB file "
                            + temporaryName
                            + " on the final destination "
                            + name
                            + " (in server root dir "
                            + directory
                            + "): "
                            + reason(e),
                    e);
        }
        try (FileChannel itself = FileChannel.open(directory, StandardOpenOption.READ)) {
            itself.force(true);
        } catch (IOException e) {
            throw new SaveFailure("Failed to fsync directory " + directory + ": " + reason(e), e);
        }
    }

    private static void remove(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // What prevented the file from being written may prevent this, too; the failure told is
            // the first.
            return;
        }
    }

    // The system's words without the path, which stands beside it.
    private static String reason(IOException e) {
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "Permission denied";
        }
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "No such file or directory";
        }
        String text = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return text == null ? e.toString() : text;
    }
}
