package dev.spindle.net.fault;

import dev.spindle.engine.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A client that sends {@link Steps} over one connection, in batches of any length, and records which were acknowledged and when. */
final class StepLoad implements AutoCloseable {

    private static final int LARGEST = 64;
    private static final long REMEMBERED_NS = TimeUnit.SECONDS.toNanos(30);

    /** Up to which step was acknowledged at a time. */
    private record Acknowledged(long step, long atNs) {}

    private final RawClient client;
    private final Random random;
    private final Thread thread = new Thread(this::run, "load");
    private final Deque<Acknowledged> times = new ArrayDeque<>();
    private volatile boolean ending;
    private volatile long sent;
    private volatile long acknowledged;
    private volatile String error;

    /** Begins to send what follows a step. */
    StepLoad(ServerProcess server, long after, long seed) {
        client = server.connect();
        random = new Random(seed);
        sent = after;
        acknowledged = after;
        thread.start();
    }

    private void run() {
        try {
            while (!ending && error == null) {
                batch(1 + random.nextInt(random.nextBoolean() ? 4 : LARGEST));
            }
        } catch (UncheckedIOException e) {
            // The server was killed, or has hung up: that is what it is for.
            ending = true;
        }
    }

    private void batch(int length) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        long first = sent + 1;
        for (long n = first; n < first + length; n++) {
            Steps.encode(n, request);
        }
        sent += length;
        client.sendRaw(request.toByteArray());
        for (long n = first; n < first + length && error == null; n++) {
            for (int i = 0; i < Steps.replies(n); i++) {
                byte[] reply = client.readReply();
                if (reply[0] == '-') {
                    error = RawClient.latin1(reply);
                    return;
                }
            }
            acknowledged(n, System.nanoTime());
        }
    }

    private void acknowledged(long n, long nowNs) {
        acknowledged = n;
        times.add(new Acknowledged(n, nowNs));
        while (nowNs - times.peek().atNs() > REMEMBERED_NS) {
            times.remove();
        }
    }

    /** How long before a moment the first step behind one was acknowledged; 0 when none was. Once it is {@link #join joined}. */
    long ageNs(long afterStep, long momentNs) {
        for (Acknowledged each : times) {
            if (each.step() > afterStep) {
                return Math.max(0, momentNs - each.atNs());
            }
        }
        return 0;
    }

    /** The last step that was acknowledged. */
    long acknowledged() {
        return acknowledged;
    }

    /** The last step that was sent; acknowledged or not. */
    long sent() {
        return sent;
    }

    /** The first error that was answered; null for none. Nothing is sent behind it. */
    String error() {
        return error;
    }

    /** Waits until so many more steps are acknowledged. */
    void awaitMore(long steps) throws Exception {
        long wanted = acknowledged + steps;
        Waiting.until(
                "steps are acknowledged",
                () -> acknowledged >= wanted || error != null || !thread.isAlive());
    }

    /** Waits until it has ended: the server is gone, or it was told an error. */
    void join() throws InterruptedException {
        thread.join();
    }

    /** Sends no more, and waits for what is under way. */
    @Override
    public void close() {
        ending = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
