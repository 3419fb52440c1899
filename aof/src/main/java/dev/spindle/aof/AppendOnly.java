package dev.spindle.aof;

import dev.spindle.aof.agent.FsyncPolicy;
import dev.spindle.aof.agent.LogAgent;
import dev.spindle.aof.agent.LogListener;
import dev.spindle.aof.agent.LogOpener;
import dev.spindle.aof.agent.ThreadLauncher;
import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.ChronicleSetup;
import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.log.LogMaker;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogEntry;
import dev.spindle.aof.manifest.LogRefusal;
import dev.spindle.aof.replay.BaseLoader;
import dev.spindle.aof.replay.LogCheck;
import dev.spindle.aof.ring.EffectRing;
import dev.spindle.aof.ring.RingSink;
import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.Persistence;
import dev.spindle.engine.ShutdownRequest;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.info.LogFigures;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.propagation.DurabilityGate;
import dev.spindle.engine.session.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The append-only log of a server, seen from the core: loads it at the start, turns it on and off, has it rewritten, tells INFO.
 *
 * <pre>
 *   off ── start with appendonly yes: load, next generation ─────────────────────► on
 *   off ── CONFIG SET appendonly yes: first rewrite begins, effects from its epoch ► on, and loadable once the base is there
 *   on  ── CONFIG SET appendonly no, shutdown: written and forced ────────────────► off
 *   off ── BGREWRITEAOF: a base and an empty generation, no effects ───────────────► off
 * </pre>
 *
 * <p>All methods are for the core thread, or for the one that starts it.
 */
public final class AppendOnly implements Persistence.Part, AutoCloseable {

    private static final String UNBASED = "it has to be made anew first";

    private final Engine engine;
    private final ServerConfig config;
    private final Consumer<Runnable> onCore;
    private final Runnable onDurable;
    private final DurabilityGate gate;
    private final LogFigures figures;
    private final LogMaker logs;
    private final ThreadLauncher launcher = new ThreadLauncher();
    private final Rewrites rewrites;

    private final LoadAof loadAof;
    private final RingHome rings;
    private LogDirectory directory;
    private RingOrder ordered;
    private EffectRing ring;
    private RingSink sink;
    private LogAgent agent;
    private boolean attached;
    private boolean aside;
    private boolean based;
    private boolean whole;
    private boolean dataLost;
    private final WriteRefusal refusal;
    private final List<Session> waiting = new ArrayList<>();
    private volatile boolean isAwaited;
    private long nextSequence = 1;

    /**
     * A log that is off. Made before the core is pinned.
     *
     * @param onCore runs something on the core thread soon; from any thread.
     * @param onDurable wakes whoever holds replies back; from any thread.
     */
    public AppendOnly(
            Engine engine, Consumer<Runnable> onCore, Runnable onDurable, BaseWriter writer) {
        this(engine, onCore, onDurable, writer, LogFiles::create);
    }

    AppendOnly(
            Engine engine,
            Consumer<Runnable> onCore,
            Runnable onDurable,
            BaseWriter writer,
            LogMaker logs) {
        this.logs = logs;
        this.engine = engine;
        this.onCore = onCore;
        this.onDurable = onDurable;
        rewrites = new Rewrites(engine, writer, launcher, new Rewritten());
        config = engine.config();
        gate = engine.durability();
        figures = engine.logFigures();
        config.guard("appendonly", this::takeDirectory);
        config.onChange("appendonly", this::followAppendOnly);
        config.onChange("appendfsync", this::followPolicy);
        config.onChange("no-appendfsync-on-rewrite", this::followPolicy);
        refusal = new WriteRefusal(engine);
        loadAof = new LoadAof(this, onCore);
        rings = new RingHome(engine);
        engine.debugWords().put("loadaof", loadAof::execute);
    }

    /** The one of an engine; null when it has none. */
    public static AppendOnly of(Engine engine) {
        return engine.persistence().part(AppendOnly.class);
    }

    private LogDirectory newDirectory() {
        return new LogDirectory(
                config.path("appenddirname"),
                config.text("appendfilename"),
                LogFormat.valueOf(config.text("aof-log").toUpperCase(Locale.ROOT)),
                logs);
    }

    private Path oldFile() {
        return config.path("appendfilename");
    }

    private void log(LogLevel level, String text) {
        engine.host().log(level, text);
    }

    /**
     * Loads what the log holds and goes on in a new generation; at the start of a server with {@code appendonly yes}.
     *
     * @param loader of the base.
     * @param between called now and then meanwhile, at moments when clients can be served.
     * @throws IOException when the log must not, or cannot, be loaded; the message is for the server's log.
     */
    public void start(BaseLoader loader, Runnable between) throws IOException {
        directory = newDirectory();
        directory.open();
        if (!directory.adoptOldFile(oldFile())) {
            directory.finishAdoption(oldFile());
        }
        LogLoad load = new LogLoad(engine, directory, launcher, between);
        LogCheck check = load.check();
        rings.recover(directory, check);
        check.settle(config.flag("aof-load-truncated"), line -> log(LogLevel.WARNING, line));
        load.load(check, loader);
        // What was repeated was counted where it was executed first.
        engine.resetStatistics();
        goOnFrom(check.nextSequence());
    }

    /**
     * Goes on with a log that is not looked at, since the data is there already; at the start of a server.
     *
     * @param nextFrame what {@link #nextFrame} told the server before, when this data was its own; with 0 a rewrite begins at once,
     *     as the log lacks something, and writers are refused until it has succeeded.
     * @throws IOException when it cannot be gone on with; the message is for the server's log.
     */
    public void goOn(long nextFrame) throws IOException {
        directory = newDirectory();
        directory.open();
        rings.discard(directory);
        if (nextFrame > 0) {
            goOnFrom(nextFrame);
        } else {
            directory.deleteLeftovers();
            beginUnbased(makeRing());
            refusal.refuse(UNBASED);
        }
    }

    // Whoever waits for a position of the ring before must not wait for ever.
    private EffectRing makeRing() {
        return rings.make(directory, gate.issued());
    }

    private void goOnFrom(long sequence) throws IOException {
        directory.deleteLeftovers();
        nextSequence = sequence;
        rewrites.loaded();
        based = true;
        begin(makeRing());
        agent.open(new FirstGeneration());
        attach();
    }

    private void beginUnbased(EffectRing first) {
        based = false;
        begin(first);
        rewrites.schedule();
    }

    /** After the end: number of the frame that the log goes on with; 0 when it was off or lacks something that was executed. */
    public long nextFrame() {
        return whole ? nextSequence : 0;
    }

    private final class FirstGeneration implements LogOpener {
        @Override
        public AofLog open(long firstSequence) throws IOException {
            ChronicleSetup.prepare(line -> log(LogLevel.WARNING, line));
            return directory.openNext(firstSequence, new FrameBuffer());
        }
    }

    /** What the agent's thread tells. */
    private final class Listener implements LogListener {
        @Override
        public void warn(String text) {
            log(LogLevel.WARNING, text);
        }

        @Override
        public void note(String text) {
            log(LogLevel.NOTICE, text);
        }

        @Override
        public void onDiskError(String reason) {
            onCore.accept(AppendOnly.this::followDisk);
        }

        @Override
        public void onDurable() {
            if (isAwaited) {
                onCore.accept(AppendOnly.this::serveWaiting);
            }
            onDurable.run();
        }
    }

    private void followDisk() {
        if (aside) {
            return;
        }
        figures.lastWriteOk = agent == null || !agent.isStuck() && !refusal.isLacking();
        refusal.follow(agent == null ? null : agent.diskError());
    }

    // Within a command: what was answered in this turn must not leave, see WriteRefusal.
    private void onLoss() {
        refusal.lose();
        onCore.accept(this::followDisk);
    }

    // Whether what is listed holds, with what is in the ring, all that was executed.
    private boolean holdsAll() {
        return based && !refusal.isLacking();
    }

    private void begin(EffectRing made) {
        whole = false;
        ring = made;
        FrameBuffer buffer = new FrameBuffer();
        agent =
                new LogAgent(
                        ring,
                        gate,
                        new Listener(),
                        engine.epochClock(),
                        buffer,
                        sequence -> directory.openNext(sequence, new FrameBuffer()),
                        nextSequence,
                        policy());
        sink = new RingSink(ring, agent, gate, this::onLoss);
        gate.issued(ring.tail());
        gate.durable(ring.tail());
        gate.fail(false);
        gate.bell(agent::wake);
        agent.start(launcher);
    }

    private FsyncPolicy policy() {
        return FsyncPolicy.parse(config.text("appendfsync"));
    }

    private void attach() {
        attached = true;
        engine.propagation().add(sink);
        followPolicy();
    }

    private void followPolicy() {
        if (agent == null) {
            return;
        }
        FsyncPolicy policy = policy();
        agent.policy(policy);
        gate.on(attached && (policy == FsyncPolicy.ALWAYS || refusal.isLacking()));
        followForces();
        onDurable.run();
    }

    // CONFIG SET appendonly: what can be refused is refused here. Asked again to go back.
    private String takeDirectory() {
        boolean wanted = config.flag("appendonly");
        if (engine.loading().isActive()) {
            return "Unable to turn the AOF on or off while data is loaded.";
        }
        if (wanted && aside) {
            endAside();
        }
        if (wanted && directory == null) {
            return openDirectory() ? null : "Unable to turn on AOF. Check server logs.";
        }
        if (!wanted && agent == null && ordered == null) {
            closeDirectory();
        }
        return null;
    }

    private boolean openDirectory() {
        LogDirectory taken = newDirectory();
        try {
            taken.open();
            directory = taken;
            return true;
        } catch (IOException e) {
            log(LogLevel.WARNING, "Can't turn on the append only log: " + e.getMessage());
            return false;
        }
    }

    private void closeDirectory() {
        if (directory != null) {
            try {
                directory.close();
            } catch (IOException e) {
                log(LogLevel.WARNING, "Giving the AOF directory back failed: " + e.getMessage());
            }
            directory = null;
        }
    }

    private void followAppendOnly() {
        boolean wanted = config.flag("appendonly");
        if (wanted && agent == null && ordered == null) {
            orderRing();
            // Whoever asks INFO is told at once that a rewrite is to come.
            rewrites.schedule();
            rewrites.updateFigures();
        } else if (!wanted && ordered != null) {
            cancelOrder();
        } else if (!wanted && agent != null) {
            stop();
        }
    }

    private void orderRing() {
        based = false;
        ordered = rings.order(directory, gate.issued(), launcher, this::onRing);
    }

    private void onRing() {
        onCore.accept(this::takeRing);
    }

    // Nothing is logged before the first epoch, so nobody waits for the ring.
    private void takeRing() {
        EffectRing made = ordered == null ? null : rings.take(ordered);
        if (made != null) {
            ordered = null;
            beginUnbased(made);
        }
    }

    private void cancelOrder() {
        ordered.cancel();
        ordered = null;
        rewrites.stop();
        rewrites.updateFigures();
        closeDirectory();
    }

    // What BGREWRITEAOF began while the log was off has ended, or is in the way of turning it on.
    private void endAside() {
        if (ordered != null) {
            cancelOrder();
        } else {
            stop();
        }
        aside = false;
    }

    private void stop() {
        rewrites.stop();
        engine.propagation().remove(sink);
        agent.stop();
        agent.join();
        boolean goesOn = config.flag("appendonly");
        if (goesOn) {
            serveWaiting();
        }
        attached = false;
        gate.on(false);
        gate.bell(null);
        onDurable.run();
        nextSequence = agent.lastSequence() + 1;
        // What the disk refused to the last is in the ring still.
        // With the log off, more is executed from here on.
        whole = goesOn && holdsAll() && ring.head() == ring.tail() && agent.diskError() == null;
        agent = null;
        refusal.whole();
        followDisk();
        if (!goesOn) {
            // As in Redis: they are told that it is off, whatever has come to the disk.
            serveWaiting();
        }
        sink.release();
        if (goesOn && based && !whole) {
            ring.leave();
        } else {
            ring.close();
        }
        closeDirectory();
        updateFigures();
    }

    /**
     * Empties the data and loads it from the log, as a start does; what is executed afterwards goes to the next generation. With the log
     * off, from what it left. A log that is damaged, or does not hold everything, is found out before anything is emptied, and
     * rewritten if it is on. What fails later leaves a part of the data; then writers are refused.
     *
     * @param loader of the base.
     * @return whether it was loaded; if not, the server's log tells why.
     */
    boolean reload(BaseLoader loader) {
        boolean on = agent != null;
        if (ordered != null || aside || on && (!holdsAll() || agent.diskError() != null)) {
            log(LogLevel.WARNING, "DEBUG LOADAOF: the append only log does not hold all data");
            return false;
        }
        boolean emptied = false;
        if (on) {
            stop();
        }
        try {
            directory = newDirectory();
            directory.open();
            LogCheck check = settledCheck(on);
            if (check == null) {
                return false;
            }
            emptied = true;
            engine.keyspaces().flushAll(true);
            engine.loading().begin(engine.epochClock().epochMs(), 0);
            try {
                new LogLoad(engine, directory, launcher, () -> {}).load(check, loader);
            } finally {
                engine.loading().end();
            }
            if (on) {
                goOnFrom(check.nextSequence());
            } else {
                closeDirectory();
            }
            log(LogLevel.WARNING, "Append Only File loaded by DEBUG LOADAOF");
            return true;
        } catch (IOException | OutOfMemory e) {
            giveUp("DEBUG LOADAOF: " + e.getMessage(), emptied || on);
            return false;
        }
    }

    // Null when the log cannot be loaded: then the data that is there is what counts.
    private LogCheck settledCheck(boolean on) throws IOException {
        try {
            if (on && !whole) {
                throw new LogRefusal("The append only log could not be written to its end");
            }
            if (directory.manifest().entries().isEmpty()) {
                throw new LogRefusal("There is no append only log in " + directory.path());
            }
            LogCheck check = new LogCheck(directory);
            check.run();
            // What was closed a moment ago has no end that a crash could have taken.
            boolean mayCut = !on && config.flag("aof-load-truncated");
            check.settle(mayCut, line -> log(LogLevel.WARNING, line));
            return check;
        } catch (LogRefusal e) {
            log(LogLevel.WARNING, e.getMessage());
            if (on) {
                beginUnbased(makeRing());
            } else {
                closeDirectory();
            }
            return null;
        }
    }

    private void giveUp(String reason, boolean refuseWriters) {
        log(LogLevel.WARNING, reason);
        if (agent != null) {
            stop();
        }
        closeDirectory();
        if (refuseWriters) {
            dataLost = true;
            refusal.refuse(reason);
        }
    }

    /** Whether a reload has failed half-way, so that what is in memory must not pass for the data. */
    public boolean isDataLost() {
        return dataLost;
    }

    /**
     * BGREWRITEAOF. While the log is off it makes a log of what is in memory now, which the next start with {@code appendonly yes} loads; as in
     * Redis, what is executed later is not in it.
     *
     * @return the reply's text, or null when one is under way already.
     * @throws IOException when it cannot begin; the server's log tells why.
     */
    public String rewrite() throws IOException {
        if (agent != null || ordered != null) {
            return rewrites.ask();
        }
        if (dataLost) {
            log(LogLevel.WARNING, "Can't rewrite the append only log: the data are not complete");
            throw new IOException("incomplete data");
        }
        if (!openDirectory()) {
            throw new IOException("no directory");
        }
        aside = true;
        orderRing();
        return rewrites.ask();
    }

    /** This log, as it is rewritten. */
    private final class Rewritten implements Rewrites.Log {

        @Override
        public LogAgent agent() {
            return agent;
        }

        @Override
        public LogDirectory directory() {
            return directory;
        }

        @Override
        public boolean holdsAll() {
            return AppendOnly.this.holdsAll();
        }

        @Override
        public boolean isUrgent() {
            return refusal.isLacking();
        }

        // What was executed before effects were dropped is the ring's alone while the disk refuses,
        // and a generation of a new base lets go of the ring's: not before the log has it.
        @Override
        public boolean waitsForDisk() {
            return refusal.isLacking()
                    && (agent.isStuck() || sink.hasLost() && ring.head() - ring.completed() < 0);
        }

        @Override
        public long beginGeneration() {
            long position = sink.beginGeneration();
            if (!attached && !aside) {
                attach();
            }
            return position;
        }

        @Override
        public void generationBegun() {
            sink.generationBegun();
        }

        @Override
        public void onBase() {
            based = true;
            if (refusal.isLacking() && !sink.hasLost()) {
                refusal.whole();
                followDisk();
                followPolicy();
                log(LogLevel.NOTICE, "The AOF holds all data again. Writers are served.");
            }
        }
    }

    @Override
    public void onTick() {
        loadAof.run();
        takeRing();
        if (agent == null) {
            return;
        }
        rewrites.tick();
        if (aside && !rewrites.isBusy()) {
            endAside();
            return;
        }
        followDisk();
        followForces();
        if (isAwaited) {
            serveWaiting();
        }
        updateFigures();
    }

    private void followForces() {
        agent.holdForcesOff(
                engine.snapshots().isRunning() && config.flag("no-appendfsync-on-rewrite"));
    }

    private void updateFigures() {
        figures.enabled = attached;
        rewrites.updateFigures();
        if (agent != null) {
            figures.bufferLength = ring.tail() - ring.head();
            figures.pendingForces = agent.isForcing() ? 1 : 0;
            figures.delayedForces = agent.delayedForces();
        }
    }

    /** Up to where effects are on disk, in positions of the gate; for WAITAOF. */
    long durable() {
        return agent == null ? 0 : agent.durable();
    }

    /** A client waits until more is on disk. */
    void await(Session who) {
        waiting.add(who);
        isAwaited = true;
        if (agent != null) {
            agent.wake();
        }
    }

    private void serveWaiting() {
        waiting.removeIf(engine.blocked()::serve);
        isAwaited = !waiting.isEmpty();
    }

    /** Whether effects are logged. */
    public boolean isOn() {
        return attached;
    }

    @Override
    public boolean beforeShutdown(ShutdownRequest request) {
        if (aside || agent == null && ordered == null) {
            return true;
        }
        if (!based) {
            log(
                    LogLevel.WARNING,
                    request.force()
                            ? "Writing initial AOF. Exit anyway."
                            : "Writing initial AOF. Can't exit.");
            return request.force();
        }
        log(LogLevel.NOTICE, "Calling fsync() on the AOF file.");
        return true;
    }

    /** Ends it: everything is written and forced, the directory given back. */
    @Override
    public void close() {
        if (ordered != null) {
            cancelOrder();
        }
        if (agent != null) {
            stop();
        }
        closeDirectory();
        launcher.close();
    }

    /** Files of the log, for those who want to know. */
    public List<LogEntry> files() {
        return directory == null ? List.of() : directory.manifest().entries();
    }
}
