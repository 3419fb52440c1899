package dev.spindle.aof.replay;

import dev.spindle.aof.frame.FrameReader;
import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogEntry;
import dev.spindle.aof.manifest.LogRefusal;
import dev.spindle.aof.manifest.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Looks through all generations of a log, in order, before any of it is repeated.
 *
 * <p>Only the end of the last generation that has any frames may be missing: that is what a crash leaves, and {@code aof-load-truncated} decides whether it is cut off.
 * What is wrong anywhere else, and good frames behind something that is none, mean that bytes have changed that had been
 * written; then nothing is loaded, since everything behind would follow on a state that never was.
 *
 * <h2>Units over several generations</h2>
 *
 * A unit that is larger than a frame is appended in parts. Where the log breaks in between (its file was cut, its disk failed) another generation
 * takes its place and goes on with the next frame:
 *
 * <pre>
 *   generation 3   ... 41  42+  43+ |                      + more of the unit follows
 *   generation 4                    | 44+  45  46 ...      begins with 44, as the manifest says
 * </pre>
 *
 * So an unfinished unit at the end of a generation is whole when the one behind begins with just the next number and completes it, be it
 * with a further generation in between. Where none completes it, the unit is cut off from all of them, and those that hold nothing
 * else are listed no more: their numbers would not follow on what is left.
 */
public final class LogCheck {

    private static final int READ_AHEAD_FORMAT = 5;
    private static final long TELL_BYTES = 64 << 10;

    private final LogDirectory directory;
    private final List<LogPart> parts = new ArrayList<>();
    private final LongConsumer progress;
    private long looked;
    private long nextSequence = -1;

    // Number of the frame that the unit goes on with that is open at the end of the last part; -1
    // when none is. And the part in which it begins.
    private long openSequence = -1;
    private int openSince;

    /** Looks at a directory that is open. */
    public LogCheck(LogDirectory directory) {
        this(directory, upTo -> {});
    }

    /**
     * Looks at a directory that is open.
     *
     * @param progress told again and again how many bytes have been looked at.
     */
    public LogCheck(LogDirectory directory, LongConsumer progress) {
        this.directory = directory;
        this.progress = progress;
    }

    /**
     * Looks through everything.
     *
     * @throws LogRefusal when a file is missing, or frames of a generation do not go on from the one before.
     */
    public List<LogPart> run() throws IOException {
        Manifest manifest = directory.manifest();
        if (manifest.base() != null && !Files.isRegularFile(directory.path(manifest.base()))) {
            throw missing(manifest.base());
        }
        for (LogEntry entry : manifest.increments()) {
            LogFormat format = entry.format();
            LogPart part = format == null ? commands(entry) : frames(entry, format);
            parts.add(part);
            looked += part.size();
            progress.accept(looked);
            if (part.nextSequence() >= 0) {
                nextSequence = part.nextSequence();
            }
        }
        return parts;
    }

    private static LogRefusal missing(LogEntry entry) {
        return new LogRefusal("The AOF file " + entry.name() + " doesn't exist");
    }

    private LogPart frames(LogEntry entry, LogFormat format) throws IOException {
        long expected = entry.firstSequence() >= 0 ? entry.firstSequence() : nextSequence;
        boolean joins = openSequence >= 0 && expected == openSequence;
        if (nextSequence >= 0 && expected != nextSequence && !joins) {
            throw new LogRefusal(
                    "The AOF generation "
                            + entry.name()
                            + " begins with frame "
                            + expected
                            + " where frame "
                            + nextSequence
                            + " belongs: what lies between is missing");
        }
        Path file = LogFiles.framesOf(format, directory.path(entry));
        if (file == null) {
            throw missing(entry);
        }
        try (FrameReader reader = new FrameReader(file, format == LogFormat.CHRONICLE, expected)) {
            return frames(entry, file, reader, joins, 0, joins ? nextSequence : expected, false);
        }
    }

    /**
     * Looks through what was added behind the last good frame of a part, and through nothing before it: that is as it was found. What stood behind that frame, and
     * the parts behind, must be gone.
     */
    void lookAgain(LogPart part) throws IOException {
        int index = parts.indexOf(part);
        List<LogPart> gone = parts.subList(index, parts.size());
        gone.forEach(old -> looked -= old.size());
        gone.clear();
        LogEntry entry = part.entry();
        LogPart now;
        if (part.hasFrames()) {
            LogPart.Tail tail = part.tail();
            boolean inQueue = entry.format() == LogFormat.CHRONICLE;
            boolean joins = openSequence >= 0 && openSince < index;
            try (FrameReader reader = new FrameReader(part.file(), inQueue, -1)) {
                reader.next();
                reader.skipTo(tail.end(), tail.sequence(), tail.checksum());
                now =
                        frames(
                                entry,
                                part.file(),
                                reader,
                                joins,
                                part.empty() ? 0 : part.end(),
                                part.nextSequence(),
                                tail.continues());
            }
        } else {
            now = frames(entry, entry.format());
        }
        parts.add(now);
        looked += now.size();
        nextSequence = now.nextSequence();
    }

    // From where the reader is; up to there the last whole unit ended at "end", and "next" was to
    // follow it.
    private LogPart frames(
            LogEntry entry,
            Path file,
            FrameReader reader,
            boolean joins,
            long end,
            long next,
            boolean continues)
            throws IOException {
        while (reader.next()) {
            progress.accept(looked + reader.stoppedAt());
            continues = reader.continues();
            if (!continues) {
                end = reader.endOffset();
                next = reader.expectedSequence();
            }
        }
        end = end == 0 ? reader.beginOffset() : end;
        boolean hasUnits = end > reader.beginOffset();
        String damage = reader.damage();
        long at = reader.stoppedAt();
        long beyond = damage == null ? -1 : reader.findBeyond();
        if (damage == null && continues) {
            damage = "a unit of effects that is not complete";
            at = end;
        } else if (damage == null && reader.endOffset() == 0) {
            damage = "nothing, not even its beginning";
        }
        if (joins && hasUnits) {
            for (int i = openSince; i < parts.size(); i++) {
                parts.set(i, parts.get(i).completed());
            }
        }
        follow(continues && beyond < 0, reader.expectedSequence(), joins && !hasUnits);
        LogPart.Tail tail =
                new LogPart.Tail(
                        reader.id(),
                        reader.endOffset(),
                        reader.hasFrames() ? reader.expectedSequence() - 1 : -1,
                        reader.checksum(),
                        continues);
        long openEnd = continues ? reader.endOffset() : end;
        long size = reader.fileSize();
        return new LogPart(
                entry, file, end, next, size, damage, at, beyond, !hasUnits, tail, openEnd, false);
    }

    // Notes where a unit is open, for the part to come.
    private void follow(boolean isOpen, long expected, boolean isMiddle) {
        if (isOpen) {
            openSince = isMiddle ? openSince : parts.size();
            openSequence = expected;
        } else if (!isMiddle) {
            openSequence = -1;
        }
    }

    private LogPart commands(LogEntry entry) throws IOException {
        Path file = directory.path(entry);
        if (!Files.isRegularFile(file)) {
            throw missing(entry);
        }
        return commands(entry, file, 0, nextSequence, upTo -> progress.accept(looked + upTo));
    }

    /**
     * Looks through a file of commands from an offset on.
     *
     * @param progress told now and then how many bytes have been looked at.
     */
    static LogPart commands(
            LogEntry entry, Path file, long from, long nextSequence, LongConsumer progress)
            throws IOException {
        try (CommandFile commands = new CommandFile(file, from)) {
            CommandFile.Item item;
            long tellAt = from;
            do {
                item = commands.next();
                if (commands.offset() >= tellAt) {
                    progress.accept(commands.offset() - from);
                    tellAt = commands.offset() + TELL_BYTES;
                }
            } while (item == CommandFile.Item.COMMAND || item == CommandFile.Item.ANNOTATION);
            String damage = commands.damage();
            long beyond = damage == null ? -1 : commands.offset();
            if (damage == null && commands.completeUpTo() < commands.size()) {
                damage = "a command, or a transaction, that is not complete";
            }
            return new LogPart(
                    entry,
                    file,
                    commands.completeUpTo(),
                    nextSequence,
                    commands.size(),
                    damage,
                    commands.itemStart(),
                    beyond,
                    commands.completeUpTo() == from,
                    null,
                    commands.completeUpTo(),
                    false);
        }
    }

    /** Whether a file begins as a snapshot of Redis's does. */
    public static boolean isSnapshot(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(READ_AHEAD_FORMAT);
            return new String(head, java.nio.charset.StandardCharsets.ISO_8859_1).equals("REDIS");
        }
    }

    /**
     * Decides what becomes of what is not whole: cuts off the end of the last part, or refuses.
     *
     * @param mayCut aof-load-truncated.
     * @param log receives what Redis says then, and what was dropped.
     * @throws LogRefusal when the log must not be loaded.
     */
    public void settle(boolean mayCut, Consumer<String> log) throws IOException {
        for (int i = 0; i < parts.size(); i++) {
            LogPart part = parts.get(i);
            if (part.isWhole()) {
                if (part.size() > part.end() && part.entry().format() != null) {
                    // Room that was set aside; the next start need not look through it.
                    cut(part.file(), part.end());
                }
                continue;
            }
            if (!part.isCut() || !isLastWithFrames(i)) {
                throw new LogRefusal(
                        "Bad file format reading the append only file "
                                + part.entry().name()
                                + ": at offset "
                                + part.damageAt()
                                + " there is "
                                + part.damage()
                                + (part.beyond() >= 0
                                        ? ", and more follows at offset " + part.beyond()
                                        : ", and more generations follow")
                                + ". Make a backup of your AOF files, then use the check tool: check-aof --fix "
                                + directory.path());
            }
            if (!mayCut) {
                throw new LogRefusal(
                        "Unexpected end of file reading the append only file "
                                + part.entry().name()
                                + ". You can: 1) Make a backup of your AOF files, then use check-aof --fix "
                                + directory.path()
                                + ". 2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and"
                                + " restart the server.");
            }
            String name = part.entry().name();
            log.accept("!!! Warning: short read while loading the AOF file " + name + "!!!");
            log.accept("AOF loaded anyway because aof-load-truncated is enabled");
            log.accept(
                    "Truncating the AOF "
                            + name
                            + " at offset "
                            + part.end()
                            + ": "
                            + (part.size() - part.end())
                            + " bytes dropped, there was "
                            + part.damage()
                            + " at offset "
                            + part.damageAt());
            boolean orphans = hasOrphans(i);
            if (orphans) {
                // Before the cut: after it, their numbers would tell of frames that are missing.
                directory.dropFrom(parts.get(i + 1).entry().number());
            }
            cut(part.file(), part.end());
            if (orphans) {
                parts.subList(i + 1, parts.size()).clear();
            }
        }
    }

    // Whether generations behind a cut were to go on with the unit that is cut off.
    private boolean hasOrphans(int index) {
        long next = parts.get(index).nextSequence();
        return parts.subList(index + 1, parts.size()).stream()
                .anyMatch(
                        later ->
                                !later.isWhole()
                                        || later.entry().firstSequence() >= 0
                                                && later.entry().firstSequence() != next);
    }

    // A generation is made, and listed, ahead of the moment from which on it is written; where a
    // crash comes in between, the end that may be
    // missing is that of the one before. Frames behind it never are: the one before is whole and
    // forced before the next gets any.
    private boolean isLastWithFrames(int index) {
        return parts.subList(index + 1, parts.size()).stream()
                .allMatch(later -> later.empty() && (later.isWhole() || later.isOpen()));
    }

    /** Cuts a file so that it lasts. */
    public static void cut(Path file, long end) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(end);
            channel.force(true);
        }
    }

    /** Bytes of the files that were looked at. */
    public long lookedBytes() {
        return looked;
    }

    /** What was found, in order. */
    public List<LogPart> parts() {
        return parts;
    }

    /** What the number of the next frame must be. */
    public long nextSequence() {
        return Math.max(1, nextSequence);
    }
}
