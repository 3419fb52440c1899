package dev.spindle.aof.replay;

import dev.spindle.aof.frame.FrameReader;
import dev.spindle.aof.log.LogFormat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads parts of a log for tools: as plain commands, or up to a point. */
public final class PartReader {

    private PartReader() {}

    /**
     * A place that is not after a point that was asked for.
     *
     * @param offset in the file: where frames end that count, were it only as the beginning of a unit that the next part goes on with.
     * @param unitsEnd where the last unit ends that is complete before it.
     * @param sequence of the frame that ends there; 0 without any, and in a file of commands.
     * @param wholePart whether nothing is behind it.
     */
    public record Point(long offset, long unitsEnd, long sequence, boolean wholePart) {}

    /** Appends the commands of a part to a file; answers how many bytes. */
    public static long copy(LogPart part, FileChannel to) throws IOException {
        long before = to.position();
        if (part.entry().format() == null) {
            append(part.file(), to, part.end());
        } else {
            try (FrameReader reader = frames(part)) {
                while (reader.endOffset() < part.end() && reader.next()) {
                    reader.writeEffects(to);
                }
            }
        }
        return to.position() - before;
    }

    private static FrameReader frames(LogPart part) throws IOException {
        return new FrameReader(part.file(), part.entry().format() == LogFormat.CHRONICLE, -1);
    }

    /** Copies the beginning of a file. */
    public static void copyBytes(Path from, Path to, long length) throws IOException {
        try (FileChannel channel =
                FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            append(from, channel, length);
            channel.force(true);
        }
    }

    private static void append(Path from, FileChannel to, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(from, StandardOpenOption.READ)) {
            long at = 0;
            while (at < length) {
                long moved = channel.transferTo(at, length - at, to);
                if (moved <= 0) {
                    throw new IOException("The file " + from + " got shorter");
                }
                at += moved;
            }
        }
    }

    /**
     * The last place in a part that is not after a point: between units, or its end.
     *
     * @param bySequence whether the point is the number of a frame; otherwise it is a time, milliseconds since 1970.
     */
    public static Point pointBefore(LogPart part, boolean bySequence, long limit)
            throws IOException {
        return part.entry().format() == null
                ? inCommands(part, bySequence, limit)
                : inFrames(part, bySequence, limit);
    }

    private static Point inFrames(LogPart part, boolean bySequence, long limit) throws IOException {
        long offset = 0;
        long sequence = 0;
        try (FrameReader reader = frames(part)) {
            while (reader.endOffset() < part.end() && reader.next()) {
                offset = Math.max(offset, reader.beginOffset());
                long key = bySequence ? reader.sequence() : reader.timeMs();
                if (key > limit) {
                    return new Point(offset, offset, sequence, false);
                }
                if (!reader.continues()) {
                    offset = reader.endOffset();
                    sequence = reader.sequence();
                }
            }
        }
        return new Point(part.end(), Math.min(offset, part.end()), sequence, true);
    }

    // Only lines that tell the time give a point there.
    private static Point inCommands(LogPart part, boolean bySequence, long limit)
            throws IOException {
        try (CommandFile commands = new CommandFile(part.file(), 0)) {
            long offset = 0;
            while (commands.completeUpTo() < part.end()) {
                CommandFile.Item item = commands.next();
                if (item == CommandFile.Item.ANNOTATION
                        && !bySequence
                        && commands.timeMs() > limit) {
                    return new Point(offset, offset, 0, false);
                }
                if (item == CommandFile.Item.END || item == CommandFile.Item.DAMAGE) {
                    break;
                }
                offset = commands.completeUpTo();
            }
        }
        return new Point(part.end(), part.end(), 0, true);
    }
}
