package dev.spindle.bench.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A load of one thread that goes round its connections and reads from each without waiting. It saves what redis-benchmark spends
 * on its event loop and on parsing, since it only counts replies, and so finds the limit of a server for which redis-benchmark is
 * too slow (around pipelines of 16). It needs a core of its own and takes all of it.
 */
final class SpinningLoad implements Load {
    static final int REST_US = 20;
    private static final long REST_NS = TimeUnit.MICROSECONDS.toNanos(REST_US);
    private static final long SEED = 7;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(300);
    private static final int SIGNIFICANT_DIGITS = 3;

    private final boolean rests;
    private final boolean first;

    private SpinningLoad(boolean rests, boolean first) {
        this.rests = rests;
        this.first = first;
    }

    /** A load that never sleeps; it needs a core of its own. */
    static SpinningLoad spinning() {
        return new SpinningLoad(false, false);
    }

    /** A load that sleeps for some {@value #REST_US} us when no connection had anything to do. */
    static SpinningLoad resting() {
        return new SpinningLoad(true, false);
    }

    /** The same, served first by the processor that it shares ({@link Precedence}). */
    static SpinningLoad restingFirst() {
        return new SpinningLoad(true, true);
    }

    @Override
    public Result run(int port, Spec spec, long requests) throws IOException {
        return run(port, spec, requests, new AtomicBoolean());
    }

    @Override
    public Running start(int port, Spec spec, long atMost) {
        AtomicBoolean stop = new AtomicBoolean();
        FutureTask<Result> task = new FutureTask<>(() -> run(port, spec, atMost, stop));
        Thread thread = new Thread(task, "spinning-load");
        thread.setDaemon(true);
        thread.start();
        return () -> {
            stop.set(true);
            try {
                task.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        };
    }

    private Result run(int port, Spec spec, long requests, AtomicBoolean stop) throws IOException {
        RequestTemplate template = RequestTemplate.ofTest(spec.test(), spec.valueBytes());
        SplittableRandom random = new SplittableRandom(SEED);
        Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
        ByteBuffer receive = PipelinedConnection.receiveBuffer();
        List<PipelinedConnection> connections = new ArrayList<>();
        Precedence precedence = first ? Precedence.take() : Precedence.none();
        try {
            for (int i = 0; i < spec.clients(); i++) {
                connections.add(PipelinedConnection.open(port, template, spec.depth()));
            }
            long startNs = System.nanoTime();
            long unsent = requests;
            long unanswered = requests;
            while (unanswered > 0 && !(stop.get() && unanswered == unsent)) {
                if (System.nanoTime() - startNs > TIMEOUT_NS) {
                    throw new IOException("the load did not end in time");
                }
                long unansweredBefore = unanswered;
                for (int i = 0; i < connections.size(); i++) {
                    PipelinedConnection connection = connections.get(i);
                    if (connection.isWaiting()) {
                        unanswered -= connection.receive(receive, latencies);
                    }
                    if (!connection.isWaiting() && unsent > 0 && !stop.get()) {
                        int count = (int) Math.min(spec.depth(), unsent);
                        connection.prepare(count, random, spec.keyspace());
                        unsent -= count;
                    }
                    connection.send();
                }
                if (rests && unanswered == unansweredBefore) {
                    LockSupport.parkNanos(REST_NS);
                }
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            return new Result(
                    (requests - unanswered) / seconds,
                    latencies.getValueAtPercentile(50) / 1e6,
                    latencies.getValueAtPercentile(99) / 1e6,
                    latencies.getMaxValue() / 1e6);
        } finally {
            precedence.end();
            for (PipelinedConnection connection : connections) {
                connection.close();
            }
        }
    }

    @Override
    public String description() {
        return "one "
                + (rests
                        ? "thread of this command that sleeps when nothing comes"
                        : "spinning thread of this command")
                + ", uniformly random keys (seed "
                + SEED
                + ")";
    }
}
