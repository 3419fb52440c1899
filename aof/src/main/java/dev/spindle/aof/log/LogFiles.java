package dev.spindle.aof.log;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameDescriptor;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** Makes logs and finds their files. */
public final class LogFiles {

    private static final String QUEUE_FILE = "*.cq4";

    private LogFiles() {}

    /**
     * Makes a log and writes its first frame, which tells when it began and has an id that no other log has.
     *
     * @param path of the file or directory; whatever is there is deleted: nothing that counts has ever been written to a generation that no manifest lists.
     * @throws IOException where it cannot be made.
     */
    public static AofLog create(LogFormat format, Path path, long nowMs, FrameBuffer buffer)
            throws IOException {
        delete(path);
        long id = 0;
        while (id == 0) {
            id = ThreadLocalRandom.current().nextLong();
        }
        var first = buffer.seal(FrameDescriptor.STARTS, id, nowMs, 0);
        return format == LogFormat.CHRONICLE
                ? new ChronicleLog(path, ChronicleLog.BLOCK, first)
                : new FileLog(path, first);
    }

    /** The file with the frames of a log; null when there is none. */
    public static Path framesOf(LogFormat format, Path path) throws IOException {
        if (format == LogFormat.FILE) {
            return Files.isRegularFile(path) ? path : null;
        }
        if (!Files.isDirectory(path)) {
            return null;
        }
        Path found = null;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, QUEUE_FILE)) {
            for (Path file : files) {
                if (found != null) {
                    throw new IOException("more than one queue file in " + path);
                }
                found = file;
            }
        }
        return found;
    }

    /** Deletes a log, if it is there. */
    public static void delete(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(path);
    }
}
