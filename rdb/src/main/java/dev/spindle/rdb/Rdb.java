package dev.spindle.rdb;

import dev.spindle.engine.Engine;
import dev.spindle.engine.Persistence;
import dev.spindle.engine.ShutdownRequest;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.rdb.format.FunctionLibraries;
import dev.spindle.rdb.restore.ReloadCommand;
import dev.spindle.rdb.restore.RestoreCommands;
import dev.spindle.rdb.save.DumpCommand;
import dev.spindle.rdb.save.Dumper;
import dev.spindle.rdb.save.SaveCommands;
import dev.spindle.rdb.save.Saver;
import dev.spindle.rdb.write.FileFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * RDB files of one engine: what its commands and its cron need of this module. All methods are for the core thread.
 *
 * <p>Whoever assembles a server gives the engine {@link #rows}, then makes one of these; commands find it by {@link #of}.
 */
public final class Rdb implements Persistence.Part, AutoCloseable {

    private final Saver saver;
    private final Dumper dumper;
    private final FunctionLibraries libraries = new FunctionLibraries();
    private final Engine engine;

    /** Takes part in an engine's persistence from now on. */
    public Rdb(Engine engine) {
        saver = new Saver(engine);
        dumper = new Dumper(engine);
        this.engine = engine;
        engine.persistence().add(this);
        ReloadCommand reload = new ReloadCommand(libraries, saver::save);
        engine.debugWords().put("reload", reload::execute);
    }

    /** The one of an engine. */
    public static Rdb of(Engine engine) {
        return engine.persistence().part(Rdb.class);
    }

    /** New rows of the commands that this module brings. */
    public static List<CommandSpec> rows() {
        List<CommandSpec> rows = new ArrayList<>(SaveCommands.rows());
        rows.add(DumpCommand.row());
        rows.addAll(new RestoreCommands().rows());
        return rows;
    }

    /** Writes files. */
    public Saver saver() {
        return saver;
    }

    /**
     * What a file that is about to be written tells in front of its keys: facts, and the libraries that came with another.
     *
     * @param aofBase whether it is to be the base of an append-only log.
     */
    public static FileFacts facts(Engine engine, boolean aofBase) {
        FileFacts made = FileFacts.of(engine, aofBase);
        Rdb rdb = of(engine);
        if (rdb != null) {
            made.libraries(rdb.libraries.sources());
        }
        return made;
    }

    /** Sources of functions that came with a file. */
    public FunctionLibraries libraries() {
        return libraries;
    }

    /** Makes DUMP payloads. */
    public Dumper dumper() {
        return dumper;
    }

    @Override
    public void onTick() {
        saver.onTick();
    }

    @Override
    public void afterFlushAll() {
        saver.afterFlushAll();
    }

    @Override
    public boolean beforeShutdown(ShutdownRequest request) {
        // A part of the data must not take the place of the whole.
        return engine.loading().isActive() || saver.beforeShutdown(request);
    }

    /** Stops what is under way; before the engine is closed. */
    @Override
    public void close() {
        saver.close();
        dumper.close();
    }
}
