package dev.spindle.net.server;

import dev.spindle.aof.AofCommands;
import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.net.link.MigrateCommand;
import dev.spindle.perf.agent.Threads;
import dev.spindle.perf.os.Posix;
import dev.spindle.rdb.Rdb;
import java.util.List;

/**
 * The two things that take longest at start and need nothing, begun on threads of their own before the command line is read: the
 * rows of all commands, each with a handler that the virtual machine has to link, and the native library.
 */
final class StartAhead {

    private final Thread nativeLoader = new Thread(StartAhead::loadNatives, "load-natives");
    private final Thread rowMaker = new Thread(this::makeRows, "make-rows");
    private volatile List<CommandSpec> rows;

    private StartAhead() {}

    static StartAhead begin() {
        StartAhead ahead = new StartAhead();
        ahead.rowMaker.start();
        ahead.nativeLoader.start();
        return ahead;
    }

    private void makeRows() {
        rows = allRows();
    }

    /** New rows of all that a server brings. */
    static List<CommandSpec> allRows() {
        List<CommandSpec> all = CommandFamilies.rows();
        all.addAll(Rdb.rows());
        all.add(MigrateCommand.row());
        all.addAll(AofCommands.rows());
        return all;
    }

    private static void loadNatives() {
        if (Posix.isAvailable()) {
            Posix.getpid();
        }
    }

    /** The rows of all commands; waits for them, and makes them anew if the thread has failed, so that the error shows here. */
    List<CommandSpec> rows() {
        Threads.join(rowMaker);
        return rows != null ? rows : allRows();
    }
}
