package dev.spindle.net.server;

import dev.spindle.aof.AppendOnly;
import dev.spindle.aof.RdbBaseWriter;
import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.Rehearsal;
import dev.spindle.engine.ServerVersion;
import dev.spindle.engine.ShutdownRequest;
import dev.spindle.engine.StandIn;
import dev.spindle.engine.command.CommandTable;
import dev.spindle.engine.command.docs.CommandDocs;
import dev.spindle.engine.config.ConfigException;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.config.Unbuilt;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.PageToucher;
import dev.spindle.engine.text.Doubles;
import dev.spindle.net.reactor.Reactor;
import dev.spindle.net.reactor.ReactorSettings;
import dev.spindle.perf.agent.Affinity;
import dev.spindle.perf.agent.CpuList;
import dev.spindle.perf.agent.StallTracker;
import dev.spindle.perf.agent.Threads;
import dev.spindle.perf.clock.EpochClock;
import dev.spindle.perf.clock.NanoClock;
import dev.spindle.perf.os.PosixException;
import dev.spindle.rdb.Rdb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A running server: configuration, log, engine, reactor and the thread of the core, put together and taken apart in order.
 *
 * <pre>
 *   main    config ► log ► arena ► engine ► reactor ► listeners ► start core ► signals, stall tracker (late, on a helper)
 *   core    pin ► load the data, with a turn now and then ► turns until stopped ► close connections ► engine
 *   others  log writer, page toucher, heap trimmer
 * </pre>
 *
 * <p>What costs time at start and is not needed for the first connection happens on a helper thread after it.
 */
public final class SpindleServer implements AutoCloseable {

    private static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int REHEARSAL_WAIT_S = 2;

    private final ServerConfig config;
    private final boolean isProcess;
    private final StartAhead ahead;
    private final ServerLog log;
    private final CountDownLatch loaded = new CountDownLatch(1);
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread core;
    private Engine engine;
    private Rdb rdb;
    private AppendOnly appendOnly;
    private Reactor reactor;
    private Listeners listeners;
    private PageToucher toucher;
    private final NativeHeapTrimmer trimmer = new NativeHeapTrimmer();
    private PidFile pidFile;
    private WarmStart warm;
    private volatile int exitCode;

    // Whether all data is there: a part must not pass for the whole.
    private boolean complete;

    private SpindleServer(ServerConfig config, boolean isProcess, StartAhead ahead) {
        this.config = config;
        this.ahead = ahead;
        this.isProcess = isProcess;
        log = new ServerLog(config.path("logfile"), ConfigWiring.level(config));
        core = new Thread(this::runCore, "core");
    }

    /**
     * Starts a server within this process, as a command line says.
     *
     * @throws ConfigException when the arguments are wrong.
     * @throws StartFailure when it cannot start.
     */
    public static SpindleServer start(String... args) {
        return start(ServerConfig.load(null, List.of(args)));
    }

    /** Starts a server within this process. */
    public static SpindleServer start(ServerConfig config) {
        return start(config, false, StartAhead.begin());
    }

    /**
     * Starts a server.
     *
     * @param isProcess whether the process is its own: then it handles signals and writes a pid file.
     * @param ahead what was begun before the configuration was read.
     */
    static SpindleServer start(ServerConfig config, boolean isProcess, StartAhead ahead) {
        check(config, ahead);
        SpindleServer server = new SpindleServer(config, isProcess, ahead);
        try {
            server.open();
            return server;
        } catch (StartFailure e) {
            server.log.close();
            throw e;
        }
    }

    /**
     * Looks whether the log can be written and every {@code rename-command} be done, while an error can still be shown to the one who
     * starts it.
     *
     * @throws ConfigException with the text to show.
     */
    static void check(ServerConfig config, StartAhead ahead) {
        ServerLog.check(config.path("logfile"));
        if (!config.renames().isEmpty()) {
            CommandTable.named(ahead.rows(), config.renames());
        }
    }

    private void open() {
        long startedMs = System.currentTimeMillis();
        log.log(LogLevel.NOTICE, "oO0OoO0OoO0Oo Spindle is starting oO0OoO0OoO0Oo");
        log.log(
                LogLevel.NOTICE,
                "Spindle version="
                        + ServerVersion.SPINDLE
                        + ", bits=64, pid="
                        + ProcessHandle.current().pid()
                        + ", just started");
        log.log(LogLevel.NOTICE, "Configuration loaded");
        log.role('M');
        Unbuilt.warnings(config).forEach(text -> log.log(LogLevel.WARNING, text));
        enterDirectory();
        if (isProcess) {
            Daemon.detach();
        }
        if (isProcess) {
            StartAhead.warmUpLog(config, log);
        }
        chooseGranule();
        DescriptorLimit.Outcome limit = DescriptorLimit.raise(config.number("maxclients"), log);
        if (limit.refusal() != null) {
            throw failure(limit.refusal());
        }
        config.lower("maxclients", limit.maxClients());
        config.guard("maxclients", this::raiseDescriptors);
        ReactorSettings settings = new ReactorSettings();
        engine = newEngine();
        // Before the core is pinned: its thread must not inherit the core's processor.
        rdb = new Rdb(engine);
        if (warm != null) {
            warm.libraries().forEach(rdb.libraries()::add);
        }
        new ConfigWiring(config, settings, log).connect();
        try {
            reactor = new Reactor(engine, settings);
            reactor.eachSecond(this::closeIdlePeers);
            appendOnly = newAppendOnly(settings);
            listeners = new Listeners(config, reactor, log);
            listeners.open();
        } catch (IOException e) {
            rdb.close();
            engine.close();
            throw failure("Cannot set up polling: " + e.getMessage());
        } catch (StartFailure e) {
            listeners.abandon();
            rdb.close();
            engine.close();
            throw e;
        }
        announce();
        toucher = new PageToucher(engine.arena());
        engine.info()
                .process(
                        new ServerFacts(
                                startedMs, config, listeners, reactor.pollerName(), toucher));
        prepareSnapshots();
        core.start();
        toucher.start();
        trimmer.start();
        finishLater();
    }

    private void prepareSnapshots() {
        try {
            engine.snapshots().prepare();
        } catch (PosixException e) {
            log.log(LogLevel.WARNING, "No memory for snapshots now: " + e.getMessage());
        }
    }

    // A reactor that spins sees by itself that held replies may go.
    private AppendOnly newAppendOnly(ReactorSettings settings) {
        AppendOnly made =
                new AppendOnly(
                        engine,
                        reactor::execute,
                        () -> {
                            if (settings.idleMode.blocks()) {
                                reactor.wakeup();
                            }
                        },
                        new RdbBaseWriter(engine));
        engine.persistence().add(made);
        return made;
    }

    private void closeIdlePeers() {
        ahead.peers().closeIdle(engine.nanoClock().nanoTime());
        engine.stats().cachedPeers = ahead.peers().size();
    }

    private String raiseDescriptors() {
        long wanted = config.number("maxclients");
        long possible = DescriptorLimit.raise(wanted, log).maxClients();
        if (possible == wanted) {
            return null;
        }
        ConfigWiring.logRefusal(log, "maxclients");
        return "The operating system is not able to handle the specified number of clients, try with "
                + possible;
    }

    private StartFailure failure(String text) {
        log.log(LogLevel.WARNING, text);
        return new StartFailure(text);
    }

    // A virtual machine cannot change its directory; whoever opens a file resolves it against this
    // one.
    private void enterDirectory() {
        Path directory = Path.of(config.text("dir"));
        if (!Files.isDirectory(directory)) {
            throw failure("Can't chdir to '" + directory + "': No such file or directory");
        }
    }

    private void chooseGranule() {
        if (System.getProperty("spindle.granule.shift") == null) {
            long need = Math.max(config.number("maxmemory"), MachineMemory.physicalBytes());
            System.setProperty(
                    "spindle.granule.shift", Integer.toString(MachineMemory.granuleShift(need)));
        }
    }

    private Engine newEngine() {
        warm = WarmStart.begin(config, log);
        Engine made = warm == null ? null : warm.engine(this::newEngine, RandomSeed.next());
        return made == null ? newEngine(reserve(), RandomSeed.next()) : made;
    }

    private Engine newEngine(Arena arena, long seed) {
        return new Engine(
                arena,
                config,
                seed,
                ahead.rows(),
                NanoClock.SYSTEM,
                EpochClock.system(),
                new ServerHost(log, this::requestEnd));
    }

    // Where the system refuses to overcommit, the arena reaches as far as it lets us.
    private Arena reserve() {
        PosixException refusal = null;
        for (long bytes = Memory.reach(); bytes >= 256L << 20; bytes /= 2) {
            try {
                return new Arena(bytes, true);
            } catch (PosixException e) {
                refusal = e;
            }
        }
        throw failure("Can't reserve memory: " + refusal.getMessage());
    }

    private void announce() {
        if (isProcess) {
            writePidFile();
            boolean terminal = config.text("logfile").isEmpty() && System.console() != null;
            if (config.flag("always-show-logo") || terminal) {
                log.raw(
                        Logo.text(
                                ServerVersion.SPINDLE,
                                listeners.port(),
                                ProcessHandle.current().pid()));
            }
        }
        log.log(LogLevel.NOTICE, "Running mode=standalone, port=" + listeners.port() + ".");
        log.log(LogLevel.NOTICE, "Server initialized");
    }

    private void writePidFile() {
        Path path = config.path("pidfile");
        if (path == null && Daemon.isChild()) {
            path = Path.of(PidFile.DAEMON_DEFAULT);
        }
        if (path != null) {
            try {
                pidFile = PidFile.write(path);
            } catch (IOException e) {
                log.log(LogLevel.NOTICE, "Failed to write PID file: " + e.getMessage());
            }
        }
    }

    private void finishLater() {
        Thread late =
                new Thread(
                        () -> {
                            if (isProcess) {
                                Signals.handle(this::onSignal, "TERM", "INT");
                                Signals.handle(name -> {}, "HUP");
                            }
                            if (!awaitLoad()) {
                                return;
                            }
                            if (isProcess) {
                                Supervision.notifyReady(config, log);
                            }
                            LongSupplier collectedMs = StallTracker.collectedMs();
                            reactor.execute(() -> trackStalls(collectedMs));
                            if (isProcess) {
                                rehearse();
                                ClassesAhead.load(
                                        SpindleServer.class, SpindleServer::isNeededLater);
                                Doubles.prepare();
                                CommandDocs.load();
                                StandIn.perform();
                            }
                        },
                        "late-start");
        late.setDaemon(true);
        late.start();
    }

    // Tools run in processes of their own.
    private static boolean isNeededLater(String className) {
        return className.startsWith("dev.spindle.")
                && !className.contains(".tool.")
                && !className.contains(".check.")
                && !className.endsWith("package-info");
    }

    // On the core: it is its own waiting for a processor that is told apart.
    private void trackStalls(LongSupplier collectedMs) {
        engine.stats().stalls =
                StallTracker.ofCurrentThread(STALL_NS, engine.epochClock(), collectedMs);
    }

    // A question at a time, so that a client that connects meanwhile waits for one at most.
    private void rehearse() {
        Rehearsal rehearsal = engine.rehearsal();
        AtomicBoolean more = new AtomicBoolean(true);
        while (more.get()) {
            CountDownLatch asked = new CountDownLatch(1);
            boolean accepted =
                    reactor.execute(
                            () -> {
                                more.set(rehearsal.step());
                                asked.countDown();
                            });
            try {
                if (!accepted || !asked.await(REHEARSAL_WAIT_S, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean awaitLoad() {
        try {
            loaded.await();
            return core.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void onSignal(String name) {
        if (ending.get() && name.equals("INT")) {
            log.logSignal("You insist... exiting now.");
            if (pidFile != null) {
                pidFile.remove();
            }
            log.close();
            Runtime.getRuntime().halt(1);
        }
        log.logSignal("Received SIG" + name + " scheduling shutdown...");
        ending.set(true);
        reactor.execute(() -> endIfReady(name));
    }

    // What the parameter of the signal says, else the server goes on.
    private void endIfReady(String signal) {
        String parameter =
                signal.equals("INT")
                        ? config.text("shutdown-on-sigint")
                        : config.text("shutdown-on-sigterm");
        if (engine.prepareShutdown(ShutdownRequest.of(parameter))) {
            reactor.stop();
        } else {
            ending.set(false);
        }
    }

    private void endByForce() {
        engine.prepareShutdown(
                new ShutdownRequest(ShutdownRequest.Save.AS_CONFIGURED, false, true));
        reactor.stop();
    }

    private void requestEnd() {
        ending.set(true);
        reactor.stop();
    }

    // The core goes where server_cpulist says; all other threads, the virtual machine's too, where
    // bio_cpulist says, or else
    // anywhere but there, if anything is left. Those that work only while the core stands may use
    // its processor then: elsewhere they
    // would wait for whoever has that processor, and the core with them.
    private void pin() {
        CpuList core = CpuList.parse(config.text("server_cpulist"));
        CpuList others = CpuList.parse(config.text("bio_cpulist"));
        Predicate<String> free = name -> false;
        if (others.isEmpty() && !core.isEmpty()) {
            others = Affinity.currentCpus().without(core);
            free = SpindleServer::worksInPauses;
        }
        Affinity.Outcome pinned = Affinity.pinCurrentThread(core);
        if (!pinned.done()) {
            log.log(LogLevel.WARNING, "Can't set server_cpulist: " + pinned.reason());
        }
        Affinity.Outcome confined = Affinity.confineOtherThreads(others, free);
        if (!confined.done()) {
            log.log(LogLevel.WARNING, "Can't set bio_cpulist: " + confined.reason());
        }
    }

    // The one that brings the virtual machine to a stop, and those that collect garbage meanwhile;
    // collectors that work beside the core have other names.
    private static boolean worksInPauses(String thread) {
        return thread.equals("VM Thread") || thread.startsWith("GC Thread#");
    }

    private void runCore() {
        pin();
        try {
            StartLoad.Outcome outcome = load();
            if (outcome != StartLoad.Outcome.READY) {
                exitCode = outcome == StartLoad.Outcome.FAILED ? 1 : 0;
                reactor.abandon();
                return;
            }
            complete = true;
            listeners.announce();
            loaded.countDown();
            reactor.run();
        } catch (UncheckedIOException e) {
            exitCode = 1;
            log.log(LogLevel.WARNING, "The reactor has failed: " + e.getMessage());
        } finally {
            loaded.countDown();
            closeRest();
        }
    }

    private void closeRest() {
        if (pidFile != null) {
            log.log(LogLevel.NOTICE, "Removing the pid file.");
            pidFile.remove();
        }
        listeners.cleanUp();
        ahead.peers().close();
        toucher.close();
        trimmer.close();
        closeData();
        log.log(LogLevel.WARNING, "Spindle is now ready to exit, bye bye...");
        log.close();
    }

    private StartLoad.Outcome load() {
        StartLoad load = new StartLoad(engine, reactor, log, rdb.libraries(), appendOnly);
        return warm != null && warm.isTaken() ? load.goOn(warm.nextFrame()) : load.run();
    }

    private void closeData() {
        appendOnly.close();
        rdb.close();
        if (warm != null && exitCode == 0 && complete && !appendOnly.isDataLost()) {
            warm.leave(engine, appendOnly.nextFrame(), rdb.libraries().sources());
        }
        engine.close();
        if (warm != null) {
            warm.close();
        }
    }

    /** The port it listens on; 0 when on a path alone. */
    public int port() {
        return listeners.port();
    }

    /** The configuration; read and changed on the core thread only, see {@link #execute}. */
    public ServerConfig config() {
        return config;
    }

    /** The engine, for the core thread. */
    public Engine engine() {
        return engine;
    }

    /** Runs something on the core thread soon. */
    public boolean execute(Runnable task) {
        return reactor.execute(task);
    }

    /**
     * Waits until it has ended.
     *
     * @return the exit code of the process.
     */
    public int awaitEnd() throws InterruptedException {
        core.join();
        return exitCode;
    }

    /** Ends it as SHUTDOWN FORCE does and waits. */
    @Override
    public void close() {
        ending.set(true);
        if (!reactor.execute(this::endByForce)) {
            reactor.stop();
        }
        Threads.join(core);
    }
}
