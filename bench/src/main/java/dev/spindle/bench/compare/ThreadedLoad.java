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
import org.HdrHistogram.Histogram;

/**
 * A load of one thread of this process. It saves what redis-benchmark spends on its event loop and on parsing, since it only counts
 * replies, and so finds the limit of a server for which redis-benchmark is too slow (around pipelines of 16).
 */
abstract class ThreadedLoad implements Load {
    static final long SEED = 7;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(300);
    private static final int SIGNIFICANT_DIGITS = 3;

    /** A run: its connections, and what is still to be sent and answered. */
    static final class Traffic implements AutoCloseable {
        final List<PipelinedConnection> connections = new ArrayList<>();
        private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
        private final ByteBuffer receive = PipelinedConnection.receiveBuffer();
        private final SplittableRandom random = new SplittableRandom(SEED);
        private final Spec spec;
        private final long requests;
        private final AtomicBoolean stop;
        private final long startNs;
        private long unsent;
        private long unanswered;

        private Traffic(Endpoint endpoint, Spec spec, long requests, AtomicBoolean stop)
                throws IOException {
            this.spec = spec;
            this.requests = requests;
            this.stop = stop;
            unsent = requests;
            unanswered = requests;
            RequestTemplate template = RequestTemplate.ofTest(spec.test(), spec.valueBytes());
            try {
                for (int i = 0; i < spec.clients(); i++) {
                    connections.add(PipelinedConnection.open(endpoint, template, spec.depth()));
                }
            } catch (IOException e) {
                close();
                throw e;
            }
            startNs = System.nanoTime();
        }

        /** Whether it is to go on. */
        boolean goesOn() throws IOException {
            if (System.nanoTime() - startNs > TIMEOUT_NS) {
                throw new IOException("the load did not end in time");
            }
            return unanswered > 0 && !(stop.get() && unanswered == unsent);
        }

        /** Takes what has come for a connection; answers how many replies. */
        int receive(PipelinedConnection connection) throws IOException {
            int replies = connection.receive(receive, System::nanoTime, latencies);
            unanswered -= replies;
            return replies;
        }

        /** Sends the next pipeline of a connection that waits for nothing, or the rest of one that was not sent whole. */
        void send(PipelinedConnection connection) throws IOException {
            if (!connection.isWaiting() && unsent > 0 && !stop.get()) {
                int count = (int) Math.min(spec.depth(), unsent);
                connection.prepare(count, random, spec.keyspace());
                unsent -= count;
            }
            connection.send();
        }

        private Result result() {
            double seconds = (System.nanoTime() - startNs) / 1e9;
            return new Result(
                    (requests - unanswered) / seconds,
                    Statistics.percentileMs(latencies, 50),
                    Statistics.percentileMs(latencies, 99),
                    latencies.getMaxValue() / 1e6);
        }

        @Override
        public void close() throws IOException {
            for (PipelinedConnection connection : connections) {
                connection.close();
            }
        }
    }

    /** Sends and receives while the traffic goes on. */
    abstract void run(Traffic traffic) throws IOException;

    @Override
    public final Result run(Endpoint endpoint, Spec spec, long requests) throws IOException {
        return run(endpoint, spec, requests, new AtomicBoolean());
    }

    private Result run(Endpoint endpoint, Spec spec, long requests, AtomicBoolean stop)
            throws IOException {
        try (Traffic traffic = new Traffic(endpoint, spec, requests, stop)) {
            run(traffic);
            return traffic.result();
        }
    }

    @Override
    public final Running start(Endpoint endpoint, Spec spec, long atMost) {
        AtomicBoolean stop = new AtomicBoolean();
        FutureTask<Result> task = new FutureTask<>(() -> run(endpoint, spec, atMost, stop));
        Thread thread = new Thread(task, "load");
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
}
