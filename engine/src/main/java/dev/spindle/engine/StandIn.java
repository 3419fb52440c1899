package dev.spindle.engine;

import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.resp.RequestText;
import dev.spindle.engine.session.NoTransport;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.snapshot.Snapshot;
import dev.spindle.engine.snapshot.SnapshotPurpose;
import dev.spindle.perf.clock.EpochClock;
import dev.spindle.perf.clock.NanoClock;
import dev.spindle.perf.os.PosixException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An engine that nobody talks to: a server that starts lets it execute some thousand requests of all kinds on a thread of its own.
 *
 * <p>The compiler of the virtual machine looks at what a program did when it counted, and leaves the rest out. A server whose
 * clients send SET and nothing else gets code that can do nothing else: the first other request throws the loop over a batch
 * away, and the core interprets until it is compiled again. With a busy processor beside the core that took most of a second, and the first BGSAVE
 * under load, or the first INFO, was that request. What is counted belongs to a method, whoever calls it; so the
 * engine here shows the compiler that there are other commands, replies and a snapshot, before clients come, and clients
 * need not wait for it. It stays below the number of calls that has methods compiled for good: how common what is, clients
 * shall say.
 */
public final class StandIn implements AutoCloseable {
    private static final long RESERVED = 64L << 20;
    private static final int KEYS = 300;

    // Two kinds of receivers are remembered at a call, those that come first. They are the two that
    // are worth it.
    private static final String[] FIRST = {"SET key:# #", "GET key:#"};

    private static final String[] MIXED = {
        "SET key:# #",
        "GET key:#",
        "INCR number:#",
        "LPUSH list:# a",
        "RPUSH list:# b",
        "LPOP list:#",
        "LRANGE list:# 0 9",
        "SADD set:# member:#",
        "SISMEMBER set:# member:#",
        "HSET hash:# field #",
        "HGET hash:# field",
        "ZADD sorted:# 1 member:#",
        "ZSCORE sorted:# member:#",
        "PING",
        "EXISTS key:#",
        "EXPIRE key:# 100",
        "TTL key:#",
        "DEL list:#",
        "GET nothing",
        "MSET key:# # number:# 1",
        "DBSIZE",
        "CONFIG GET maxmemory",
        "CONFIG SET slowlog-log-slower-than 0",
        "GET list:#",
        "GET",
        "CONFIG SET slowlog-log-slower-than 10000",
        "nothing",
    };

    // What is done once for a batch has to be called some hundred times too, so batches are small.
    // The two commands that come first are to be counted in all that they do, and while the
    // compiler has other work it begins to count only after some multiple of its two hundred calls.
    private static final int FIRST_BATCHES = 1600;
    private static final int BATCHES = 400;
    private static final int BATCH = 3;
    private static final int BATCHES_BETWEEN = 10;

    /** Time in which the compiler makes the code that counts from what the first requests have shown to be called often. */
    private static final long BETWEEN_NS = TimeUnit.MILLISECONDS.toNanos(3);

    private final Engine engine;
    private final Session session;
    private int next;

    StandIn() {
        engine =
                new Engine(
                        new Arena(RESERVED, false),
                        ServerConfig.defaults(),
                        1,
                        CommandFamilies.rows(),
                        NanoClock.SYSTEM,
                        EpochClock.system(),
                        new SilentHost());
        session = engine.connect(new NoTransport("127.0.0.1:0", "127.0.0.1:0"));
    }

    /**
     * Executes them. Takes most of a second, much of it asleep; without memory for it, it does nothing. For the process of a server only:
     * what it shows the compiler is the process's.
     */
    public static void perform() {
        try (StandIn standIn = new StandIn()) {
            standIn.play();
        } catch (PosixException | OutOfMemory e) {
            // Then the compiler learns it from the clients.
            return;
        }
    }

    void play() {
        play(FIRST, FIRST_BATCHES);
        play(MIXED, BATCHES);
    }

    private void play(String[] script, int batches) {
        for (int batch = 0; batch < batches; batch++) {
            StringBuilder requests = new StringBuilder();
            for (int i = batch % BATCH; i < BATCH; i++) {
                append(requests, script);
                next++;
            }
            boolean preserves = batch % 2 == 1 && Memory.hasBarrier();
            Snapshot snapshot = preserves ? engine.snapshots().begin(SnapshotPurpose.BGSAVE) : null;
            RehearsalClient.send(engine, session, requests.toString());
            if (preserves) {
                snapshot.end();
            }
            if (batch % BATCHES_BETWEEN == 0) {
                LockSupport.parkNanos(BETWEEN_NS);
            }
        }
    }

    private void append(StringBuilder requests, String[] script) {
        // As long as keys and values of a load often are.
        String number = String.format(Locale.ROOT, "%012d", next / script.length % KEYS);
        String line = script[next % script.length].replace("#", number);
        RequestText.append(requests, line.split(" "));
    }

    /** What its requests have left; for tests. */
    Engine engine() {
        return engine;
    }

    @Override
    public void close() {
        session.closed();
        engine.close();
    }
}
