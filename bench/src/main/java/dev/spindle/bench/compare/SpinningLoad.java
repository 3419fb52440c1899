package dev.spindle.bench.compare;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/**
 * A load of one thread that goes round its connections and reads from each without waiting. It saves what redis-benchmark spends
 * on its event loop and on parsing, since it only counts replies, and so finds the limit of a server for which redis-benchmark is
 * too slow (around pipelines of 16). It needs a core of its own and takes all of it.
 */
final class SpinningLoad implements Load {
    private static final long SEED = 7;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(300);
    private static final int RECEIVE_BYTES = 64 * 1024;
    private static final int SIGNIFICANT_DIGITS = 3;

    /** One connection: its pipeline of requests, and how many of their replies are still to come. */
    private static final class Connection {
        final SocketChannel channel;
        final ByteBuffer send;
        final ReplyCounter counter = new ReplyCounter();
        int outstanding;
        long sentNs;

        Connection(SocketChannel channel, ByteBuffer send) {
            this.channel = channel;
            this.send = send;
        }
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

    private static Result run(int port, Spec spec, long requests, AtomicBoolean stop)
            throws IOException {
        RequestTemplate template = RequestTemplate.ofTest(spec.test(), spec.valueBytes());
        SplittableRandom random = new SplittableRandom(SEED);
        Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
        ByteBuffer receive = ByteBuffer.allocateDirect(RECEIVE_BYTES);
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < spec.clients(); i++) {
                connections.add(connect(port, template, spec.depth()));
            }
            long startNs = System.nanoTime();
            long unsent = requests;
            long unanswered = requests;
            while (unanswered > 0 && !(stop.get() && unanswered == unsent)) {
                if (System.nanoTime() - startNs > TIMEOUT_NS) {
                    throw new IOException("the load did not end in time");
                }
                for (int i = 0; i < connections.size(); i++) {
                    Connection connection = connections.get(i);
                    if (connection.outstanding > 0) {
                        unanswered -= receive(connection, receive, latencies);
                    }
                    if (connection.outstanding == 0 && unsent > 0 && !stop.get()) {
                        int count = (int) Math.min(spec.depth(), unsent);
                        prepare(connection, template, count, random, spec.keyspace());
                        unsent -= count;
                    }
                    if (connection.send.hasRemaining()) {
                        connection.channel.write(connection.send);
                    }
                }
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            return new Result(
                    (requests - unanswered) / seconds,
                    latencies.getValueAtPercentile(50) / 1e6,
                    latencies.getValueAtPercentile(99) / 1e6,
                    latencies.getMaxValue() / 1e6);
        } finally {
            for (Connection connection : connections) {
                connection.channel.close();
            }
        }
    }

    private static Connection connect(int port, RequestTemplate template, int depth)
            throws IOException {
        SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        ByteBuffer send = ByteBuffer.allocateDirect(template.length() * depth);
        for (int i = 0; i < depth; i++) {
            template.put(send, 0);
        }
        send.limit(0);
        return new Connection(channel, send);
    }

    private static void prepare(
            Connection connection,
            RequestTemplate template,
            int count,
            SplittableRandom random,
            int keyspace) {
        ByteBuffer send = connection.send;
        send.clear().limit(count * template.length());
        for (int i = 0; i < count; i++) {
            template.randomize(send, i * template.length(), random, keyspace);
        }
        connection.outstanding = count;
        connection.sentNs = System.nanoTime();
    }

    private static int receive(Connection connection, ByteBuffer buffer, Histogram latencies)
            throws IOException {
        buffer.clear();
        int read = connection.channel.read(buffer);
        if (read < 0) {
            throw new EOFException("the server closed a connection of the load");
        }
        if (read == 0) {
            return 0;
        }
        int replies = connection.counter.consume(buffer.flip());
        connection.outstanding -= replies;
        if (connection.outstanding == 0) {
            latencies.recordValue(System.nanoTime() - connection.sentNs);
        }
        return replies;
    }

    @Override
    public String description() {
        return "one spinning thread of this command, uniformly random keys (seed " + SEED + ")";
    }
}
