package dev.spindle.bench.compare;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Writes every key of a keyspace exactly once over one connection, so that the keyspace is full and its size known; random writes
 * by redis-benchmark would leave a third of it empty. Keys go in a scattered order, since an order of insertion that equals the
 * order of names would give the table a locality that no user has.
 */
final class KeyWriter {
    private static final int RECEIVE_BYTES = 64 * 1024;

    /** Longest request of a shape that is not known beforehand. */
    private static final int MOST_BYTES = 2048;

    private KeyWriter() {}

    /** Is told of each batch, right after its last reply. */
    interface Observer {
        void onBatch(long keysWritten, long sentNs, long answeredNs);
    }

    /**
     * @param template request that writes one key
     * @param keys how many, numbered from 0
     * @param batch requests in flight
     * @throws IOException if the server answers with an error or closes the connection
     */
    static void write(
            Endpoint endpoint, RequestTemplate template, int keys, int batch, Observer observer)
            throws IOException {
        write(endpoint, template::put, template.length(), keys, strideFor(keys), batch, observer);
    }

    /** The same with requests of any shape, up to {@link #MOST_BYTES} each, in the order of their numbers. */
    static void write(Endpoint endpoint, ElementsMode.Maker maker, int requests, int batch)
            throws IOException {
        write(endpoint, maker, MOST_BYTES, requests, 1, batch, (written, sentNs, answeredNs) -> {});
    }

    private static void write(
            Endpoint endpoint,
            ElementsMode.Maker maker,
            int mostBytes,
            int keys,
            long stride,
            int batch,
            Observer observer)
            throws IOException {
        ByteBuffer send = ByteBuffer.allocateDirect(mostBytes * batch);
        ByteBuffer receive = ByteBuffer.allocateDirect(RECEIVE_BYTES);
        ReplyCounter counter = new ReplyCounter();
        long number = 0;
        try (SocketChannel channel = endpoint.connect()) {
            for (int written = 0; written < keys; ) {
                int count = Math.min(batch, keys - written);
                send.clear();
                for (int i = 0; i < count; i++) {
                    maker.put(send, (int) number);
                    number = (number + stride) % keys;
                }
                send.flip();
                long sentNs = System.nanoTime();
                while (send.hasRemaining()) {
                    channel.write(send);
                }
                for (int answered = 0; answered < count; ) {
                    receive.clear();
                    if (channel.read(receive) < 0) {
                        throw new EOFException("the server closed the connection");
                    }
                    answered += counter.consume(receive.flip());
                }
                written += count;
                observer.onBatch(written, sentNs, System.nanoTime());
            }
        }
    }

    /** A step near the golden ratio of the keyspace that visits every number once. */
    static long strideFor(int keys) {
        long stride = Math.max(1, (long) (keys * 0.618_033_988));
        while (gcd(stride, keys) != 1) {
            stride++;
        }
        return stride;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
