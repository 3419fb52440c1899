package dev.spindle.aof.tool;

import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.replay.LogCheck;
import dev.spindle.aof.replay.LogPart;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/**
 * check-aof: looks through a log, says what is wrong and where. With {@code --fix} everything behind the first damage is cut off, after a copy
 * was made of each file that changes: what followed the damage cannot be repeated on a state that lacks what was there.
 */
@CommandLine.Command(
        name = "check-aof",
        mixinStandardHelpOptions = true,
        description = "Looks through an append-only log and says what is wrong with it.")
final class CheckAof implements Callable<Integer> {

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @CommandLine.Option(
            names = "--fix",
            description =
                    "Cut off everything from the first damage on; copies of the files are kept.")
    private boolean fix;

    @CommandLine.Parameters(
            paramLabel = "DIR",
            description = "The directory of the log, or the one it is in.")
    private Path where;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (LogDirectory directory = OpenLog.open(where)) {
            LogCheck check = new LogCheck(directory);
            List<LogPart> parts = check.run();
            if (directory.manifest().base() != null) {
                out.println(
                        "base "
                                + directory.manifest().base().name()
                                + ": see check-rdb for its content");
            }
            int firstBad = -1;
            for (int i = 0; i < parts.size(); i++) {
                LogPart part = parts.get(i);
                out.println(line(part));
                firstBad = firstBad < 0 && !part.isWhole() ? i : firstBad;
            }
            if (firstBad < 0) {
                out.println("AOF is valid");
                return 0;
            }
            if (!fix) {
                out.println("AOF is not valid. Use the --fix option to try fixing it.");
                return 1;
            }
            repair(directory, parts, firstBad, out);
            return 0;
        }
    }

    private static String line(LogPart part) {
        String text =
                part.entry().name() + ": good up to offset " + part.end() + " of " + part.size();
        if (part.nextSequence() > 0 && part.entry().format() != null) {
            text += ", last frame " + (part.nextSequence() - 1);
        }
        if (!part.isWhole()) {
            text += "; at offset " + part.damageAt() + " there is " + part.damage();
            text +=
                    part.beyond() >= 0
                            ? "; more follows at offset " + part.beyond()
                            : "; nothing follows";
        }
        return text;
    }

    private void repair(LogDirectory directory, List<LogPart> parts, int firstBad, PrintWriter out)
            throws IOException {
        LogPart bad = parts.get(firstBad);
        Path copy = copyOf(directory.path(bad.entry()));
        if (!bad.file().equals(directory.path(bad.entry()))) {
            // Not beside the original: a second file in a queue's directory is one too many.
            Files.createDirectories(copy);
            copy = copy.resolve(bad.file().getFileName());
        }
        Files.copy(bad.file(), copy, StandardCopyOption.REPLACE_EXISTING);
        LogCheck.cut(bad.file(), bad.end());
        out.println(
                "Cut "
                        + bad.entry().name()
                        + " at offset "
                        + bad.end()
                        + ", "
                        + (bad.size() - bad.end())
                        + " bytes dropped; a copy is in "
                        + copy);
        List<LogPart> behind = parts.subList(firstBad + 1, parts.size());
        directory.dropFrom(behind.isEmpty() ? Long.MAX_VALUE : behind.get(0).entry().number());
        for (LogPart part : behind) {
            out.println(
                    "No longer listed: "
                            + part.entry().name()
                            + "; its files are kept as they are");
            Path file = directory.path(part.entry());
            Files.move(file, copyOf(file), StandardCopyOption.ATOMIC_MOVE);
        }
        out.println("Successfully repaired the log");
    }

    // A name that the log does not know as one of its own.
    private static Path copyOf(Path file) {
        return file.resolveSibling("broken-" + file.getFileName());
    }
}
