package dev.spindle.net.reactor;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.EngineStats;
import dev.spindle.engine.propagation.DurabilityGate;
import dev.spindle.engine.resp.InputBuffer;
import dev.spindle.engine.resp.ReplyBuffer;
import dev.spindle.engine.session.Session;
import dev.spindle.perf.agent.StallCause;
import dev.spindle.perf.agent.StallTracker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * The loop that carries every client, on one thread.
 *
 * <pre>
 *   turn:  poll ──► for each ready connection: one read ► consume ► one write
 *          ──► resume those whose pause or block ended
 *          ──► flush what others wrote to them (MONITOR, pub/sub)
 *          ──► let those go whose effects are on disk now, where that is asked for
 *          ──► close those that are to be closed
 *          ──► run what other threads asked for
 *          ──► cron, if its time has come
 * </pre>
 *
 * <h2>Fairness</h2>
 *
 * A connection reads once per turn, at most {@link #MAX_READ} bytes, and everything complete in it is executed before the
 * next connection has its turn. How much is asked for follows what the client sends: a ping costs a block of 16 KiB that goes
 * back to the pool at once; a pipeline gets more. A request whose size is known gets a buffer that fits it, so that a value
 * of 512 MiB is received in place and never copied while it grows.
 *
 * <h2>Direct reads</h2>
 *
 * A spinning reactor with one or two connections asks their sockets themselves and the poller only every {@link
 * #DIRECT_READS} turns: a request then costs two system calls instead of three, and is seen sooner. With more connections a
 * poll that tells of several at once is cheaper.
 *
 * <h2>Order of closing</h2>
 *
 * Channels are closed at the end of a turn only, because the kernel gives a closed descriptor's number to the next accept, and
 * the events of this turn that are still to be told carry numbers.
 *
 * <h2>What a turn costs</h2>
 *
 * Nothing on the heap. The clock is read twice in a turn that found something, once in one that did not. A turn's work is the
 * time from the moment the poll stopped waiting: that is the load of a core that, spinning, always looks busy.
 *
 * <h2>Errors</h2>
 *
 * What goes wrong on a connection closes that connection. A handler that throws is a fault of ours: it is logged with its trace, its
 * client is closed, and the others go on.
 */
public final class Reactor implements Runnable {

    /** Least bytes asked for per read. */
    static final int MIN_READ = 16 << 10;

    /** Most bytes asked for per read while the size of the request is unknown. */
    static final int MAX_PIPELINE_READ = 64 << 10;

    /** Most bytes read per connection and turn. */
    static final int MAX_READ = 1 << 20;

    /** Most bytes written per connection and turn. */
    static final int MAX_WRITE = 4 << 20;

    /** Connections that are read without asking the poller first, at most. */
    private static final int MOST_DIRECT = 2;

    /** Turns that read directly between two that ask the poller. */
    private static final int DIRECT_READS = 31;

    /** Tasks from other threads that may wait. */
    private static final int MAX_TASKS = 1024;

    private static final int READ_WRITE = Pollable.READ | Pollable.WRITE;

    private final Engine engine;
    private final EngineStats stats;
    private final ReactorSettings settings;
    private final ClientLimits limits;
    private final Poller poller;
    private final Cron cron;
    private final RovingBuffer roving = new RovingBuffer();
    private final List<Listener> listeners = new ArrayList<>();
    private final ConnectionList toFlush = new ConnectionList();
    private final ConnectionList toResume = new ConnectionList();
    private final ConnectionList toClose = new ConnectionList();
    private final ConnectionList held = new ConnectionList();
    private final DurabilityGate gate;
    private final ManyToOneConcurrentArrayQueue<Runnable> tasks =
            new ManyToOneConcurrentArrayQueue<>(MAX_TASKS);
    private Connection[] connections = new Connection[64];
    private int connectionCount;
    private int directReads;
    private long nowMs;
    private long turnStartNs;
    private volatile boolean running = true;

    /** A reactor of an engine; it listens once {@link #listen} was called. */
    public Reactor(Engine engine, ReactorSettings settings) throws IOException {
        this(engine, settings, Poller.open());
    }

    Reactor(Engine engine, ReactorSettings settings, Poller poller) {
        this.engine = engine;
        this.settings = settings;
        this.poller = poller;
        stats = engine.stats();
        gate = engine.durability();
        limits = new ClientLimits(engine, settings);
        nowMs = engine.epochClock().epochMs();
        turnStartNs = System.nanoTime();
        cron = new Cron(engine, this, turnStartNs);
    }

    /** Sets what is done once a second besides. Before {@link #run}. */
    public void eachSecond(Runnable task) {
        cron.eachSecond(task);
    }

    /** Starts accepting from a bound listener. Before {@link #run}, or on the core thread. */
    public void listen(Listener listener) throws IOException {
        listener.attach(this);
        listeners.add(listener);
        poller.add(listener, Pollable.READ);
    }

    /** Whether the address of a listener that was stopped can be bound again at once, or only after this turn. */
    public boolean freesAddressesAtOnce() {
        return poller.forgetsAtOnce();
    }

    /** Stops accepting from a listener and closes it. On the core thread. */
    public void stopListening(Listener listener) throws IOException {
        listeners.remove(listener);
        poller.remove(listener);
        listener.close();
    }

    /** How it polls: {@code epoll} or {@code selector}. */
    public String pollerName() {
        return poller.name();
    }

    /** Parameters; changed on the core thread only. */
    public ReactorSettings settings() {
        return settings;
    }

    Engine engine() {
        return engine;
    }

    int connectionCount() {
        return connectionCount;
    }

    int descriptorOf(SelectableChannel channel) {
        return poller.descriptorOf(channel);
    }

    void nowMs(long epochMs) {
        nowMs = epochMs;
    }

    /** Runs something on the core thread soon. From any thread; answers false when too much waits already. */
    public boolean execute(Runnable task) {
        boolean taken = tasks.offer(task);
        poller.wakeup();
        return taken;
    }

    /** Ends a wait of the poller, if it waits. From any thread. */
    public void wakeup() {
        poller.wakeup();
    }

    /** Ends {@link #run} at the end of its turn. From any thread. */
    public void stop() {
        running = false;
        poller.wakeup();
    }

    /**
     * Takes one turn without waiting, for a core that has something long to do before {@link #run}. On the core thread, and never
     * within a turn.
     *
     * @return false once {@link #stop} was called.
     */
    public boolean serve() {
        try {
            turn(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return running;
    }

    /** Closes every connection and listener, of a reactor that will not {@link #run}. */
    public void abandon() {
        closeAll();
    }

    /** Takes turns until stopped, then closes every connection and listener. */
    @Override
    public void run() {
        try {
            while (running) {
                IdleStrategy idle = settings.idleMode.newStrategy();
                boolean blocks = settings.idleMode.blocks();
                for (var mode = settings.idleMode; running && mode == settings.idleMode; ) {
                    idle.idle(turn(blocks));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closeAll();
        }
    }

    /**
     * One turn.
     *
     * @return how much was found to do.
     */
    int turn(boolean mayWait) throws IOException {
        boolean direct = !mayWait && directReads > 0 && connectionCount <= MOST_DIRECT;
        int told;
        if (direct) {
            directReads--;
            told = readDirectly();
        } else {
            directReads = connectionCount == 0 ? 0 : DIRECT_READS;
            told = poller.poll(mayWait ? waitMs() : 0);
        }
        int work = told;
        if (toResume.size() > 0) {
            work += resume();
        }
        if (toFlush.size() > 0) {
            work += flushOthers();
        }
        if (held.size() > 0) {
            work += letGo();
        }
        if (toClose.size() > 0) {
            work += closeGone();
        }
        if (!tasks.isEmpty()) {
            work += runTasks();
        }
        long nowNs = System.nanoTime();
        StallTracker stalls = stats.stalls;
        if (work > 0) {
            long startNs = told > 0 && !direct ? poller.readyAtNs() : turnStartNs;
            stats.usefulTurns++;
            stats.workedNs += nowNs - startNs;
            if (stalls != null) {
                stalls.onTurn(startNs, nowNs);
            }
        } else {
            stats.emptyTurns++;
        }
        turnStartNs = nowNs;
        if (cron.onTurn(nowNs, work == 0) && stalls != null) {
            turnStartNs = System.nanoTime();
            stalls.suspect(StallCause.CRON);
            stalls.onTurn(nowNs, turnStartNs);
        }
        return work;
    }

    // Asks each connection itself; answers how many had something.
    private int readDirectly() {
        long before = stats.reads;
        for (int i = 0; i < connectionCount; i++) {
            Connection connection = connections[i];
            if (!connection.closing
                    && !connection.held
                    && (connection.interest & Pollable.READ) != 0
                    && !connection.session.isCloseAfterReply()) {
                read(connection);
            }
        }
        return (int) (stats.reads - before);
    }

    private int waitMs() {
        boolean waiting = toResume.size() + toFlush.size() + toClose.size() > 0;
        return waiting || !tasks.isEmpty() || !running ? 0 : cron.waitMs(turnStartNs);
    }

    private int runTasks() {
        Runnable task;
        int done = 0;
        while (done < MAX_TASKS && (task = tasks.poll()) != null) {
            task.run();
            done++;
        }
        return done;
    }

    void onReady(Connection connection, int ready) {
        if (connection.closing || connection.held) {
            return;
        }
        if ((ready & Pollable.WRITE) != 0 && !connection.session.output().isEmpty()) {
            flush(connection);
        }
        if ((ready & Pollable.READ) != 0 && !connection.closing) {
            if (connection.session.isCloseAfterReply()) {
                // Only a hang-up is reported against our wish.
                if ((connection.interest & Pollable.READ) == 0) {
                    closeLater(connection);
                }
            } else {
                read(connection);
            }
        }
    }

    private void read(Connection connection) {
        Session session = connection.session;
        InputBuffer input = session.input();
        long address = reserve(connection, input);
        int wish = (int) Math.min(input.room(), MAX_READ);
        int length;
        try {
            length = connection.channel().read(roving.over(address, wish));
        } catch (IOException e) {
            if (settings.verbose) {
                engine.host().log(LogLevel.VERBOSE, "Reading from client: " + e.getMessage());
            }
            closeLater(connection);
            return;
        }
        if (length <= 0) {
            if (input.length() == 0) {
                input.clear();
            }
            if (length < 0) {
                onEnd(connection);
            }
            return;
        }
        stats.reads++;
        stats.bytesIn += length;
        session.countIn(length);
        input.received(length);
        if (length == wish) {
            connection.readSize = Math.min(MAX_PIPELINE_READ, connection.readSize * 2);
        } else if (length < connection.readSize >> 2) {
            connection.readSize = MIN_READ;
        }
        run(connection);
    }

    private static long reserve(Connection connection, InputBuffer input) {
        long held = input.length();
        if (held == 0) {
            return input.reserve(connection.readSize);
        }
        long missing = connection.session.partial().needed() - held;
        if (missing > input.room()) {
            return input.reserve(missing);
        }
        return input.reserve(input.room() < MIN_READ / 4 ? MIN_READ / 4 : 1);
    }

    private void run(Connection connection) {
        Session session = connection.session;
        try {
            engine.loop().consume(session);
        } catch (RuntimeException | Error e) {
            engine.host()
                    .log(
                            LogLevel.WARNING,
                            FaultReport.of(e, session, engine.settings().hideUserData));
            closeLater(connection);
            return;
        }
        if (connection.closing) {
            return;
        }
        if (!session.output().isEmpty()) {
            if (limits.isOutputTooLong(session)) {
                closeLater(connection);
            } else {
                flush(connection);
            }
        } else if (session.isCloseAfterReply()) {
            closeLater(connection);
        }
    }

    /** The peer sends no more. What it asked for before is still sent to it. */
    private void onEnd(Connection connection) {
        if (settings.verbose) {
            String line = "Client closed connection " + engine.logLine(connection.session);
            engine.host().log(LogLevel.VERBOSE, line);
        }
        if (connection.session.output().isEmpty()) {
            closeLater(connection);
        } else {
            connection.session.closeAfterReply();
            watch(connection, Pollable.WRITE);
        }
    }

    private void flush(Connection connection) {
        if (connection.held) {
            return;
        }
        if (gate.mustHold()) {
            hold(connection);
        } else {
            send(connection, MAX_WRITE);
        }
    }

    // Nothing is read from it meanwhile: one batch of a client waits at a time.
    private void hold(Connection connection) {
        connection.held = true;
        connection.heldAt = gate.issued();
        connection.heldUpTo = connection.session.output().written();
        held.add(connection);
    }

    private int letGo() {
        int count = held.size();
        int gone = 0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            Connection connection = held.get(i);
            boolean may = gate.lets(connection.heldAt);
            if (!connection.closing && !may && !gate.hasFailed()) {
                held.set(kept++, connection);
                continue;
            }
            gone++;
            connection.held = false;
            if (!connection.closing) {
                if (may) {
                    sendHeld(connection);
                } else {
                    // Its effects are in memory and not on disk: no answer would be true.
                    closeLater(connection);
                }
            }
        }
        // Those that wait anew were added behind.
        for (int i = count; i < held.size(); i++) {
            held.set(kept++, held.get(i));
        }
        held.shrink(kept);
        if (kept > 0) {
            gate.ring();
        }
        return gone;
    }

    private void sendHeld(Connection connection) {
        ReplyBuffer output = connection.session.output();
        long free = connection.heldUpTo - (output.written() - output.length());
        if (free < output.length() && gate.mustHold()) {
            if (free > 0) {
                send(connection, free);
            }
            if (!connection.closing) {
                hold(connection);
            }
        } else {
            send(connection, MAX_WRITE);
        }
    }

    private void send(Connection connection, long most) {
        Session session = connection.session;
        ReplyBuffer output = session.output();
        SocketChannel channel = connection.channel();
        long budget = most;
        try {
            while (!output.isEmpty() && budget > 0) {
                int wish = (int) Math.min(Math.min(output.headLength(), MAX_READ), budget);
                int written = channel.write(roving.over(output.headAddress(), wish));
                stats.writes++;
                stats.bytesOut += written;
                session.countOut(written);
                output.drained(written);
                budget -= written;
                if (written < wish) {
                    break;
                }
            }
        } catch (IOException e) {
            closeLater(connection);
            return;
        }
        if (!output.isEmpty()) {
            watch(connection, session.isCloseAfterReply() ? Pollable.WRITE : READ_WRITE);
        } else if (session.isCloseAfterReply()) {
            closeLater(connection);
        } else if (connection.interest != Pollable.READ) {
            watch(connection, Pollable.READ);
        }
    }

    private void watch(Connection connection, int interest) {
        try {
            poller.change(connection, interest);
        } catch (IOException e) {
            closeLater(connection);
        }
    }

    void flushLater(Connection connection) {
        if (!connection.flushing && !connection.closing) {
            connection.flushing = true;
            toFlush.add(connection);
        }
    }

    void resumeLater(Connection connection) {
        if (!connection.resuming && !connection.closing) {
            connection.resuming = true;
            toResume.add(connection);
        }
    }

    void closeLater(Connection connection) {
        if (!connection.closing) {
            connection.closing = true;
            toClose.add(connection);
        }
    }

    // Those that are added meanwhile wait for the next turn, so no turn is endless.
    private int resume() {
        int count = toResume.size();
        for (int i = 0; i < count; i++) {
            Connection connection = toResume.get(i);
            connection.resuming = false;
            if (!connection.closing) {
                run(connection);
            }
        }
        toResume.removeFirst(count);
        return count;
    }

    private int flushOthers() {
        int count = toFlush.size();
        for (int i = 0; i < count; i++) {
            Connection connection = toFlush.get(i);
            connection.flushing = false;
            if (!connection.closing) {
                if (limits.isOutputTooLong(connection.session)) {
                    closeLater(connection);
                } else {
                    flush(connection);
                }
            }
        }
        toFlush.removeFirst(count);
        return count;
    }

    private int closeGone() throws IOException {
        int count = toClose.size();
        for (int i = 0; i < count; i++) {
            Connection connection = toClose.get(i);
            if (!connection.session.isClosed()) {
                engine.disconnect(connection.session);
            }
            forget(connection);
            poller.remove(connection);
            connection.channel().close();
        }
        toClose.removeFirst(count);
        return count;
    }

    private void forget(Connection connection) {
        Connection last = connections[--connectionCount];
        connections[connection.index] = last;
        last.index = connection.index;
        connections[connectionCount] = null;
    }

    /** Looks at a connection for the cron: silence, and output that nobody reads. */
    void examine(int index, long atMs) {
        Connection connection = connections[index];
        if (engine.settings().replyBufferResizing) {
            connection.session.ageReplyPeak(atMs, engine.settings().replyPeakResetMs);
        }
        if (!connection.closing
                && (limits.isSilentTooLong(connection.session, atMs)
                        || limits.isOutputTooLong(connection.session))) {
            closeLater(connection);
        }
    }

    /** Takes an accepted channel as a client, or tells it why not. */
    void admit(
            SocketChannel channel,
            String remoteAddress,
            String localAddress,
            boolean unixSocket,
            boolean fromHere)
            throws IOException {
        channel.configureBlocking(false);
        if (settings.verbose) {
            engine.host().log(LogLevel.VERBOSE, "Accepted " + remoteAddress);
        }
        if (connectionCount >= settings.maxClients) {
            refuse(channel, Greeting.TOO_MANY);
            return;
        }
        if (settings.protectedMode && !fromHere && engine.settings().password.length == 0) {
            refuse(channel, Greeting.PROTECTED);
            return;
        }
        Connection connection =
                new Connection(this, channel, remoteAddress, localAddress, unixSocket);
        poller.add(connection, Pollable.READ);
        connection.session = engine.connect(connection);
        if (connectionCount == connections.length) {
            connections = Arrays.copyOf(connections, connectionCount * 2);
        }
        connection.index = connectionCount;
        connections[connectionCount++] = connection;
    }

    // The socket is new, so its send buffer takes the few bytes; if not, the peer misses the
    // reason.
    private void refuse(SocketChannel channel, byte[] reason) throws IOException {
        stats.rejectedConnections++;
        try (channel) {
            channel.write(ByteBuffer.wrap(reason));
        }
    }

    private void closeAll() {
        try {
            for (int i = connectionCount - 1; i >= 0; i--) {
                closeLater(connections[i]);
            }
            closeGone();
            for (Listener listener : List.copyOf(listeners)) {
                stopListening(listener);
            }
            poller.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
