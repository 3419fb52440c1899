package dev.spindle.bench.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * A load that arrives by the clock, whether the server keeps up or not: pipelines of SET at a fixed rate over many connections. A
 * latency is measured from when a pipeline was due, not from when it could be sent, so a server that stands still is charged for all
 * that came meanwhile (no coordinated omission). One thread, which sleeps some tens of microseconds when nothing is due and nothing came, so that
 * threads of the servers that do not execute commands can share its core.
 */
final class PacedLoad implements AutoCloseable {
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long SEED = 11;
    private static final long REST_NS = TimeUnit.MICROSECONDS.toNanos(SpinningLoad.REST_US);

    private final int depth;
    private final int keyspace;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ByteBuffer receive = PipelinedConnection.receiveBuffer();
    private final List<PipelinedConnection> connections = new ArrayList<>();
    private final long[] dueNs;

    /** Connects; {@link #run} sends. */
    PacedLoad(int port, int clients, int depth, int keyspace, int valueBytes) throws IOException {
        RequestTemplate template = RequestTemplate.ofTest("set", valueBytes);
        this.depth = depth;
        this.keyspace = keyspace;
        dueNs = new long[clients];
        for (int i = 0; i < clients; i++) {
            connections.add(PipelinedConnection.open(port, template, depth));
        }
    }

    /**
     * @param latencies of pipelines, in nanoseconds
     * @param answered requests answered
     * @param seconds that it took
     */
    record Result(Histogram latencies, long answered, double seconds) {
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
        Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
        long intervalNs = (long) (connections.size() * depth / rps * 1e9);
        long startNs = System.nanoTime();
        for (int i = 0; i < connections.size(); i++) {
            dueNs[i] = startNs + intervalNs * i / connections.size();
        }
        long answered = 0;
        long askNs = startNs;
        boolean sending = true;
        boolean waiting = true;
        while (sending || waiting) {
            long nowNs = System.nanoTime();
            if (sending && nowNs - askNs > 1_000_000) {
                askNs = nowNs;
                sending = goOn.getAsBoolean();
            }
            waiting = false;
            boolean idle = true;
            for (int i = 0; i < connections.size(); i++) {
                PipelinedConnection connection = connections.get(i);
                if (connection.isWaiting()) {
                    int replies = connection.receive(receive, latencies);
                    answered += replies;
                    idle &= replies == 0;
                }
                if (sending && !connection.isWaiting() && System.nanoTime() - dueNs[i] >= 0) {
                    connection.prepare(depth, random, keyspace);
                    connection.measureFrom(dueNs[i]);
                    dueNs[i] += intervalNs;
                    idle = false;
                }
                connection.send();
                waiting |= connection.isWaiting();
            }
            if (idle) {
                LockSupport.parkNanos(REST_NS);
            }
        }
        return new Result(latencies, answered, (System.nanoTime() - startNs) / 1e9);
    }

    @Override
    public void close() throws IOException {
        for (PipelinedConnection connection : connections) {
            connection.close();
        }
    }
}
