package dev.spindle.aof;

import dev.spindle.aof.agent.LogAgent;
import dev.spindle.aof.agent.ThreadLauncher;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogEntry;
import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.info.LogFigures;
import java.io.IOException;

/**
 * When a log is rewritten: asked for, grown too much, without a base yet, or incomplete. One at a time, and not while another snapshot runs. On the core
 * thread; {@link Rewrite} is one of them.
 *
 * <p>It knows the log's size too, since growth is what lets a rewrite begin.
 */
final class Rewrites {

    /** What is rewritten. */
    interface Log {

        /** Its thread; null while it is off. */
        LogAgent agent();

        /** Where it is. */
        LogDirectory directory();

        /** Whether what is listed is, with what is on its way there, all that was executed. */
        boolean holdsAll();

        /** Whether writers are refused until one has succeeded. */
        boolean isUrgent();

        /** Whether the generations so far must get something yet that a rewrite would let go of. */
        boolean waitsForDisk();

        /** The epoch: tells the position from which on effects go to the next generation. */
        long beginGeneration();

        /** The agent knows that position. */
        void generationBegun();

        /** A base is listed, with the generation behind it. */
        void onBase();
    }

    private final Engine engine;
    private final ServerConfig config;
    private final LogFigures figures;
    private final BaseWriter writer;
    private final ThreadLauncher launcher;
    private final Log log;
    private final RewriteLimits limits = new RewriteLimits();
    private Rewrite rewrite;
    private boolean scheduled;
    private long sizeBefore;
    private long sizeThen;

    Rewrites(Engine engine, BaseWriter writer, ThreadLauncher launcher, Log log) {
        this.engine = engine;
        this.writer = writer;
        this.launcher = launcher;
        this.log = log;
        config = engine.config();
        figures = engine.logFigures();
    }

    private void log(LogLevel level, String text) {
        engine.host().log(level, text);
    }

    /** The log is what its directory lists. */
    void loaded() throws IOException {
        sizeBefore = listedSize();
        sizeThen = sizeBefore;
    }

    private long listedSize() throws IOException {
        long size = 0;
        for (LogEntry entry : log.directory().manifest().entries()) {
            size += LogLoad.sizeOf(log.directory(), entry);
        }
        return size;
    }

    /**
     * BGREWRITEAOF.
     *
     * @return the reply's text, or null when one is under way already.
     */
    String ask() {
        if (rewrite != null || scheduled && log.agent() == null) {
            return null;
        }
        if (engine.snapshots().isRunning()) {
            scheduled = true;
            return "Background append only file rewriting scheduled";
        }
        schedule();
        return "Background append only file rewriting started";
    }

    /** Whether one is under way, or to begin as soon as it can. */
    boolean isBusy() {
        return rewrite != null || scheduled;
    }

    /** Begins one as soon as it can. */
    void schedule() {
        scheduled = true;
        startScheduled();
    }

    private void startScheduled() {
        if (!scheduled
                || rewrite != null
                || engine.snapshots().isRunning()
                || log.agent() == null
                || log.agent().isSwitching()
                || log.waitsForDisk()) {
            return;
        }
        scheduled = false;
        figures.rewrites++;
        rewrite =
                new Rewrite(
                        engine, log.directory(), log.agent(), writer, launcher, !log.holdsAll());
        log(LogLevel.NOTICE, "Background append only file rewriting started");
        updateFigures();
    }

    /** Goes on with what is under way, or looks whether something is due; while the log is on. */
    void tick() {
        if (rewrite == null) {
            look();
            startScheduled();
        } else if (rewrite.isReady()) {
            epoch();
        } else if (rewrite.isOver()) {
            finish();
        }
    }

    private void epoch() {
        if (!log.holdsAll() && !rewrite.isUnlisted()) {
            // What is missing would be missing before a generation that counts.
            rewrite.cancel();
        } else if (!engine.snapshots().isRunning() && !log.waitsForDisk()) {
            rewrite.epoch(log::beginGeneration);
            log.generationBegun();
        }
    }

    private void look() {
        long nowMs = engine.epochClock().epochMs();
        if (!limits.allows(nowMs, log.isUrgent())) {
            return;
        }
        if (!log.holdsAll()) {
            scheduled = true;
        } else if (!scheduled
                && RewriteLimits.isDue(
                        currentSize(),
                        sizeThen,
                        config.number("auto-aof-rewrite-percentage"),
                        config.number("auto-aof-rewrite-min-size"))) {
            long growth = currentSize() * 100 / Math.max(1, sizeThen) - 100;
            log(LogLevel.NOTICE, "Starting automatic rewriting of AOF on " + growth + "% growth");
            scheduled = true;
        }
    }

    private void finish() {
        Rewrite ended = rewrite;
        rewrite = null;
        ended.end(bytes -> figures.lastPreservedBytes = bytes);
        long nowMs = engine.epochClock().epochMs();
        boolean ok = ended.failure() == null;
        limits.onEnd(ok, nowMs);
        figures.lastRewriteOk = ok;
        figures.consecutiveFailures = limits.failures();
        figures.lastRewriteSeconds = (nowMs - ended.startedMs()) / 1000;
        if (ok) {
            sizeBefore = ended.baseSize();
            sizeThen = currentSize();
            log(LogLevel.NOTICE, "Background AOF rewrite finished successfully");
            log.onBase();
        } else {
            log(LogLevel.WARNING, "Background AOF rewrite failed: " + ended.failure());
            try {
                sizeBefore = listedSize() - log.agent().size();
            } catch (IOException e) {
                log(LogLevel.WARNING, "The AOF's size is not known: " + e.getMessage());
            }
        }
    }

    /** Gives up what is under way or due. */
    void stop() {
        if (rewrite != null) {
            rewrite.cancel();
            rewrite.end(bytes -> figures.lastPreservedBytes = bytes);
            rewrite = null;
        }
        scheduled = false;
    }

    private long currentSize() {
        return log.agent() == null ? 0 : sizeBefore + log.agent().size();
    }

    /** Tells INFO. */
    void updateFigures() {
        figures.rewriting = rewrite != null;
        figures.scheduled = scheduled;
        figures.rewritingSinceMs = rewrite == null ? 0 : rewrite.startedMs();
        figures.currentSize = currentSize();
        figures.baseSize = sizeThen;
    }
}
