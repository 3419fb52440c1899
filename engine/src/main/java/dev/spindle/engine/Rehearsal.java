package dev.spindle.engine;

import dev.spindle.engine.session.NoTransport;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.session.Transport;
import dev.spindle.engine.snapshot.SnapshotRehearsal;

/**
 * A first performance without an audience: the questions that monitoring and clients ask of a server, run once while nobody has
 * connected yet.
 *
 * <p>A virtual machine loads a class when it is first used and interprets it then. The first INFO of a fresh server took 25 ms on
 * the core for that reason, the first HELLO 10 ms, and every client waited meanwhile. None of the commands here changes or
 * looks at data; what they leave in statistics and logs is taken back. It goes question by question and ends when the first client
 * connects, so that nobody waits for it longer than for one of them.
 */
public final class Rehearsal {

    private static final String[] SCRIPT = {
        "PING",
        "HELLO 3",
        "HELLO 2",
        "GET rehearsal",
        "INFO everything",
        "CONFIG GET *",
        "CLIENT LIST",
        "CLIENT INFO",
        "COMMAND",
        "SLOWLOG GET",
        "LATENCY LATEST",
        "LATENCY HISTOGRAM",
        "MEMORY STATS",
        "SCAN 0",
        "DBSIZE",
        "rehearsal",
    };

    private final Engine engine;
    private final Transport nowhere = new NoTransport("127.0.0.1:0", "127.0.0.1:0");
    private int next;

    Rehearsal(Engine engine) {
        this.engine = engine;
    }

    /**
     * Asks the next question, unless a client has connected; for the core thread.
     *
     * @return whether there is another.
     */
    public boolean step() {
        if (next == SCRIPT.length || engine.stats().connections > 0) {
            return false;
        }
        if (next == 0) {
            SnapshotRehearsal.inBackground();
            engine.snapshots().rehearse();
        }
        ask(SCRIPT[next++]);
        return next < SCRIPT.length;
    }

    private void ask(String line) {
        long spikeMs = engine.spikes().thresholdMs();
        engine.spikes().thresholdMs(0);
        Session session = new Session(0, nowhere, engine.blocks(), engine.epochClock().epochMs());
        session.authenticated(true);
        session.internal(true);
        RehearsalClient.send(engine, session, line + "\r\n");
        session.closed();
        engine.spikes().thresholdMs(spikeMs);
        engine.resetStatistics();
    }
}
