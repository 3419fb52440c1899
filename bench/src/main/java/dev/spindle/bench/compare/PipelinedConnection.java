package dev.spindle.bench.compare;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** One connection of a load that never waits: its pipeline of requests, and how many of their replies are still to come. */
final class PipelinedConnection implements AutoCloseable {
    private static final int RECEIVE_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final RequestTemplate template;
    private final ByteBuffer send;
    private final ReplyCounter counter = new ReplyCounter();
    private int outstanding;
    private long sinceNs;

    private PipelinedConnection(SocketChannel channel, RequestTemplate template, int depth) {
        this.channel = channel;
        this.template = template;
        send = ByteBuffer.allocateDirect(template.length() * depth);
        for (int i = 0; i < depth; i++) {
            template.put(send, 0);
        }
        send.limit(0);
    }

    /** Connects, for pipelines of at most {@code depth} requests. */
    static PipelinedConnection open(Endpoint endpoint, RequestTemplate template, int depth)
            throws IOException {
        SocketChannel channel = endpoint.connect();
        channel.configureBlocking(false);
        return new PipelinedConnection(channel, template, depth);
    }

    /** Makes a buffer to receive into, which connections of one thread can share. */
    static ByteBuffer receiveBuffer() {
        return ByteBuffer.allocateDirect(RECEIVE_BYTES);
    }

    /** Lets a selector tell when something has come; this is then the key's attachment. */
    void register(Selector selector) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** Whether replies are still to come. */
    boolean isWaiting() {
        return outstanding > 0;
    }

    /**
     * Makes a pipeline ready; {@link #send} then sends it. Its latency begins now.
     *
     * @param count requests in it.
     * @param keyspace numbers of keys are drawn from this many.
     */
    void prepare(int count, SplittableRandom random, int keyspace) {
        send.clear().limit(count * template.length());
        for (int i = 0; i < count; i++) {
            template.randomize(send, i * template.length(), random, keyspace);
        }
        outstanding = count;
        sinceNs = System.nanoTime();
    }

    /** Lets the latency of the pipeline at hand begin at another time. */
    void measureFrom(long ns) {
        sinceNs = ns;
    }

    /** Leaves so much of what has passed out of the latency of the pipeline under way, but not more than has passed. */
    void postpone(long ns, long nowNs) {
        sinceNs = Math.min(sinceNs + ns, nowNs);
    }

    /** Sends as much as the socket takes. */
    void send() throws IOException {
        if (send.hasRemaining()) {
            channel.write(send);
        }
    }

    /**
     * Takes what has come.
     *
     * @param clock says when the last reply of the pipeline was read, if it is among what has come; it may {@link #postpone} until then.
     * @param latencies take the time of the pipeline then.
     * @return replies that were complete.
     */
    int receive(ByteBuffer buffer, LongSupplier clock, Histogram latencies) throws IOException {
        buffer.clear();
        int read = channel.read(buffer);
        if (read < 0) {
            throw new EOFException("the server closed a connection of the load");
        }
        int replies = counter.consume(buffer.flip());
        outstanding -= replies;
        if (replies > 0 && outstanding == 0) {
            long nowNs = clock.getAsLong();
            latencies.recordValue(nowNs - sinceNs);
        }
        return replies;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
