package dev.spindle.aof.tool;

import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogEntry;
import dev.spindle.aof.manifest.Manifest;
import dev.spindle.aof.replay.LogCheck;
import dev.spindle.aof.replay.LogPart;
import dev.spindle.aof.replay.PartReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** export-aof: writes what a log holds as a directory that redis-server 7 loads. */
@CommandLine.Command(
        name = "export-aof",
        mixinStandardHelpOptions = true,
        description = "Writes an append-only log as a directory that redis-server 7 loads.")
final class ExportAof implements Callable<Integer> {

    private static final String NAME = "appendonly.aof";

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @CommandLine.Option(
            names = "--dir",
            required = true,
            description = "The directory of the log, or the one it is in.")
    private Path from;

    @CommandLine.Option(
            names = "--to",
            required = true,
            description = "The directory to make: what is to be redis-server's appendonlydir.")
    private Path to;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Files.createDirectories(to);
        Path manifestFile = to.resolve(NAME + ".manifest");
        if (Files.exists(manifestFile)) {
            throw new IOException("There is a log in " + to + " already");
        }
        try (LogDirectory directory = OpenLog.open(from)) {
            LogCheck check = new LogCheck(directory);
            List<LogPart> parts = check.run();
            for (LogPart part : parts) {
                if (!part.isWhole()) {
                    throw new IOException(
                            "The log is damaged, check-aof says more: " + part.entry().name());
                }
            }
            LogEntry base = directory.manifest().base();
            Manifest manifest = Manifest.EMPTY;
            if (base != null) {
                String suffix = base.name().endsWith(".rdb") ? ".1.base.rdb" : ".1.base.aof";
                LogEntry copy = new LogEntry(NAME + suffix, 1, LogEntry.Kind.BASE, -1);
                Files.copy(directory.path(base), to.resolve(copy.name()));
                manifest = new Manifest(copy, List.of());
            }
            LogEntry increment = new LogEntry(NAME + ".1.incr.aof", 1, LogEntry.Kind.INCREMENT, -1);
            long bytes = 0;
            try (FileChannel channel =
                    FileChannel.open(
                            to.resolve(increment.name()),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE)) {
                for (LogPart part : parts) {
                    bytes += PartReader.copy(part, channel);
                }
                channel.force(true);
            }
            manifest.with(increment).write(manifestFile);
            out.println("Exported " + bytes + " bytes of commands to " + to);
        }
        return 0;
    }
}
