package dev.spindle.rdb.testkit;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.Engine;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.snapshot.DataView;
import dev.spindle.engine.snapshot.LiveView;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.rdb.Rdb;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.write.DatasetWriter;
import dev.spindle.rdb.write.FileFacts;
import dev.spindle.rdb.write.RdbFile;
import dev.spindle.rdb.write.SaveFailure;
import dev.spindle.rdb.write.SaveProgress;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files written of an engine's live data, and real servers that load them. */
public final class DumpFiles {

    private static final long RESERVE = 1L << 30;

    private DumpFiles() {}

    /** An engine that allows DEBUG. */
    public static EngineHarness engine(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--enable-debug-command", "yes"));
        all.addAll(List.of(arguments));
        List<CommandSpec> rows = CommandFamilies.rows();
        rows.addAll(Rdb.rows());
        return new EngineHarness(RESERVE, ServerConfig.load(null, all), rows);
    }

    /** Writes an engine's data to {@code dump.rdb} in a directory. */
    public static Path write(EngineHarness harness, Path directory) {
        Engine engine = harness.engine();
        DataView view = new LiveView(engine.keyspaces(), engine.hashSeed());
        RdbFile file = new RdbFile(directory, "temp-1.rdb", "dump.rdb", true);
        try (RdbOutput out = new RdbOutput()) {
            DatasetWriter writer =
                    new DatasetWriter(
                            view,
                            out,
                            engine.config(),
                            FileFacts.of(engine, false),
                            new SaveProgress());
            file.write(o -> writer.write(), out, writer.hasChecksum());
        } catch (SaveFailure e) {
            throw new UncheckedIOException(e);
        }
        return directory.resolve("dump.rdb");
    }

    /** A real server that has loaded the {@code dump.rdb} of a directory. */
    public static RealRedis load(Path directory, String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of("--dir", directory.toString(), "--enable-debug-command", "yes"));
        all.addAll(List.of(arguments));
        return RealRedis.start(all.toArray(new String[0]));
    }
}
