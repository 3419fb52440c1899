package dev.spindle.rdb.save;

import dev.spindle.engine.snapshot.Snapshot;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.write.DatasetWriter;
import dev.spindle.rdb.write.RdbFile;
import dev.spindle.rdb.write.SaveCancelled;
import dev.spindle.rdb.write.SaveFailure;
import dev.spindle.rdb.write.SaveProgress;

/**
 * One background save. The core makes it and looks now and then whether {@link #isDone}; the writer's thread runs it. What the
 * writer leaves behind is read by the core only when it is done.
 */
final class BackgroundSave implements Runnable {

    private final Snapshot snapshot;
    private final RdbFile file;
    private final RdbOutput out;
    private final DatasetWriter writer;
    private final SaveProgress progress;
    private final String cpus;
    private final long keys;
    private final long startedSeconds;
    private final long dirtyBefore;
    private Throwable failure;
    private String misplaced;
    private String pressing;
    private volatile boolean done;

    /**
     * Makes a save.
     *
     * @param cpus where the thread is to run, as {@code bgsave_cpulist} says it.
     * @param dirtyBefore changes counted now, which it saves.
     */
    BackgroundSave(
            Snapshot snapshot,
            RdbFile file,
            RdbOutput out,
            DatasetWriter writer,
            SaveProgress progress,
            String cpus,
            long startedSeconds,
            long dirtyBefore) {
        this.snapshot = snapshot;
        this.file = file;
        this.out = out;
        this.writer = writer;
        this.progress = progress;
        this.cpus = cpus;
        this.startedSeconds = startedSeconds;
        this.dirtyBefore = dirtyBefore;
        keys = snapshot.view().keys();
    }

    @Override
    public void run() {
        try {
            misplaced = BackgroundWriter.place(cpus);
            pressing = BackgroundWriter.giveWay();
            file.write(o -> writer.write(), out, writer.hasChecksum());
        } catch (SaveFailure | RuntimeException | Error e) {
            // Whatever it is: the thread serves the next save, too, and the core must hear that
            // this
            // one is over.
            failure = e;
        } finally {
            out.close();
            done = true;
        }
    }

    /** Why the thread does not run where it should, or null; only when done. */
    String misplaced() {
        return misplaced;
    }

    /** Why the thread does not give way to others, or null; only when done. */
    String pressing() {
        return pressing;
    }

    /** Whether the writer is through, successfully or not. */
    boolean isDone() {
        return done;
    }

    /** What went wrong; only when done. */
    Throwable failure() {
        return failure;
    }

    /** Whether it was given up because nobody wanted it any more; only when done. */
    boolean wasCancelled() {
        return failure instanceof SaveCancelled;
    }

    /** Asks the writer to give up. */
    void cancel() {
        progress.cancel();
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** How far it is. */
    SaveProgress progress() {
        return progress;
    }

    /** Keys that it has to write. */
    long keys() {
        return keys;
    }

    /** When it began, seconds since 1970. */
    long startedSeconds() {
        return startedSeconds;
    }

    /** Changes counted when it began, which it saves. */
    long dirtyBefore() {
        return dirtyBefore;
    }
}
