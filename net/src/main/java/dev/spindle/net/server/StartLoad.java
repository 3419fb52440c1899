package dev.spindle.net.server;

import dev.spindle.aof.AppendOnly;
import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.net.reactor.Reactor;
import dev.spindle.rdb.format.FunctionLibraries;
import dev.spindle.rdb.read.FileInput;
import dev.spindle.rdb.read.LoadOptions;
import dev.spindle.rdb.read.RdbFault;
import dev.spindle.rdb.read.RdbLoader;
import dev.spindle.rdb.write.RdbFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Loads the data of a server that starts, on the core thread and before it does anything else. Now and then it lets the reactor take a
 * turn: clients that come meanwhile are told that the server is loading, and INFO how far.
 */
final class StartLoad {

    /** How loading can end. */
    enum Outcome {
        /** The server can go on. */
        READY,
        /** It cannot; why not was logged. */
        FAILED,
        /** It was told to end meanwhile; what is loaded is a part, and must not be saved. */
        STOPPED
    }

    /** How long clients wait for a turn at most, but for the time that one large element takes. */
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Engine engine;
    private final Reactor reactor;
    private final ServerLog log;
    private final FunctionLibraries libraries;
    private final AppendOnly appendOnly;
    private RdbLoader loader;
    private long loadedBefore;
    private long servedNs;
    private boolean stopped;

    StartLoad(
            Engine engine,
            Reactor reactor,
            ServerLog log,
            FunctionLibraries libraries,
            AppendOnly appendOnly) {
        this.appendOnly = appendOnly;
        this.engine = engine;
        this.reactor = reactor;
        this.log = log;
        this.libraries = libraries;
    }

    /** Loads what there is: of the append-only log when that is on, else of the snapshot file. */
    Outcome run() {
        deleteLeftovers();
        return engine.config().flag("appendonly") ? runLog() : runSnapshot();
    }

    /**
     * The data is there already: what a warm start has taken over is newer than any file, or the same as what is in the log. So that is not read,
     * whatever its size, only gone on with.
     *
     * @param nextFrame of the log; 0 when it lacks something.
     */
    Outcome goOn(long nextFrame) {
        deleteLeftovers();
        try {
            if (engine.config().flag("appendonly")) {
                appendOnly.goOn(nextFrame);
            }
            return Outcome.READY;
        } catch (IOException e) {
            log.log(LogLevel.WARNING, String.valueOf(e.getMessage()));
            return Outcome.FAILED;
        }
    }

    // What a process left that was killed while it saved would only take room from now on.
    private void deleteLeftovers() {
        try {
            for (String name : RdbFile.deleteLeftovers(Path.of(engine.config().text("dir")))) {
                log.log(LogLevel.NOTICE, "Removed " + name + ", left by a save that did not end");
            }
        } catch (IOException | DirectoryIteratorException e) {
            log.log(LogLevel.VERBOSE, "Looking for left temp files failed: " + e.getMessage());
        }
    }

    private Outcome runLog() {
        servedNs = System.nanoTime();
        engine.loading().begin(engine.epochClock().epochMs(), 0);
        try {
            appendOnly.start(this::loadBase, this::serveWhenDue);
            return Outcome.READY;
        } catch (Stopped e) {
            return Outcome.STOPPED;
        } catch (IOException e) {
            log.log(LogLevel.WARNING, String.valueOf(e.getMessage()));
            return Outcome.FAILED;
        } catch (RdbFault e) {
            log(e);
            return Outcome.FAILED;
        } catch (OutOfMemory e) {
            log.log(LogLevel.WARNING, "Out of memory while loading the AOF");
            return Outcome.FAILED;
        } finally {
            engine.loading().end();
        }
    }

    private long loadBase(Engine into, Path path) throws IOException {
        loadedBefore = engine.loading().loadedBytes();
        try (FileInput input = new FileInput(path)) {
            // What is over by now may be given more time by the log behind it.
            if (!load(input, false)) {
                throw new Stopped();
            }
            return loader.offset();
        } finally {
            loader = null;
        }
    }

    /** The server was told to end while it repeated a log. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private Outcome runSnapshot() {
        long startNs = System.nanoTime();
        Path path = engine.config().path("dbfilename");
        try (FileInput input = new FileInput(path)) {
            engine.loading().begin(engine.epochClock().epochMs(), input.size());
            if (!load(input, true)) {
                return Outcome.STOPPED;
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            String took = String.format(Locale.ROOT, "%.3f", seconds);
            log.log(LogLevel.NOTICE, "DB loaded from disk: " + took + " seconds");
            return Outcome.READY;
        } catch (NoSuchFileException e) {
            return Outcome.READY;
        } catch (IOException e) {
            log.log(
                    LogLevel.WARNING,
                    "Fatal error loading the DB: " + reason(path, e) + ". Exiting.");
            return Outcome.FAILED;
        } catch (RdbFault e) {
            log(e);
            return Outcome.FAILED;
        } catch (OutOfMemory e) {
            log.log(LogLevel.WARNING, "Out of memory while loading the DB");
            log.log(LogLevel.WARNING, "Fatal error loading the DB, check server logs. Exiting.");
            return Outcome.FAILED;
        } finally {
            if (engine.loading().isActive()) {
                engine.loading().end();
            }
        }
    }

    private static String reason(Path path, IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "Permission denied";
        }
        return Files.isDirectory(path) ? "Is a directory" : failure.getMessage();
    }

    // Answers whether all was loaded: a server that is told to end meanwhile does not wait for it.
    private boolean load(FileInput input, boolean skipExpired) {
        LoadOptions options = LoadOptions.of(engine.config(), false, skipExpired);
        servedNs = System.nanoTime();
        try (RdbLoader each =
                new RdbLoader(engine, input, options, libraries, this::serveWhenDue)) {
            loader = each;
            while (each.step(
                    engine.config().number("loading-process-events-interval-bytes"), STEP_NS)) {
                serve();
                if (stopped) {
                    return false;
                }
            }
        }
        return true;
    }

    private void serveWhenDue() {
        if (System.nanoTime() - servedNs >= STEP_NS) {
            serve();
            if (stopped && loader == null) {
                throw new Stopped();
            }
        }
    }

    private void serve() {
        if (loader != null) {
            engine.loading().progress(loadedBefore + loader.offset());
        }
        stopped |= !reactor.serve();
        servedNs = System.nanoTime();
    }

    private void log(RdbFault fault) {
        switch (fault.kind()) {
            case SIGNATURE, UNSUPPORTED -> log.log(LogLevel.WARNING, fault.what());
            case SHORT -> {
                log.log(
                        LogLevel.WARNING,
                        "Short read or OOM loading DB. Unrecoverable error, aborting now.");
                log.log(LogLevel.WARNING, internal(fault));
            }
            default -> log.log(LogLevel.WARNING, internal(fault));
        }
        log.log(LogLevel.WARNING, "Fatal error loading the DB, check server logs. Exiting.");
    }

    private static String internal(RdbFault fault) {
        return "Internal error in RDB reading offset " + fault.offset() + " -> " + fault.what();
    }
}
