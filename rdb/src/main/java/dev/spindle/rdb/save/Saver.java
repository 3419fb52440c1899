package dev.spindle.rdb.save;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.ShutdownRequest;
import dev.spindle.engine.config.SavePoint;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.info.PersistenceFigures;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.snapshot.LiveView;
import dev.spindle.engine.snapshot.Snapshot;
import dev.spindle.engine.snapshot.SnapshotPurpose;
import dev.spindle.perf.os.PosixException;
import dev.spindle.rdb.Rdb;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.write.DatasetWriter;
import dev.spindle.rdb.write.RdbFile;
import dev.spindle.rdb.write.SaveFailure;
import dev.spindle.rdb.write.SaveProgress;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Saves the data of a server to its file, at once or in the background, when asked and when a save point is reached. Rules, answers
 * and log lines are Redis's.
 *
 * <pre>
 *   SAVE      core: live data ► temp file ► rename                                  everybody waits
 *   BGSAVE    core: begin a snapshot, microseconds ─► writer: frozen data ► temp file ► rename ─► core, next tick: end it
 * </pre>
 *
 * <p>A background save that is not wanted any more is cancelled: the writer notices between two keys, and until the core has seen
 * that it stopped the snapshot stays, since memory that is read must not go. Foreground and background have temporary files of
 * their own, so that the one need not wait for the other to be gone.
 */
public final class Saver implements AutoCloseable {

    /** Seconds after a background save that failed before another begins by itself. */
    static final long RETRY_DELAY_SECONDS = 5;

    private static final long STOP_LOOK_NS = 50_000;

    private final Engine engine;
    private final ServerConfig config;
    private final KeyspaceStats stats;
    private final PersistenceFigures figures;
    private final SavePoints points = new SavePoints();
    private final BackgroundWriter thread = new BackgroundWriter();
    private BackgroundSave running;
    private boolean scheduled;
    private long lastTrySeconds;

    /** A saver of an engine, whose configuration it follows from now on. */
    public Saver(Engine engine) {
        this.engine = engine;
        config = engine.config();
        stats = engine.keyspaces().shared().stats();
        figures = engine.persistenceFigures();
        figures.lastSaveSeconds = nowSeconds();
        config.onChange("save", this::configure);
        config.onChange("stop-writes-on-bgsave-error", this::configure);
        config.onChange("rdb-key-save-delay", this::configure);
        configure();
    }

    private void configure() {
        points.set(config.text("save"));
        if (running != null) {
            running.progress().keyDelayUs((int) config.number("rdb-key-save-delay"));
        }
        noteStatus(figures.lastSaveOk);
    }

    private void noteStatus(boolean ok) {
        figures.lastSaveOk = ok;
        engine.diskErrors()
                .snapshotsFail(
                        !ok && !points.isEmpty() && config.flag("stop-writes-on-bgsave-error"));
    }

    private long nowSeconds() {
        return engine.epochClock().epochMs() / 1000;
    }

    private void log(LogLevel level, String text) {
        engine.host().log(level, text);
    }

    /** Whether a background save is under way. */
    public boolean isRunning() {
        return running != null;
    }

    /** Whether anything reads a snapshot: a background save, or a rewrite of the log. */
    public boolean isSnapshotTaken() {
        return running != null || engine.snapshots().isRunning();
    }

    /** Lets a background save begin as soon as nothing else reads a snapshot. */
    public void schedule() {
        scheduled = true;
    }

    /** When data was last saved, seconds since 1970. */
    public long lastSaveSeconds() {
        return figures.lastSaveSeconds;
    }

    private RdbFile file(String kind) {
        return new RdbFile(
                Path.of(config.text("dir")),
                "temp-" + ProcessHandle.current().pid() + kind + ".rdb",
                config.text("dbfilename"),
                config.flag("rdb-save-incremental-fsync"));
    }

    /**
     * Saves here and now.
     *
     * @return whether it succeeded; otherwise the reason is in the log.
     */
    public boolean save() {
        figures.saves++;
        LiveView view = new LiveView(engine.keyspaces(), engine.hashSeed());
        try (RdbOutput out = new RdbOutput()) {
            DatasetWriter writer =
                    new DatasetWriter(
                            view, out, config, Rdb.facts(engine, false), new SaveProgress());
            file("").write(o -> writer.write(), out, writer.hasChecksum());
        } catch (SaveFailure e) {
            log(LogLevel.WARNING, e.getMessage());
            return false;
        }
        log(LogLevel.NOTICE, "DB saved on disk");
        stats.dirty = 0;
        figures.lastSaveSeconds = nowSeconds();
        noteStatus(true);
        return true;
    }

    /**
     * Begins to save in the background.
     *
     * @return whether it has begun; otherwise the reason is in the log.
     */
    public boolean saveInBackground() {
        if (isSnapshotTaken()) {
            return false;
        }
        figures.saves++;
        lastTrySeconds = nowSeconds();
        Snapshot snapshot;
        try {
            snapshot = engine.snapshots().begin(SnapshotPurpose.BGSAVE);
        } catch (PosixException e) {
            log(LogLevel.WARNING, "Can't save in background: " + e.getMessage());
            noteStatus(false);
            return false;
        }
        SaveProgress progress = new SaveProgress();
        RdbOutput out = new RdbOutput();
        DatasetWriter writer =
                new DatasetWriter(snapshot.view(), out, config, Rdb.facts(engine, false), progress);
        running =
                new BackgroundSave(
                        snapshot,
                        file("-bg"),
                        out,
                        writer,
                        progress,
                        config.text("bgsave_cpulist"),
                        lastTrySeconds,
                        stats.dirty);
        figures.saving = true;
        figures.savingSinceSeconds = lastTrySeconds;
        figures.keysToWrite = running.keys();
        log(LogLevel.NOTICE, "Background saving started by pid " + ProcessHandle.current().pid());
        thread.execute(running);
        return true;
    }

    /** Looks whether a save is through, and whether one is due. */
    public void onTick() {
        if (running != null) {
            figures.keysWritten = running.progress().keys();
            if (!running.isDone()) {
                return;
            }
            finish();
        }
        if (engine.snapshots().isRunning()) {
            return;
        }
        long now = nowSeconds();
        if (figures.lastSaveOk || now - lastTrySeconds > RETRY_DELAY_SECONDS) {
            SavePoint due = points.reached(stats.dirty, now - figures.lastSaveSeconds);
            if (due != null) {
                log(
                        LogLevel.NOTICE,
                        due.changes() + " changes in " + due.seconds() + " seconds. Saving...");
                saveInBackground();
            } else if (scheduled && saveInBackground()) {
                scheduled = false;
            }
        }
    }

    // Takes note of a save that is through.
    private void finish() {
        BackgroundSave save = running;
        running = null;
        if (save.misplaced() != null) {
            log(LogLevel.WARNING, "Can't set bgsave_cpulist: " + save.misplaced());
        }
        if (save.pressing() != null) {
            log(LogLevel.DEBUG, "Background saving competes with clients: " + save.pressing());
        }
        figures.lastSavePreservedBytes = engine.snapshots().preservedBytes();
        save.snapshot().end();
        figures.saving = false;
        figures.keysWritten = 0;
        figures.keysToWrite = 0;
        figures.lastSaveTookSeconds = nowSeconds() - save.startedSeconds();
        if (save.failure() == null) {
            log(LogLevel.NOTICE, "DB saved on disk");
            log(LogLevel.NOTICE, "Background saving terminated with success");
            stats.dirty -= save.dirtyBefore();
            figures.lastSaveSeconds = nowSeconds();
            noteStatus(true);
        } else if (save.wasCancelled()) {
            log(LogLevel.WARNING, "Background saving was cancelled");
        } else {
            log(LogLevel.WARNING, reason(save.failure()));
            log(LogLevel.WARNING, "Background saving error");
            noteStatus(false);
        }
    }

    private static String reason(Throwable failure) {
        return failure instanceof SaveFailure
                ? failure.getMessage()
                : "Background saving failed: " + failure;
    }

    /** Asks a background save that is under way to give up; that it did is seen in a later tick. */
    public void cancel() {
        if (running != null) {
            running.cancel();
        }
    }

    /** All data was deleted: what a background save would write is out of date. The empty data is saved where save points are configured. */
    public void afterFlushAll() {
        cancel();
        if (!points.isEmpty()) {
            // What was deleted is a change that a log and the next save have still to see.
            long dirty = stats.dirty;
            save();
            stats.dirty = dirty;
        }
    }

    /**
     * Saves a last time, where that is asked for or configured.
     *
     * @return whether the server may end.
     */
    public boolean beforeShutdown(ShutdownRequest request) {
        if (running != null) {
            log(LogLevel.WARNING, "There is a child saving an .rdb. Killing it!");
            stopRunning();
        }
        boolean saves =
                request.save() == ShutdownRequest.Save.ALWAYS
                        || request.save() == ShutdownRequest.Save.AS_CONFIGURED
                                && !points.isEmpty();
        if (!saves) {
            return true;
        }
        log(LogLevel.NOTICE, "Saving the final RDB snapshot before exiting.");
        if (save()) {
            return true;
        }
        log(
                LogLevel.WARNING,
                request.force()
                        ? "Error trying to save the DB. Exit anyway."
                        : "Error trying to save the DB, can't exit.");
        return request.force();
    }

    private void stopRunning() {
        running.cancel();
        while (!running.isDone()) {
            // Between two keys, or until the disk has what it was given last.
            // Asleep, since the writer gives way and may have no other processor.
            LockSupport.parkNanos(STOP_LOOK_NS);
        }
        finish();
    }

    /** Stops what is under way and the thread; nothing is saved any more. */
    @Override
    public void close() {
        if (running != null) {
            stopRunning();
        }
        thread.close();
    }
}
