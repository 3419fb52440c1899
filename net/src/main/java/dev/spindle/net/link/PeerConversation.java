package dev.spindle.net.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A connection on which its thread speaks and waits for answers, each step for a limited time. For what Redis's contract makes the
 * server wait for: nothing else may happen between a question and its answer.
 */
final class PeerConversation implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 << 10;
    private static final int MOST_LINE = 1 << 16;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private long timeoutMs;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private PeerConversation(SocketChannel channel, Selector selector, long timeoutMs)
            throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.timeoutMs = timeoutMs;
        channel.configureBlocking(false);
        key = channel.register(selector, 0);
    }

    /**
     * Connects.
     *
     * @param timeoutMs of this and of every later step.
     * @throws IOException when it cannot, or not in time.
     */
    static PeerConversation open(String host, int port, long timeoutMs) throws IOException {
        SocketChannel channel = SocketChannel.open();
        Selector selector = null;
        try {
            selector = Selector.open();
            PeerConversation made = new PeerConversation(channel, selector, timeoutMs);
            if (!channel.connect(new InetSocketAddress(InetAddress.getByName(host), port))) {
                made.await(SelectionKey.OP_CONNECT, made.deadlineNs());
                channel.finishConnect();
            }
            return made;
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    /** Sets how long each later step may take. */
    void timeoutMs(long ms) {
        timeoutMs = ms;
    }

    private long deadlineNs() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    private void await(int operation, long deadlineNs) throws IOException {
        key.interestOps(operation);
        do {
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new SocketTimeoutException();
            }
            selector.selectedKeys().clear();
            selector.select(leftMs);
        } while (selector.selectedKeys().isEmpty());
    }

    /** Sends bytes, all of them. */
    void write(ByteBuffer bytes) throws IOException {
        long deadlineNs = deadlineNs();
        while (bytes.hasRemaining() || out.position() > 0) {
            int some = Math.min(bytes.remaining(), out.remaining());
            out.put(bytes.duplicate().limit(bytes.position() + some));
            bytes.position(bytes.position() + some);
            out.flip();
            int written = channel.write(out);
            out.compact();
            if (written == 0) {
                await(SelectionKey.OP_WRITE, deadlineNs);
            } else {
                deadlineNs = deadlineNs();
            }
        }
    }

    /** Reads a line; answers it without its end. */
    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        long deadlineNs = deadlineNs();
        while (true) {
            while (in.hasRemaining()) {
                char next = (char) (in.get() & 255);
                if (next == '\n') {
                    int end = line.length() - 1;
                    return end >= 0 && line.charAt(end) == '\r'
                            ? line.substring(0, end)
                            : line.toString();
                }
                line.append(next);
            }
            if (line.length() > MOST_LINE) {
                throw new IOException("a line without end");
            }
            in.clear();
            int read = channel.read(in);
            in.flip();
            if (read < 0) {
                throw new IOException("closed by the peer");
            }
            if (read == 0) {
                await(SelectionKey.OP_READ, deadlineNs);
            }
        }
    }

    /** A word as an argument of a request. */
    static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            return; // it is over either way
        }
    }
}
