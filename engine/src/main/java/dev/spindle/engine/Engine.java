package dev.spindle.engine;

import dev.spindle.engine.blocking.BlockedClients;
import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandLogs;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.CommandTable;
import dev.spindle.engine.command.Dispatcher;
import dev.spindle.engine.command.ErrorStats;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.cron.Cron;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.info.InfoReport;
import dev.spindle.engine.info.LogFigures;
import dev.spindle.engine.info.PersistenceFigures;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.propagation.DurabilityGate;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.pubsub.KeyspaceNotifier;
import dev.spindle.engine.pubsub.PubSub;
import dev.spindle.engine.pubsub.Pushes;
import dev.spindle.engine.pubsub.Tracking;
import dev.spindle.engine.resp.BlockPool;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.resp.RequestParser;
import dev.spindle.engine.session.ClientEviction;
import dev.spindle.engine.session.ClientLine;
import dev.spindle.engine.session.Clients;
import dev.spindle.engine.session.KeyspaceObservers;
import dev.spindle.engine.session.Monitors;
import dev.spindle.engine.session.ReplyMode;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.session.SessionLoop;
import dev.spindle.engine.session.Transactions;
import dev.spindle.engine.session.Transport;
import dev.spindle.engine.session.WatchedKeys;
import dev.spindle.engine.snapshot.Snapshots;
import dev.spindle.engine.type.CollectionType;
import dev.spindle.engine.type.HashType;
import dev.spindle.engine.type.ListType;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.SortedSetType;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;
import dev.spindle.perf.clock.EpochClock;
import dev.spindle.perf.clock.NanoClock;
import dev.spindle.perf.latency.LatencyRecorders;
import dev.spindle.perf.latency.SpikeHistory;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * One database server without its sockets: everything that lives on the core thread, put together. All methods are for
 * that thread.
 */
public final class Engine implements AutoCloseable {

    private final Arena arena;
    private final Keyspaces keyspaces;
    private final MemberTable members;
    private final Snapshots snapshots;
    private final long hashSeed;
    private final Persistence persistence = new Persistence();
    private final PersistenceFigures persistenceFigures = new PersistenceFigures();
    private final DiskErrors diskErrors = new DiskErrors(this::onDiskErrorChange);
    private final CommandTable commands;
    private final EngineSettings settings = new EngineSettings();
    private final EngineStats stats = new EngineStats();
    private final Clients clients = new Clients();
    private final KeyspaceObservers observers;
    private final Propagation propagation;
    private final DurabilityGate durability = new DurabilityGate();
    private final LogFigures logFigures = new LogFigures();
    private final WatchedKeys watchedKeys;
    private final Transactions transactions;
    private final BlockedClients blocked;
    private final BlockPool blocks = new BlockPool();
    private final Pushes pushes = new Pushes();
    private final PubSub pubsub;
    private final KeyspaceNotifier notifier;
    private final Tracking tracking;
    private final ClientEviction clientEviction = new ClientEviction(this);
    private final NanoClock nanoClock;
    private final EpochClock epochClock;
    private final LatencyRecorders latency;
    private final SpikeHistory spikes;
    private final Monitors monitors;
    private final CommandLogs commandLogs;
    private final ErrorStats errors;
    private final Dispatcher dispatcher;
    private final SessionLoop loop;
    private final StringType strings = new StringType();
    private final SetType sets;
    private final CollectionType[] collections = new CollectionType[ValueType.COUNT];
    private final HashType hashes;
    private final SortedSetType sortedSets;
    private final ListType lists;
    private final StreamType streams;
    private final EngineHost host;
    private final InfoReport info;
    private final Cron cron;
    private final ServerConfig config;
    private final Map<String, CommandHandler> debugWords = new HashMap<>();
    private final Loading loading = new Loading(this::onLoadingChange);

    /**
     * Puts an engine together.
     *
     * @param arena memory of its data; closed with the engine.
     * @param config its parameters; those that the engine obeys are followed from now on.
     * @param hashSeed of key hashes; random in production.
     * @param rows every command.
     * @param host what the engine asks of the process around it.
     */
    public Engine(
            Arena arena,
            ServerConfig config,
            long hashSeed,
            Collection<CommandSpec> rows,
            NanoClock nanoClock,
            EpochClock epochClock,
            EngineHost host) {
        this.arena = arena;
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
        this.host = host;
        this.config = config;
        this.hashSeed = hashSeed;
        persistenceFigures.lastSaveSeconds = epochClock.epochMs() / 1000;
        pubsub = new PubSub(pushes, hashSeed);
        notifier = new KeyspaceNotifier(pubsub);
        keyspaces = new Keyspaces(arena, (int) config.number("databases"), hashSeed);
        members = new MemberTable(arena, hashSeed);
        snapshots =
                new Snapshots(
                        keyspaces,
                        hashSeed,
                        nanoClock,
                        epochClock,
                        text -> host.log(EngineHost.LogLevel.WARNING, text));
        sets = register(ValueType.SET, new SetType(arena, hashSeed));
        hashes = register(ValueType.HASH, new HashType(keyspaces.shared(), hashSeed));
        keyspaces.shared().expirer(ValueType.HASH, hashes);
        sortedSets = register(ValueType.SORTED_SET, new SortedSetType(arena, hashSeed));
        lists = register(ValueType.LIST, new ListType(arena));
        streams = register(ValueType.STREAM, new StreamType(arena));
        observers = new KeyspaceObservers(keyspaces.shared());
        propagation = new Propagation(keyspaces.shared());
        watchedKeys = new WatchedKeys(keyspaces, observers);
        transactions = new Transactions(watchedKeys);
        tracking = new Tracking(pushes, clients, observers, keyspaces.shared(), settings, hashSeed);
        commands = new CommandTable(rows, config.renames());
        stats.failedCalls = new long[commands.idCount()];
        stats.rejectedCalls = new long[commands.idCount()];
        latency = new LatencyRecorders(commands.idCount());
        spikes = new SpikeHistory(0);
        monitors = new Monitors(epochClock);
        commandLogs = new CommandLogs(settings, epochClock);
        errors = new ErrorStats(stats);
        Reply reply = new Reply();
        blocked = new BlockedClients(this, keyspaces, observers, reply);
        clients.onPauseChange(this::onPauseChange);
        dispatcher = new Dispatcher(this, reply, nanoClock, latency);
        loop = new SessionLoop(this, dispatcher, reply, new Invocation(this, reply));
        info = new InfoReport(this);
        cron = new Cron(this);
        new ConfigBinding(this).connect();
    }

    private void onLoadingChange() {
        dispatcher.refusalsChanged();
        keyspaces.shared().keepsExpired(clients.isPausing() || loading.isActive());
    }

    /** Subcommands of DEBUG that other modules bring, by their names in lower case; they look at the number of arguments. */
    public Map<String, CommandHandler> debugWords() {
        return debugWords;
    }

    /** Whether data is being read in. */
    public Loading loading() {
        return loading;
    }

    private void onPauseChange() {
        keyspaces.shared().keepsExpired(clients.isPausing() || loading.isActive());
        if (blocked.hasReady()) {
            blocked.serveReady();
        }
    }

    /** Memory of the data. */
    public Arena arena() {
        return arena;
    }

    /** The databases. */
    public Keyspaces keyspaces() {
        return keyspaces;
    }

    /** Snapshots of the databases. */
    public Snapshots snapshots() {
        return snapshots;
    }

    /** Seed of all hashes of keys and members. */
    public long hashSeed() {
        return hashSeed;
    }

    /** What keeps data on disk. */
    public Persistence persistence() {
        return persistence;
    }

    /** What INFO tells of that. */
    public PersistenceFigures persistenceFigures() {
        return persistenceFigures;
    }

    /** What the disk does not let the server promise. */
    public DiskErrors diskErrors() {
        return diskErrors;
    }

    private void onDiskErrorChange() {
        dispatcher.refusalsChanged();
    }

    /**
     * Gets ready for the end of the process, as SHUTDOWN and the signals want it.
     *
     * @return whether it may end; otherwise it goes on, and the log says why.
     */
    public boolean prepareShutdown(ShutdownRequest request) {
        host.log(EngineHost.LogLevel.WARNING, "User requested shutdown...");
        boolean ready = persistence.beforeShutdown(request);
        if (!ready) {
            host.log(
                    EngineHost.LogLevel.WARNING,
                    "Errors trying to shut down the server. Check the logs for more information.");
        }
        return ready;
    }

    /** A view of tables of members, for those who only load them ahead; each type has its own. */
    public MemberTable members() {
        return members;
    }

    /** Every command by name. */
    public CommandTable commands() {
        return commands;
    }

    /** Parameters of the hot path. */
    public EngineSettings settings() {
        return settings;
    }

    /** Counters. */
    public EngineStats stats() {
        return stats;
    }

    /** Every connected client. */
    public Clients clients() {
        return clients;
    }

    /** Those that hear of changes to keys. */
    public KeyspaceObservers observers() {
        return observers;
    }

    /** Holds replies back until what they tell of is on disk, where that was asked for. */
    public DurabilityGate durability() {
        return durability;
    }

    /** What INFO tells of the append-only log. */
    public LogFigures logFigures() {
        return logFigures;
    }

    /** The stream of effects and those who receive it. */
    public Propagation propagation() {
        return propagation;
    }

    /**
     * Begins or ends to repeat effects of the past, as when a log is loaded: nothing is told to sinks, nothing expires by itself, whatever
     * its time, and nothing is evicted.
     */
    public void replaying(boolean on) {
        propagation.mute(on);
        keyspaces.shared().timeless(on, epochClock.epochMs());
    }

    /** WATCH. */
    public WatchedKeys watchedKeys() {
        return watchedKeys;
    }

    /** MULTI and EXEC. */
    public Transactions transactions() {
        return transactions;
    }

    /** Clients that wait for keys. */
    public BlockedClients blocked() {
        return blocked;
    }

    /** Blocks of receive and reply buffers. */
    public BlockPool blocks() {
        return blocks;
    }

    /** The clock that durations are taken from. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /** The clock that says what time it is. */
    public EpochClock epochClock() {
        return epochClock;
    }

    /** Service times by command id. */
    public LatencyRecorders latency() {
        return latency;
    }

    /** Latency spikes by event. */
    public SpikeHistory spikes() {
        return spikes;
    }

    /** Clients that receive every command. */
    public Monitors monitors() {
        return monitors;
    }

    /** Brings messages to clients. */
    public Pushes pushes() {
        return pushes;
    }

    /** Channels and who listens to them. */
    public PubSub pubsub() {
        return pubsub;
    }

    /** Publishes what happens to keys. */
    public KeyspaceNotifier notifier() {
        return notifier;
    }

    /** Which clients keep which keys. */
    public Tracking tracking() {
        return tracking;
    }

    /** Ends clients when all together take too much memory. */
    public ClientEviction clientEviction() {
        return clientEviction;
    }

    /** Rings of remarkable commands. */
    public CommandLogs commandLogs() {
        return commandLogs;
    }

    /** Counts of errors by code. */
    public ErrorStats errors() {
        return errors;
    }

    /** Runs commands. */
    public Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Runs what clients send. */
    public SessionLoop loop() {
        return loop;
    }

    /** Strings. */
    public StringType strings() {
        return strings;
    }

    /** Sets. */
    public SetType sets() {
        return sets;
    }

    /** Hashes. */
    public HashType hashes() {
        return hashes;
    }

    /** Sorted sets. */
    public SortedSetType sortedSets() {
        return sortedSets;
    }

    /** Lists. */
    public ListType lists() {
        return lists;
    }

    /** Streams. */
    public StreamType streams() {
        return streams;
    }

    /** The collection type of a number, or null for strings and types that are not there. */
    public CollectionType collection(int type) {
        return collections[type];
    }

    private <T extends CollectionType> T register(int number, T type) {
        collections[number] = type;
        keyspaces.shared().disposer(number, type);
        keyspaces.shared().copier(number, type);
        keyspaces.shared().mover(number, type);
        return type;
    }

    /** What CONFIG gets and sets. */
    public ServerConfig config() {
        return config;
    }

    /** Sets statistics to zero, as CONFIG RESETSTAT does. Logs of slow commands and latency spikes have resets of their own. */
    public void resetStatistics() {
        stats.reset();
        errors.reset();
        latency.resetAll();
        keyspaces.shared().stats().reset();
    }

    /** The usual questions, to be asked once while no client has connected, so that none waits for their classes. */
    public Rehearsal rehearsal() {
        return new Rehearsal(this);
    }

    /** The process around the engine. */
    public EngineHost host() {
        return host;
    }

    /** What INFO reports. */
    public InfoReport info() {
        return info;
    }

    /** The background work. */
    public Cron cron() {
        return cron;
    }

    /** Does the background work that is due; called in every turn of the reactor and costs one comparison when none is. */
    public void cron(long nowNs) {
        if (!loading.isActive()) {
            cron.onTurn(nowNs);
        }
        tracking.broadcast();
        clientEviction.check();
    }

    /**
     * Does a slice of background work that waits, in a turn that found nothing else to do.
     *
     * @return whether there is more.
     */
    public boolean idleWork() {
        boolean more = !loading.isActive() && cron.idleWork();
        if (blocked.hasReady()) {
            blocked.serveReady();
        }
        tracking.broadcast();
        return more;
    }

    /** Makes a client; it is authenticated at once where no password is set. */
    public Session connect(Transport transport) {
        Session session = new Session(clients.nextId(), transport, blocks, epochClock.epochMs());
        session.authenticated(settings.password.length == 0);
        clients.add(session);
        stats.connections++;
        return session;
    }

    /** Whether a client may run commands that need a password: it gave one, or none is asked for. */
    public boolean isLoggedIn(Session session) {
        return session.isAuthenticated() || settings.password.length == 0;
    }

    /** Ends another client at once: what it was still to receive is dropped. For itself a client is closed after its reply. */
    public void kill(Session session) {
        session.transport().closeNow();
        session.closeAfterReply();
        disconnect(session);
    }

    /** Forgets a client whose connection is gone. */
    public void disconnect(Session session) {
        // What it sent may be what sinks are still to be told.
        propagation.settle();
        if (session.isMonitoring()) {
            monitors.remove(session);
        }
        transactions.end(session);
        blocked.forget(session);
        pubsub.leaveAll(session);
        tracking.forget(session);
        clients.remove(session);
        session.closed();
    }

    /** Marks the start of a batch: reads the clocks once. */
    public void beginBatch() {
        long nowNs = nanoClock.nanoTime();
        keyspaces.shared().nowMs(epochClock.epochMicrosAt(nowNs) / 1000);
        dispatcher.beginBatch(nowNs);
    }

    /**
     * Makes sure that memory in use is within maxmemory, by evicting keys where the policy allows.
     *
     * @return whether it is, or will be when the time comes: eviction goes on in slices.
     */
    public boolean makeRoom() {
        boolean can = cron.eviction().makeRoom();
        if (cron.eviction().isRunning()) {
            cron.wake();
        }
        return can;
    }

    /** Bytes in use for data and clients: what maxmemory bounds. */
    public long usedMemory() {
        return arena.usedBytes()
                + blocks.lentBytes()
                + transactions.heldBytes()
                + blocked.heldBytes();
    }

    /** Whether a client is on this machine, for what only such may do. */
    public static boolean isLocal(Session session) {
        String address = session.transport().remoteAddress();
        return session.transport().isUnixSocket()
                || address.startsWith("127.")
                || address.startsWith("[::1]");
    }

    /** Why a protected command may not run for a client, or null when it may. */
    public String protectedRefusal(CommandSpec row, Session session) {
        int allowed = settings.debugCommand;
        boolean local = isLocal(session);
        if (allowed == 2 || allowed == 1 && local) {
            return null;
        }
        String name = row.container() == null ? row.name() : row.container().name();
        String option = name.equals("module") ? "enable-module-command" : "enable-debug-command";
        return "ERR "
                + name.toUpperCase(java.util.Locale.ROOT)
                + " command not allowed. If the "
                + option
                + " option is set to \"local\", you can run it from a local connection, otherwise you need to set this"
                + " option in the configuration file, and then restart the server.";
    }

    /** A client as log lines show it. */
    public String logLine(Session session) {
        return ClientLine.forLog(session, epochClock.epochMs(), settings.hideUserData);
    }

    /**
     * Answers a protocol error and lets the client be closed. The input still holds everything that was parsed.
     *
     * @param parser which has just failed on the client's input.
     */
    public void protocolError(Session session, RequestParser parser) {
        Reply reply = new Reply();
        reply.target(session.output(), session.protocol());
        long mark = session.output().mark();
        reply.error("ERR Protocol error: " + parser.errorText());
        errors.count(reply);
        if (session.replyMode() != ReplyMode.ON) {
            session.output().truncate(mark);
        }
        host.protocolError(
                session,
                "Protocol error ("
                        + parser.error().logged()
                        + ") from client: "
                        + logLine(session)
                        + ". Query buffer during protocol error: "
                        + (settings.hideUserData
                                ? ClientLine.REDACTED
                                : ClientLine.excerpt(session.input(), parser.errorAt())));
        session.closeAfterReply();
    }

    /** Ends a client that sends more than client-query-buffer-limit without completing a request. */
    public void queryBufferExceeded(Session session) {
        host.log(
                EngineHost.LogLevel.WARNING,
                "Closing client that reached max query buffer length: "
                        + logLine(session)
                        + " (qbuf initial bytes: "
                        + (settings.hideUserData
                                ? ClientLine.REDACTED
                                : ClientLine.firstBytes(session.input()))
                        + ")");
        stats.queryBufferDisconnects++;
        kill(session);
    }

    /** Ends a client that speaks HTTP: a browser that was made to attack what listens on its own machine. */
    public void abortCrossProtocol(Session session) {
        host.log(
                EngineHost.LogLevel.WARNING,
                "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to"
                        + " Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to"
                        + " compromise your Redis instance. Connection from "
                        + session.transport().remoteAddress()
                        + " aborted.");
        kill(session);
    }

    @Override
    public void close() {
        snapshots.close();
        arena.close();
    }
}
