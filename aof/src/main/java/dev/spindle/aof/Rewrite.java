package dev.spindle.aof;

import dev.spindle.aof.agent.GenerationSwitch;
import dev.spindle.aof.agent.LogAgent;
import dev.spindle.aof.agent.LogOpener;
import dev.spindle.aof.agent.ThreadLauncher;
import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.ChronicleSetup;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogEntry;
import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.snapshot.Snapshot;
import dev.spindle.engine.snapshot.SnapshotPurpose;
import dev.spindle.perf.agent.Niceness;
import dev.spindle.perf.agent.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * One rewrite of the log: a new base, and a generation that goes on from it.
 *
 * <pre>
 *   agent      opens generation n+1, empty
 *   core       epoch: snapshot begins, effects from here on go to n+1        microseconds
 *   writer     base of the epoch is written and forced ─┐
 *   agent      writes what is left for n, goes over     ├─► manifest: base, n+1 ► old files deleted
 *   core       snapshot ends                          ◄─┘
 * </pre>
 *
 * <p>The snapshot and the position in the ring are taken in one step of the core, so each effect is either in the base or in the generation behind
 * it. Until the manifest changes, the old base with all generations up to n+1 holds the same data. Whatever fails leaves it at that.
 */
final class Rewrite {

    private static final long PAUSE_NS = 1_000_000;

    private final Engine engine;
    private final LogDirectory directory;
    private final LogAgent agent;
    private final BaseWriter writer;
    private final ThreadLauncher launcher;
    private final boolean unlisted;
    private final GenerationSwitch to;
    private Snapshot snapshot;
    private BaseWriter.Job job;
    private Thread thread;
    private long startedMs;
    private volatile long generation;
    private volatile boolean cancelled;
    private volatile boolean over;
    private volatile String failure;
    private volatile long baseSize;

    /**
     * Begins: lets the agent open the next generation.
     *
     * @param unlisted whether that counts only together with the base: there is no log yet, or it is incomplete.
     */
    Rewrite(
            Engine engine,
            LogDirectory directory,
            LogAgent agent,
            BaseWriter writer,
            ThreadLauncher launcher,
            boolean unlisted) {
        this.launcher = launcher;
        this.engine = engine;
        this.directory = directory;
        this.agent = agent;
        this.writer = writer;
        this.unlisted = unlisted;
        startedMs = engine.epochClock().epochMs();
        to = agent.prepare(new NextGeneration());
    }

    private final class NextGeneration implements LogOpener {
        @Override
        public AofLog open(long firstSequence) throws IOException {
            ChronicleSetup.prepare(line -> log(LogLevel.WARNING, line));
            FrameBuffer buffer = new FrameBuffer();
            AofLog log = unlisted ? directory.openUnlisted(buffer) : directory.openNext(-1, buffer);
            generation = directory.lastNumber();
            return log;
        }

        @Override
        public void abandon() throws IOException {
            if (unlisted) {
                directory.forgetUnlisted(generation);
            }
        }
    }

    /** Whether the core can take the epoch now. */
    boolean isReady() {
        return snapshot == null && to.isPrepared();
    }

    /**
     * The epoch. On the core thread, between commands.
     *
     * @param begin begins the next generation on the core's side and answers its position in the ring.
     */
    void epoch(LongSupplier begin) {
        snapshot = engine.snapshots().begin(SnapshotPurpose.REWRITE);
        agent.switchAt(to, begin.getAsLong(), unlisted);
        Path file = directory.path().resolve(directory.baseName(generation));
        job = writer.prepare(snapshot.view(), file);
        thread = new Thread(() -> write(file), "aof-rewrite");
        thread.setDaemon(true);
        launcher.start(thread);
    }

    private void write(Path file) {
        String pressing = Niceness.giveWay();
        if (pressing != null) {
            log(LogLevel.DEBUG, "The AOF rewrite competes with clients: " + pressing);
        }
        try {
            job.run();
            baseSize = Files.size(file);
            awaitSwitch();
            List<LogEntry> gone = directory.rebase(generation);
            directory.delete(gone);
        } catch (IOException | RuntimeException | Error e) {
            // Whatever it is: the core must hear that it is over.
            failure = e.getMessage() == null ? e.toString() : e.getMessage();
            dropBase(file);
        } finally {
            over = true;
        }
    }

    // Unless it counts already, and only the old files could not be deleted.
    private void dropBase(Path file) {
        LogEntry base = directory.manifest().base();
        if (base != null && directory.path(base).equals(file)) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log(LogLevel.WARNING, "Removing the new AOF base failed: " + e.getMessage());
        }
    }

    // The base may replace the generations before only when nothing is left that belongs to them.
    private void awaitSwitch() throws IOException {
        while (!to.isDone()) {
            if (to.failure() != null) {
                throw new IOException(to.failure());
            }
            if (cancelled) {
                throw new IOException("cancelled");
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /** Whether it has ended, well or not; {@link #end} is to be called then. */
    boolean isOver() {
        return over || snapshot == null && to.failure() != null;
    }

    /** What went wrong; null for nothing. */
    String failure() {
        return failure != null ? failure : to.failure();
    }

    /** Ends the snapshot. On the core thread, when it is over. */
    void end(LongConsumer preserved) {
        if (snapshot != null && !snapshot.hasEnded()) {
            preserved.accept(engine.snapshots().preservedBytes());
            snapshot.end();
        }
    }

    /** Gives up and waits until nobody works on it any more; what was done so far stays without effect. On the core thread. */
    void cancel() {
        cancelled = true;
        if (thread == null) {
            agent.cancel(to);
            return;
        }
        job.cancel();
        Threads.join(thread, () -> over);
    }

    private void log(LogLevel level, String text) {
        engine.host().log(level, text);
    }

    /** Whether its generation counts only together with its base. */
    boolean isUnlisted() {
        return unlisted;
    }

    /** When it began, milliseconds since 1970. */
    long startedMs() {
        return startedMs;
    }

    /** Bytes of the new base. */
    long baseSize() {
        return baseSize;
    }
}
