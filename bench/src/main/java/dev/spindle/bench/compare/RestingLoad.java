package dev.spindle.bench.compare;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/**
 * Asks a selector whom it should read from, and sleeps for some {@value #REST_US} us when nobody has anything: for a core that it
 * shares with threads of the servers. It sleeps by the clock, so that a server that answers has nobody to wake.
 */
final class RestingLoad extends ThreadedLoad {
    static final int REST_US = 20;
    static final long REST_NS = TimeUnit.MICROSECONDS.toNanos(REST_US);

    private final boolean first;

    private RestingLoad(boolean first) {
        this.first = first;
    }

    /** A load that takes turns with others on its core. */
    static RestingLoad fair() {
        return new RestingLoad(false);
    }

    /** The same, served first by the processor that it shares ({@link Precedence}). */
    static RestingLoad first() {
        return new RestingLoad(true);
    }

    @Override
    void run(Traffic traffic) throws IOException {
        Precedence precedence = first ? Precedence.take() : Precedence.none();
        try (Selector selector = Selector.open()) {
            for (PipelinedConnection connection : traffic.connections) {
                connection.register(selector);
                traffic.send(connection);
            }
            IOException[] failure = new IOException[1];
            while (traffic.goesOn()) {
                if (selector.selectNow(key -> exchange(traffic, key, failure)) == 0) {
                    sendRests(traffic);
                    precedence.rest(REST_NS);
                }
                if (failure[0] != null) {
                    throw failure[0];
                }
            }
        } finally {
            precedence.end();
        }
    }

    private static void exchange(Traffic traffic, SelectionKey key, IOException[] failure) {
        PipelinedConnection connection = (PipelinedConnection) key.attachment();
        try {
            traffic.receive(connection);
            traffic.send(connection);
        } catch (IOException e) {
            failure[0] = e;
        }
    }

    // What a socket did not take at once.
    private static void sendRests(Traffic traffic) throws IOException {
        for (int i = 0; i < traffic.connections.size(); i++) {
            traffic.connections.get(i).send();
        }
    }

    @Override
    public String description() {
        return "one thread of this command that sleeps when nothing comes, uniformly random keys (seed "
                + SEED
                + ")";
    }
}
