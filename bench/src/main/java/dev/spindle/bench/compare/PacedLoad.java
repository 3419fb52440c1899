package dev.spindle.bench.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * A load that arrives by the clock, whether the server keeps up or not: pipelines of SET at a fixed rate over many connections. A
 * latency is measured from when a pipeline was due, not from when it could be sent, so a server that stands still is charged for all
 * that came meanwhile (no coordinated omission). One thread, which asks a selector whom it should read from and sleeps some tens of
 * microseconds when nothing is due and nothing came: threads of the servers that do not execute commands have to share its core. They get what
 * it leaves ({@link Precedence}).
 *
 * <p>Between two of its looks at the clock the thread has one pipeline to send or to receive. Where {@value #STOOD_US} microseconds or more are
 * between them, the thread itself stood, since its processor ran something else or, being a virtual one, did not run. That is nobody's
 * latency: everything that is due and under way is put off by it, and the result tells how much that was. A server that stands still
 * keeps no look from coming, since the thread waits for no reply.
 */
final class PacedLoad implements AutoCloseable {
    private static final long SEED = 11;

    private static final long ASK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int STOOD_US = 200;
    private static final long STOOD_NS = TimeUnit.MICROSECONDS.toNanos(STOOD_US);

    private final int depth;
    private final int keyspace;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ByteBuffer receive = PipelinedConnection.receiveBuffer();
    private final Selector selector = Selector.open();
    private final List<PipelinedConnection> connections = new ArrayList<>();
    private final long[] dueNs;
    private final LongSupplier clock = this::readClock;

    private SecondBySecond latencies;
    private long lastNs;
    private int waiting;
    private long answered;
    private Stood stood = new Stood(0, 0, 0);
    private IOException failure;

    /** Connects; {@link #run} sends. */
    PacedLoad(Endpoint endpoint, int clients, int depth, int keyspace, int valueBytes)
            throws IOException {
        RequestTemplate template = RequestTemplate.ofTest("set", valueBytes);
        this.depth = depth;
        this.keyspace = keyspace;
        dueNs = new long[clients];
        for (int i = 0; i < clients; i++) {
            PipelinedConnection connection = PipelinedConnection.open(endpoint, template, depth);
            connections.add(connection);
            connection.register(selector);
        }
    }

    /**
     * How the load itself stood.
     *
     * @param times for {@value #STOOD_US} microseconds or longer
     * @param ns in all
     * @param longestNs at once
     */
    record Stood(int times, long ns, long longestNs) {
        private Stood and(long moreNs) {
            return new Stood(times + 1, ns + moreNs, Math.max(longestNs, moreNs));
        }

        @Override
        public String toString() {
            return String.format(
                    "%d times for %.1f ms or longer (%.0f ms in all, %.1f at most)",
                    times, STOOD_US / 1e3, ns / 1e6, longestNs / 1e6);
        }
    }

    /**
     * @param latencies of pipelines, in nanoseconds
     * @param secondsP999Ms p99.9 of each whole second, in milliseconds
     * @param answered requests answered
     * @param seconds that it took
     * @param stood what is in no latency
     */
    record Result(
            Histogram latencies,
            List<Double> secondsP999Ms,
            long answered,
            double seconds,
            Stood stood) {
        double rps() {
            return answered / seconds;
        }
    }

    /**
     * Sends at a rate while a condition holds, asked a thousand times a second, then waits for what is under way.
     *
     * @param rps requests per second of all connections together
     */
    Result run(double rps, BooleanSupplier goOn) throws IOException {
        Precedence precedence = Precedence.takeAtOnce();
        try {
            return runNow(precedence, rps, goOn);
        } finally {
            precedence.end();
        }
    }

    private Result runNow(Precedence precedence, double rps, BooleanSupplier goOn)
            throws IOException {
        answered = 0;
        stood = new Stood(0, 0, 0);
        long intervalNs = (long) (connections.size() * depth / rps * 1e9);
        long startNs = System.nanoTime();
        latencies = new SecondBySecond(startNs);
        for (int i = 0; i < dueNs.length; i++) {
            dueNs[i] = startNs + intervalNs * i / dueNs.length;
        }
        long askNs = startNs;
        lastNs = startNs;
        boolean sending = true;
        while (sending || waiting > 0) {
            long nowNs = readClock();
            latencies.tick(nowNs);
            if (sending && nowNs - askNs > ASK_NS) {
                askNs = nowNs;
                sending = goOn.getAsBoolean();
            }
            int active = selector.selectNow(this::receive);
            if (failure != null) {
                throw failure;
            }
            if (sending) {
                active += sendDue(intervalNs);
            }
            if (active == 0) {
                precedence.rest(RestingLoad.REST_NS);
            }
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        return new Result(latencies.all(), latencies.p999Ms(), answered, seconds, stood);
    }

    // Before anything is measured: what the thread stood until now is in no latency.
    private long readClock() {
        long nowNs = System.nanoTime();
        if (nowNs - lastNs >= STOOD_NS) {
            putOff(nowNs - lastNs, nowNs);
        }
        lastNs = nowNs;
        return nowNs;
    }

    private void putOff(long ns, long nowNs) {
        stood = stood.and(ns);
        for (int i = 0; i < dueNs.length; i++) {
            dueNs[i] += ns;
            connections.get(i).postpone(ns, nowNs);
        }
    }

    private int sendDue(long intervalNs) throws IOException {
        int sent = 0;
        for (int i = 0; i < dueNs.length; i++) {
            PipelinedConnection connection = connections.get(i);
            long nowNs = readClock();
            if (connection.isWaiting()) {
                // The rest of what the socket did not take at once.
                connection.send();
            } else if (nowNs - dueNs[i] >= 0) {
                connection.prepare(depth, random, keyspace);
                connection.measureFrom(dueNs[i]);
                dueNs[i] += intervalNs;
                connection.send();
                waiting++;
                sent++;
            }
        }
        return sent;
    }

    private void receive(SelectionKey key) {
        PipelinedConnection connection = (PipelinedConnection) key.attachment();
        try {
            // Its clock is read afterwards: what the thread stood while it read is in no latency.
            int replies = connection.receive(receive, clock, latencies.current());
            answered += replies;
            if (replies > 0 && !connection.isWaiting()) {
                waiting--;
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        for (PipelinedConnection connection : connections) {
            connection.close();
        }
    }
}
