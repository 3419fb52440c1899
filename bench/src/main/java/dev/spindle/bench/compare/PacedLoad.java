package dev.spindle.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * A load that arrives by the clock, whether the server keeps up or not: pipelines of SET at a fixed rate over many connections. A
 * latency is measured from when a pipeline was due, not from when it could be sent, so a server that stands still is charged for all
 * that came meanwhile (no coordinated omission). One thread that spins; it needs a core of its own.
 */
final class PacedLoad implements AutoCloseable {
    private static final int RECEIVE_BYTES = 64 * 1024;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long SEED = 11;

    private static final class Connection {
        final SocketChannel channel;
        final ByteBuffer send;
        final ReplyCounter counter = new ReplyCounter();
        int outstanding;
        long dueNs;
        long nextDueNs;

        Connection(SocketChannel channel, ByteBuffer send) {
            this.channel = channel;
            this.send = send;
        }
    }

    private final RequestTemplate template;
    private final int depth;
    private final int keyspace;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ByteBuffer receive = ByteBuffer.allocateDirect(RECEIVE_BYTES);
    private final List<Connection> connections = new ArrayList<>();

    /** Connects; {@link #run} sends. */
    PacedLoad(int port, int clients, int depth, int keyspace, int valueBytes) throws IOException {
        this.template = RequestTemplate.ofTest("set", valueBytes);
        this.depth = depth;
        this.keyspace = keyspace;
        for (int i = 0; i < clients; i++) {
            SocketChannel channel =
                    SocketChannel.open(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            ByteBuffer send = ByteBuffer.allocateDirect(template.length() * depth);
            for (int k = 0; k < depth; k++) {
                template.put(send, 0);
            }
            send.limit(0);
            connections.add(new Connection(channel, send));
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
            connections.get(i).nextDueNs = startNs + intervalNs * i / connections.size();
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
            for (Connection connection : connections) {
                if (connection.outstanding > 0) {
                    answered += receive(connection, latencies);
                }
                if (sending
                        && connection.outstanding == 0
                        && System.nanoTime() - connection.nextDueNs >= 0) {
                    prepare(connection, intervalNs);
                }
                if (connection.send.hasRemaining()) {
                    connection.channel.write(connection.send);
                }
                waiting |= connection.outstanding > 0;
            }
        }
        return new Result(latencies, answered, (System.nanoTime() - startNs) / 1e9);
    }

    private void prepare(Connection connection, long intervalNs) {
        ByteBuffer send = connection.send;
        send.clear();
        for (int i = 0; i < depth; i++) {
            template.randomize(send, i * template.length(), random, keyspace);
        }
        connection.outstanding = depth;
        connection.dueNs = connection.nextDueNs;
        connection.nextDueNs += intervalNs;
    }

    private int receive(Connection connection, Histogram latencies) throws IOException {
        receive.clear();
        int read = connection.channel.read(receive);
        if (read < 0) {
            throw new IOException("the server closed the connection");
        }
        if (read == 0) {
            return 0;
        }
        int replies = connection.counter.consume(receive.flip());
        connection.outstanding -= replies;
        if (connection.outstanding == 0) {
            latencies.recordValue(System.nanoTime() - connection.dueNs);
        }
        return replies;
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
    }
}
