package dev.spindle.net.reactor;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineStats;
import dev.spindle.engine.resp.InputBuffer;
import dev.spindle.engine.session.Session;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * The loop that carries every client, on one thread.
 *
 * <pre>
 *   turn:  poll ──► for each ready connection: one read ► consume ► one write
 *          ──► resume those whose pause or block ended
 *          ──► flush what others wrote to them (MONITOR, pub/sub)
 *          ──► close those that are to be closed
 *          ──► cron, if its time has come
 * </pre>
 *
 * <h2>Fairness</h2>
 *
 * A connection reads once per turn, at most {@link #MAX_READ} bytes, and everything complete in it is executed before the next connection has
 * its turn. How much is asked for follows what the client sends: a ping costs a block of 16 KiB that goes back to the
 * pool at once; a pipeline gets more. A request whose size is known gets a buffer that fits it, so that a value of
 * 512 MiB is received in place and never copied while it grows.
 *
 * <h2>Order of closing</h2>
 *
 * Channels are closed at the end of a turn only, because the kernel gives a closed descriptor's number to the next accept, and the events of
 * this turn that are still to be told carry numbers.
 *
 * <h2>What a turn costs</h2>
 *
 * Nothing on the heap. The clock is read twice in a turn that found something, once in one that did not.
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

    /** Tasks from other threads that may wait. */
    private static final int MAX_TASKS = 1024;

    private final Engine engine;
    private final EngineStats stats;
    private final ReactorSettings settings;
    private final Poller poller;
    private final RovingBuffer roving = new RovingBuffer();
    private final ConnectionList toFlush = new ConnectionList();
    private final ConnectionList toResume = new ConnectionList();
    private final ConnectionList toClose = new ConnectionList();
    private final ManyToOneConcurrentArrayQueue<Runnable> tasks =
            new ManyToOneConcurrentArrayQueue<>(MAX_TASKS);
    private long nextCronNs;
    private volatile boolean running = true;

    /** A reactor of an engine; it listens once {@link #listen} was called. */
    public Reactor(Engine engine, ReactorSettings settings) throws IOException {
        this.engine = engine;
        this.settings = settings;
        stats = engine.stats();
        poller = Poller.open();
        nextCronNs = System.nanoTime();
    }

    /** Starts accepting from a bound listener. Before {@link #run}, or on the core thread. */
    public void listen(Listener listener) throws IOException {
        listener.attach(this);
        poller.add(listener, Pollable.READ);
    }

    /** How it polls: {@code epoll} or {@code selector}. */
    public String pollerName() {
        return poller.name();
    }

    Engine engine() {
        return engine;
    }

    ReactorSettings settings() {
        return settings;
    }

    /** Runs something on the core thread soon. From any thread; answers false when too much waits already. */
    public boolean execute(Runnable task) {
        boolean taken = tasks.offer(task);
        poller.wakeup();
        return taken;
    }

    /** Ends {@link #run} at the end of its turn. From any thread. */
    public void stop() {
        running = false;
        poller.wakeup();
    }

    @Override
    public void run() {
        try {
            IdleStrategy idle = settings.idleMode.newStrategy();
            while (running) {
                idle.idle(turn());
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * One turn.
     *
     * @return how many connections had something.
     */
    int turn() throws IOException {
        int timeoutMs = settings.idleMode.blocks() ? timeUntilCronMs() : 0;
        int work = poller.poll(timeoutMs);
        if (toResume.size() > 0) {
            work += resume();
        }
        if (toFlush.size() > 0) {
            work += flushOthers();
        }
        if (toClose.size() > 0) {
            work += closeGone();
        }
        if (!tasks.isEmpty()) {
            work += runTasks();
        }
        long nowNs = System.nanoTime();
        if (nowNs - nextCronNs >= 0) {
            cron(nowNs);
        }
        if (work > 0) {
            stats.usefulTurns++;
        } else {
            stats.emptyTurns++;
        }
        return work;
    }

    private int timeUntilCronMs() {
        if (toResume.size() + toFlush.size() + toClose.size() > 0 || !tasks.isEmpty()) {
            return 0;
        }
        long ns = nextCronNs - System.nanoTime();
        return ns <= 0 ? 0 : (int) (ns / 1_000_000) + 1;
    }

    private void cron(long nowNs) {
        nextCronNs = nowNs + TimeUnit.SECONDS.toNanos(1) / Math.max(1, engine.settings().hz);
        engine.clients().checkPause(engine.epochClock().epochMs());
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
        if (connection.closing) {
            return;
        }
        if ((ready & Pollable.WRITE) != 0 && !connection.session.output().isEmpty()) {
            flush(connection);
        }
        if ((ready & Pollable.READ) != 0
                && !connection.closing
                && !connection.session.isCloseAfterReply()) {
            read(connection);
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
        connection.readSize =
                length == wish
                        ? Math.min(MAX_PIPELINE_READ, connection.readSize * 2)
                        : length < connection.readSize >> 2 ? MIN_READ : connection.readSize;
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
        engine.loop().consume(connection.session);
        if (!connection.session.output().isEmpty()) {
            flush(connection);
        } else if (connection.session.isCloseAfterReply()) {
            closeLater(connection);
        }
    }

    /** The peer sends no more. What it asked for before is still sent to it. */
    private void onEnd(Connection connection) {
        if (connection.session.output().isEmpty()) {
            closeLater(connection);
        } else {
            connection.session.closeAfterReply();
            watch(connection, Pollable.WRITE);
        }
    }

    private void flush(Connection connection) {
        Session session = connection.session;
        long budget = MAX_WRITE;
        try {
            while (!session.output().isEmpty()) {
                int wish = (int) Math.min(session.output().headLength(), MAX_READ);
                int written =
                        connection
                                .channel()
                                .write(roving.over(session.output().headAddress(), wish));
                stats.writes++;
                stats.bytesOut += written;
                session.countOut(written);
                session.output().drained(written);
                budget -= written;
                if (written < wish || budget <= 0) {
                    break;
                }
            }
        } catch (IOException e) {
            closeLater(connection);
            return;
        }
        if (!session.output().isEmpty()) {
            watch(
                    connection,
                    session.isCloseAfterReply() ? Pollable.WRITE : Pollable.READ | Pollable.WRITE);
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
                flush(connection);
            }
        }
        toFlush.removeFirst(count);
        return count;
    }

    private int closeGone() throws IOException {
        int count = toClose.size();
        for (int i = 0; i < count; i++) {
            Connection connection = toClose.get(i);
            engine.disconnect(connection.session);
            poller.remove(connection);
            connection.channel().close();
        }
        toClose.removeFirst(count);
        return count;
    }

    /** Takes an accepted channel as a client. */
    void admit(Connection connection, SocketChannel channel) throws IOException {
        connection.session = engine.connect(connection);
        poller.add(connection, Pollable.READ);
    }
}
