package dev.spindle.net.server;

import dev.spindle.aof.AofCommands;
import dev.spindle.aof.log.ChronicleSetup;
import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.net.link.MigrateCommand;
import dev.spindle.net.link.PeerCache;
import dev.spindle.perf.agent.Threads;
import dev.spindle.perf.os.Posix;
import dev.spindle.rdb.Rdb;
import java.nio.file.Path;
import java.util.List;

/**
 * The two things that take longest at start and need nothing, begun on threads of their own before the command line is read: the
 * rows of all commands, each with a handler that the virtual machine has to link, and the native library. And a third, begun as soon
 * as the configuration asks for it: the library of the append-only log.
 */
final class StartAhead {

    private final Thread nativeLoader = new Thread(StartAhead::loadNatives, "load-natives");
    private final Thread rowMaker = new Thread(this::makeRows, "make-rows");
    private final PeerCache peers = new PeerCache();
    private volatile List<CommandSpec> rows;

    private StartAhead() {}

    static StartAhead begin() {
        StartAhead ahead = new StartAhead();
        ahead.rowMaker.start();
        ahead.nativeLoader.start();
        return ahead;
    }

    private void makeRows() {
        rows = allRows(peers);
    }

    /**
     * New rows of all that a server brings.
     *
     * @param peers keeps the connections that commands make to other servers.
     */
    static List<CommandSpec> allRows(PeerCache peers) {
        List<CommandSpec> all = CommandFamilies.rows();
        all.addAll(Rdb.rows());
        all.add(MigrateCommand.row(peers));
        all.addAll(AofCommands.rows());
        return all;
    }

    private static void loadNatives() {
        if (Posix.isAvailable()) {
            Posix.getpid();
        }
    }

    /**
     * Lets the library that carries the append-only log be loaded while the rest of the server starts, if there will be such a log. By
     * a process that is its server's own.
     */
    static void warmUpLog(ServerConfig config, ServerLog log) {
        if (!config.flag("appendonly") || !config.text("aof-log").equals("chronicle")) {
            return;
        }
        Path directory = Path.of(config.text("dir"));
        Thread thread =
                new Thread(
                        () -> {
                            String failure =
                                    ChronicleSetup.warmUp(
                                            directory, line -> log.log(LogLevel.WARNING, line));
                            if (failure != null) {
                                log.log(
                                        LogLevel.DEBUG,
                                        "The log's library is loaded when it is needed: "
                                                + failure);
                            }
                        },
                        "warm-log");
        thread.setDaemon(true);
        thread.start();
    }

    /** The rows of all commands; waits for them, and makes them anew if the thread has failed, so that the error shows here. */
    List<CommandSpec> rows() {
        Threads.join(rowMaker);
        return rows != null ? rows : allRows(peers);
    }

    /** Connections to other servers; for the core thread. */
    PeerCache peers() {
        return peers;
    }
}
