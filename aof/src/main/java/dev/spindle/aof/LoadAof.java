package dev.spindle.aof;

import dev.spindle.engine.Engine;
import dev.spindle.engine.blocking.BlockedOperation;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.session.Session;
import dev.spindle.rdb.Rdb;
import dev.spindle.rdb.read.FileInput;
import dev.spindle.rdb.read.LoadOptions;
import dev.spindle.rdb.read.RdbFault;
import dev.spindle.rdb.read.RdbLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * DEBUG LOADAOF: the data is emptied and comes back from the append-only log.
 *
 * <p>Commands are repeated by the loop that runs commands, which cannot be entered twice. So the client waits, and the data is loaded between
 * two turns of the core, when nobody's command is under way; nobody is served meanwhile.
 */
final class LoadAof implements BlockedOperation {

    private static final byte[] FAILED =
            Reply.errorLine("ERR Error trying to load the AOF files, check server logs.");
    private static final byte[] IN_TRANSACTION =
            Reply.errorLine("ERR DEBUG LOADAOF is not possible within a transaction");

    private static final int OUTCOME = 0;
    private static final long PENDING = 0;
    private static final long LOADED = 1;
    private static final long REFUSED = 2;

    private final AppendOnly log;
    private final Consumer<Runnable> onCore;
    private final Queue<Runnable> asked = new ArrayDeque<>();

    LoadAof(AppendOnly log, Consumer<Runnable> onCore) {
        this.log = log;
        this.onCore = onCore;
    }

    // Whatever more is said is not looked at, as in Redis.
    void execute(Invocation in) {
        if (!in.mayBlock()) {
            in.reply().errorLine(IN_TRANSACTION);
            return;
        }
        long[] memo = {PENDING};
        Engine engine = in.engine();
        Session who = in.session();
        engine.blocked().block(in, this, memo, 0, 0, -1, false, 0);
        asked.add(
                () -> {
                    memo[OUTCOME] = log.reload(LoadAof::loadBase) ? LOADED : REFUSED;
                    engine.blocked().serve(who);
                });
        onCore.accept(this::run);
    }

    /** Loads for those who asked. Between turns: soon after the command or, where the core is asked too much, at its next tick. */
    void run() {
        while (!asked.isEmpty()) {
            asked.remove().run();
        }
    }

    @Override
    public boolean tryServe(Invocation in, long[] memo) {
        if (memo[OUTCOME] == PENDING) {
            return false;
        }
        if (memo[OUTCOME] == LOADED) {
            in.reply().ok();
        } else {
            in.reply().errorLine(FAILED);
        }
        return true;
    }

    static long loadBase(Engine into, Path file) throws IOException {
        LoadOptions options = LoadOptions.of(into.config(), false, false);
        // Or each would be there twice: the base brings them all.
        Rdb.of(into).libraries().clear();
        try (FileInput input = new FileInput(file);
                RdbLoader loader =
                        new RdbLoader(into, input, options, Rdb.of(into).libraries(), () -> {})) {
            while (loader.step(Long.MAX_VALUE, Long.MAX_VALUE)) {
                continue;
            }
            return loader.offset();
        } catch (RdbFault e) {
            throw new IOException(
                    "reading " + file + " at offset " + e.offset() + ": " + e.what(), e);
        }
    }
}
