package dev.spindle.aof;

import dev.spindle.aof.agent.ThreadLauncher;
import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogEntry;
import dev.spindle.aof.manifest.Manifest;
import dev.spindle.aof.replay.BaseLoader;
import dev.spindle.aof.replay.CheckThread;
import dev.spindle.aof.replay.LogCheck;
import dev.spindle.aof.replay.LogPart;
import dev.spindle.aof.replay.LogReplay;
import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Loads a log: looks through it on another thread, then repeats it on the core, and has clients served during both.
 *
 * <p><b>How far it is.</b> Generations are read twice, and so are commands of a base; a snapshot once. {@code loading_total_bytes} counts what there is
 * to read, so the percentage goes from 0 to 100 once. It gets less when looking through has found how little of the room set aside is
 * used.
 */
final class LogLoad {

    private final Engine engine;
    private final LogDirectory directory;
    private final Runnable between;
    private final CheckThread checks;

    /**
     * A load on the calling thread, which is the core.
     *
     * @param between called now and then, at moments when clients can be served.
     */
    LogLoad(Engine engine, LogDirectory directory, ThreadLauncher launcher, Runnable between) {
        this.engine = engine;
        this.directory = directory;
        this.between = between;
        checks =
                new CheckThread(
                        launcher::start,
                        engine.loading()::progress,
                        () -> Math.max(0, engine.config().number("key-load-delay")),
                        between);
    }

    /** Looks through all generations. */
    LogCheck check() throws IOException {
        Manifest manifest = directory.manifest();
        long generations = 0;
        for (LogEntry entry : manifest.increments()) {
            generations += sizeOf(directory, entry);
        }
        engine.loading().total(2 * generations + baseBytes());
        return checks.run(
                upTo -> {
                    LogCheck check = new LogCheck(directory, upTo);
                    check.run();
                    return check;
                });
    }

    /** Repeats what was looked through and settled. */
    void load(LogCheck check, BaseLoader loader) throws IOException {
        long beganNs = System.nanoTime();
        long looked = check.lookedBytes();
        long total = looked + baseBytes();
        for (LogPart part : check.parts()) {
            total += part.end();
        }
        engine.loading().total(total);
        try (LogReplay replay = new LogReplay(engine, loader, between, checks, looked)) {
            LogEntry base = directory.manifest().base();
            if (base != null) {
                boolean mayCut = engine.config().flag("aof-load-truncated");
                replay.base(directory, base, mayCut);
                note("DB loaded from base file " + base.name(), beganNs);
            }
            for (LogPart part : check.parts()) {
                long partNs = System.nanoTime();
                replay.part(part);
                note("DB loaded from incr file " + part.entry().name(), partNs);
            }
        }
        if (!directory.manifest().entries().isEmpty()) {
            note("DB loaded from append only file", beganNs);
        }
    }

    private long baseBytes() throws IOException {
        LogEntry base = directory.manifest().base();
        Path file = base == null ? null : directory.path(base);
        if (file == null || !Files.isRegularFile(file)) {
            return 0;
        }
        return LogCheck.isSnapshot(file) ? Files.size(file) : 2 * Files.size(file);
    }

    /** Bytes of one file of a log; 0 when it is not there. */
    static long sizeOf(LogDirectory directory, LogEntry entry) throws IOException {
        Path path = directory.path(entry);
        LogFormat format = entry.format();
        Path file = format == null ? path : LogFiles.framesOf(format, path);
        return file == null || !Files.isRegularFile(file) ? 0 : Files.size(file);
    }

    private void note(String text, long sinceNs) {
        double seconds = (System.nanoTime() - sinceNs) / 1e9;
        String took = String.format(Locale.ROOT, ": %.3f seconds", seconds);
        engine.host().log(LogLevel.NOTICE, text + took);
    }
}
