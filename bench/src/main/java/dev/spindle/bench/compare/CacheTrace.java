package dev.spindle.bench.compare;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that uses a server as a cache: it asks for a key, and writes the key when it was not there. Which keys is drawn from a
 * Zipf distribution by a fixed seed, so every server meets the same accesses; and at a fixed rate, since the clocks that policies go by
 * tell seconds.
 *
 * <p>Accesses go in batches: the GETs of one are sent together, then the SETs of what was missed. A key drawn twice in a batch may thus miss
 * twice, with every server alike.
 */
final class CacheTrace implements Closeable {
    private static final int BATCH = 16;
    private static final long SEED = 20_24;
    private static final int READ_TIMEOUT_MS = 60_000;

    // Spreads ranks over keys: a prime, so that it is a permutation of any smaller number of keys.
    private static final long SCRAMBLE = 2_654_435_761L;

    private final int keys;
    private final double[] upTo;
    private final byte[] value;
    private final Random random = new Random(SEED);
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final ByteArrayOutputStream request = new ByteArrayOutputStream();
    private long hits;
    private long accesses;

    /**
     * Connects.
     *
     * @param exponent of the distribution: the key of rank r is drawn with a probability in proportion to 1 / r^exponent.
     */
    CacheTrace(int port, int keys, double exponent, int valueBytes) throws IOException {
        this.keys = keys;
        upTo = new double[keys];
        double sum = 0;
        for (int rank = 0; rank < keys; rank++) {
            sum += Math.pow(rank + 1, -exponent);
            upTo[rank] = sum;
        }
        value = new byte[valueBytes];
        Arrays.fill(value, (byte) 'v');
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
    }

    /** Writes the first keys by number, so that a server's need of memory for so many can be read. */
    void fill(int count) throws IOException {
        for (int from = 0; from < count; from += BATCH) {
            int to = Math.min(count, from + BATCH);
            for (int key = from; key < to; key++) {
                put("SET", key);
            }
            send();
            for (int key = from; key < to; key++) {
                line();
            }
        }
    }

    /** Accesses keys and answers which share of them was there. */
    double run(long count, double perSecond) throws IOException {
        hits = 0;
        accesses = 0;
        long startNs = System.nanoTime();
        long[] batch = new long[BATCH];
        while (accesses < count) {
            for (int i = 0; i < BATCH; i++) {
                batch[i] = draw();
                put("GET", batch[i]);
            }
            send();
            int missed = 0;
            for (int i = 0; i < BATCH; i++) {
                if (!readValue()) {
                    put("SET", batch[i]);
                    missed++;
                }
            }
            accesses += BATCH;
            hits += BATCH - missed;
            if (missed > 0) {
                send();
                for (int i = 0; i < missed; i++) {
                    line();
                }
            }
            long dueNs = startNs + (long) (accesses / perSecond * 1e9);
            long earlyNs = dueNs - System.nanoTime();
            if (earlyNs > 1_000_000) {
                LockSupport.parkNanos(earlyNs);
            }
        }
        return (double) hits / accesses;
    }

    private long draw() {
        int found = Arrays.binarySearch(upTo, random.nextDouble() * upTo[keys - 1]);
        long rank = Math.min(keys - 1, found < 0 ? -found - 1 : found);
        return rank * SCRAMBLE % keys;
    }

    private void put(String command, long key) {
        String name = String.format("key:%012d", key);
        boolean set = command.equals("SET");
        String text = (set ? "*3" : "*2") + "\r\n$3\r\n" + command + "\r\n$16\r\n" + name + "\r\n";
        request.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        if (set) {
            request.writeBytes(("$" + value.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(value);
            request.writeBytes(new byte[] {'\r', '\n'});
        }
    }

    private void send() throws IOException {
        out.write(request.toByteArray());
        out.flush();
        request.reset();
    }

    private boolean readValue() throws IOException {
        if (line().equals("$-1")) {
            return false;
        }
        in.skipNBytes(value.length + 2L);
        return true;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("connection closed by the server");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        if (line.charAt(0) == '-') {
            throw new IOException("the server answers: " + line);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
