package dev.spindle.aof.replay;

import dev.spindle.aof.manifest.LogEntry;
import java.nio.file.Path;

/**
 * A file of the log that was looked through.
 *
 * @param entry of the manifest.
 * @param file with its bytes.
 * @param end up to where it is whole: complete units only.
 * @param nextSequence what the number of the next frame must be; -1 while no frame has told.
 * @param size bytes of the file before anything was cut.
 * @param damage what is wrong behind {@code end}; null when nothing is.
 * @param damageAt where that is.
 * @param beyond where something good follows behind the damage; -1 when nothing does.
 * @param empty whether nothing in it is whole: no effect of it counts.
 * @param tail where its frames end; null when it is a file of commands.
 * @param openEnd up to where frames of a unit reach that is not complete here; the same as {@code end} when there is none.
 * @param goesOn whether its last unit goes on in the next part: a log broke within it and another took its place.
 */
public record LogPart(
        LogEntry entry,
        Path file,
        long end,
        long nextSequence,
        long size,
        String damage,
        long damageAt,
        long beyond,
        boolean empty,
        Tail tail,
        long openEnd,
        boolean goesOn) {

    /**
     * Where the frames of a generation end, complete units or not.
     *
     * @param log id of the generation; 0 when it has none.
     * @param end behind the last good frame.
     * @param sequence of that; -1 when there is none.
     * @param checksum of that.
     * @param continues whether the unit goes on behind it.
     */
    public record Tail(long log, long end, long sequence, int checksum, boolean continues) {

        /** Whether there are frames. */
        public boolean hasFrames() {
            return sequence >= 0;
        }
    }

    /** Whether it is a generation that has frames. */
    public boolean hasFrames() {
        return tail != null && tail.hasFrames();
    }

    /** The same, its last unit being completed by the parts behind it. */
    LogPart completed() {
        return new LogPart(
                entry, file, openEnd, nextSequence, size, null, 0, -1, false, tail, openEnd, true);
    }

    /** Whether nothing is wrong but that its last unit is not complete. */
    boolean isOpen() {
        return isCut() && openEnd > end;
    }

    /** Whether nothing is wrong with it. */
    public boolean isWhole() {
        return damage == null;
    }

    /** Whether only its end is missing. */
    public boolean isCut() {
        return damage != null && beyond < 0;
    }
}
