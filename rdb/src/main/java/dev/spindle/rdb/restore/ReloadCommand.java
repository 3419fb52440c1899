package dev.spindle.rdb.restore;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.rdb.format.FunctionLibraries;
import dev.spindle.rdb.read.FileInput;
import dev.spindle.rdb.read.LoadOptions;
import dev.spindle.rdb.read.RdbFault;
import dev.spindle.rdb.read.RdbLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** DEBUG RELOAD: the data goes to the file and comes back from it, and nothing else happens meanwhile. */
public final class ReloadCommand {

    private static final byte[] FAILED =
            Reply.errorLine("ERR Error trying to load the RDB dump, check server logs.");
    private static final byte[] UNKNOWN_OPTION =
            Reply.errorLine(
                    "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
    private static final byte[] NOT_SAVED = Reply.errorLine("ERR");

    private final FunctionLibraries libraries;
    private final BooleanSupplier save;

    /**
     * Makes the command.
     *
     * @param libraries sources of functions, which the file brings too.
     * @param save writes the file; answers whether it could.
     */
    public ReloadCommand(FunctionLibraries libraries, BooleanSupplier save) {
        this.libraries = libraries;
        this.save = save;
    }

    /** Runs it. */
    public void execute(Invocation in) {
        boolean flush = true;
        boolean saves = true;
        boolean merge = false;
        for (int i = 2; i < in.argc(); i++) {
            if (in.argIs(i, "merge")) {
                merge = true;
            } else if (in.argIs(i, "noflush")) {
                flush = false;
            } else if (in.argIs(i, "nosave")) {
                saves = false;
            } else {
                in.reply().errorLine(UNKNOWN_OPTION);
                return;
            }
        }
        Engine engine = in.engine();
        if (saves && !save.getAsBoolean()) {
            in.reply().errorLine(NOT_SAVED);
            return;
        }
        if (flush) {
            engine.keyspaces().flushAll(true);
            libraries.clear();
        }
        if (!load(engine, merge)) {
            in.reply().errorLine(FAILED);
            return;
        }
        engine.host().log(LogLevel.WARNING, "DB reloaded by DEBUG RELOAD");
        in.reply().ok();
    }

    private boolean load(Engine engine, boolean merge) {
        Path file = engine.config().path("dbfilename");
        LoadOptions options = LoadOptions.of(engine.config(), merge, true);
        try (FileInput input = new FileInput(file)) {
            engine.loading().begin(engine.epochClock().epochMs(), input.size());
            try (RdbLoader loader = new RdbLoader(engine, input, options, libraries, () -> {})) {
                while (loader.step(Long.MAX_VALUE, Long.MAX_VALUE)) {
                    continue;
                }
            }
            return true;
        } catch (IOException | RdbFault | OutOfMemory e) {
            engine.host().log(LogLevel.WARNING, "Loading " + file + ": " + e.getMessage());
            return false;
        } finally {
            if (engine.loading().isActive()) {
                engine.loading().end();
            }
        }
    }
}
