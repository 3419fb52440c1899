package dev.spindle.aof.tool;

import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogEntry;
import dev.spindle.aof.manifest.Manifest;
import dev.spindle.aof.replay.LogCheck;
import dev.spindle.aof.replay.LogPart;
import dev.spindle.aof.replay.PartReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/**
 * restore: builds a data directory as of a point in the past. The base is where the log begins, so no point before it can be reached. A frame carries
 * the time when it was written, which is up to some milliseconds after its effects.
 */
@CommandLine.Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Builds a data directory as of a point in the past, from an append-only log.")
final class Restore implements Callable<Integer> {

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @CommandLine.Option(
            names = "--from",
            required = true,
            description = "The directory of the log, or the one it is in.")
    private Path from;

    @CommandLine.Option(
            names = "--to",
            required = true,
            description = "Milliseconds since 1970, or # and the number of the last frame to keep.")
    private String point;

    @CommandLine.Option(
            names = "--into",
            required = true,
            description = "The data directory to make: what is to be the server's dir.")
    private Path into;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        boolean bySequence = point.startsWith("#");
        long limit = number(bySequence ? point.substring(1) : point);
        try (LogDirectory directory = OpenLog.open(from)) {
            Path target = into.resolve(directory.path().getFileName());
            if (Files.exists(target)) {
                throw new IOException("There is something at " + target + " already");
            }
            List<LogPart> parts = new LogCheck(directory).run();
            Files.createDirectories(target);
            Manifest manifest = Manifest.EMPTY;
            LogEntry base = directory.manifest().base();
            if (base != null) {
                Files.copy(directory.path(base), target.resolve(base.name()));
                manifest = new Manifest(base, List.of());
            }
            long last = 0;
            for (Piece piece : pieces(parts, bySequence, limit)) {
                last = Math.max(last, piece.sequence());
                manifest = manifest.with(copy(piece.part(), target, piece.end()));
            }
            manifest.write(target.resolve(directory.manifestFile().getFileName()));
            out.println("Restored into " + into + (last > 0 ? ", up to frame " + last : ""));
        }
        return 0;
    }

    private record Piece(LogPart part, long end, long sequence) {}

    /**
     * What to take of the parts. A unit may begin in one and end in another: where it does not end before the point, it is left out of all of them.
     */
    private static List<Piece> pieces(List<LogPart> parts, boolean bySequence, long limit)
            throws IOException {
        List<Piece> pieces = new ArrayList<>();
        // Where the unit begins that is not complete so far: a piece, and what is left of it
        // without.
        int openIn = -1;
        Piece withoutOpen = null;
        for (LogPart part : parts) {
            PartReader.Point point = PartReader.pointBefore(part, bySequence, limit);
            if (point.sequence() > 0) {
                openIn = -1;
            }
            if (part.goesOn() && point.wholePart() && openIn < 0) {
                openIn = pieces.size();
                withoutOpen = new Piece(part, point.unitsEnd(), point.sequence());
            }
            pieces.add(new Piece(part, point.offset(), point.sequence()));
            if (!point.wholePart() || !part.isWhole()) {
                break;
            }
        }
        if (openIn >= 0) {
            pieces.subList(openIn, pieces.size()).clear();
            pieces.add(withoutOpen);
        }
        return pieces;
    }

    private static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("Not a number: " + text, e);
        }
    }

    private static LogEntry copy(LogPart part, Path target, long end) throws IOException {
        LogEntry entry = part.entry();
        Path path = target.resolve(entry.name());
        if (entry.format() == LogFormat.CHRONICLE) {
            Files.createDirectory(path);
            path = path.resolve(part.file().getFileName());
        }
        PartReader.copyBytes(part.file(), path, end);
        assert entry.format() == null
                || LogFiles.framesOf(entry.format(), target.resolve(entry.name())) != null;
        return entry;
    }
}
