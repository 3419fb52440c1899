package dev.spindle.engine.testkit;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.session.Transport;
import dev.spindle.perf.clock.ManualClock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.agrona.UnsafeApi;

/** An engine without sockets, under a clock that the test moves: bytes in, bytes out. */
public final class EngineHarness implements AutoCloseable {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int FIRST_PORT = 50_000;
    private static final long SEED = 42;

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    // Threads of the log and of saves write to it, too.
    private final List<String> log = new CopyOnWriteArrayList<>();
    private int connected;
    private final Engine engine;
    private final Session session;
    private final List<Session> toResume = new ArrayList<>();
    private final Set<Session> closed = new HashSet<>();
    private long slowNs;
    private int slowReadings;
    private boolean shutdown;

    public EngineHarness() {
        this(256L << 20);
    }

    public EngineHarness(long reserveBytes) {
        this(reserveBytes, ServerConfig.defaults());
    }

    /** An engine with parameters of its own. */
    public EngineHarness(long reserveBytes, ServerConfig config) {
        this(reserveBytes, config, CommandFamilies.rows());
    }

    /** An engine with commands of its own. */
    public EngineHarness(long reserveBytes, ServerConfig config, List<CommandSpec> rows) {
        this(new Arena(reserveBytes, false), SEED, config, rows);
    }

    /** An engine over an arena of the caller's making, with a seed of its own. */
    public EngineHarness(Arena arena, long seed, ServerConfig config, List<CommandSpec> rows) {
        engine =
                new Engine(
                        arena,
                        config,
                        seed,
                        rows,
                        this::nanoTime,
                        clock,
                        new EngineHost() {
                            @Override
                            public void log(LogLevel level, String text) {
                                log.add(text);
                            }

                            @Override
                            public void protocolError(Session from, String text) {
                                log.add(text);
                            }

                            @Override
                            public void shutdown() {
                                shutdown = true;
                            }
                        });
        session = connect();
    }

    /** The engine. */
    public Engine engine() {
        return engine;
    }

    /** The first client. */
    public Session session() {
        return session;
    }

    /** The clock. */
    public ManualClock clock() {
        return clock;
    }

    /** Lines logged so far. */
    public List<String> log() {
        return log;
    }

    /** Whether the engine asked for the end of the process. */
    public boolean isShutdown() {
        return shutdown;
    }

    /** Another client; each has a port of its own, from 50000. */
    public Session connect() {
        SilentTransport transport = new SilentTransport(FIRST_PORT + connected++);
        transport.session = engine.connect(transport);
        return transport.session;
    }

    /** Lets the next command take so long. */
    public void slow(long ms) {
        slowNs = TimeUnit.MILLISECONDS.toNanos(ms);
    }

    // The clock of durations: the second reading after slow() is that of the command's end.
    private long nanoTime() {
        if (slowNs > 0 && ++slowReadings == 2) {
            clock.advanceNs(slowNs);
            slowNs = 0;
            slowReadings = 0;
        }
        return clock.nanoTime();
    }

    /** Whether the engine asked that a client's connection be closed at once. */
    public boolean isClosed(Session client) {
        return closed.contains(client);
    }

    /** What a server does once per turn: ends pauses and waits whose time has come and lets clients that waited go on, in order. */
    public void turn() {
        engine.clients().checkPause(clock.epochMs());
        engine.blocked().endWaits(clock.nanoTime());
        List<Session> now = List.copyOf(toResume);
        toResume.clear();
        now.forEach(engine.loop()::consume);
    }

    /** Sends a command of words as the first client and answers the raw reply. */
    public String command(String... words) {
        return send(session, frame(words));
    }

    /** Sends a command of words as a client and answers the raw reply. */
    public String command(Session from, String... words) {
        return send(from, frame(words));
    }

    /** Sends raw text, one byte per character, and answers what came out. */
    public String send(Session from, String text) {
        return new String(
                send(from, text.getBytes(StandardCharsets.ISO_8859_1)),
                StandardCharsets.ISO_8859_1);
    }

    /** Sends raw bytes and answers what came out. */
    public byte[] send(Session from, byte[] bytes) {
        long to = from.input().reserve(Math.max(1, bytes.length));
        UnsafeApi.copyMemory(bytes, BYTES, null, to, bytes.length);
        from.input().received(bytes.length);
        engine.loop().consume(from);
        return drain(from);
    }

    /** Takes what is in a client's output. */
    public static byte[] drain(Session from) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (!from.output().isEmpty()) {
            byte[] chunk = new byte[(int) from.output().headLength()];
            UnsafeApi.copyMemory(null, from.output().headAddress(), chunk, BYTES, chunk.length);
            from.output().drained(chunk.length);
            out.writeBytes(chunk);
        }
        return out.toByteArray();
    }

    /** A request frame of words, one byte per character. */
    public static String frame(String... words) {
        StringBuilder frame = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            frame.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return frame.toString();
    }

    @Override
    public void close() {
        engine.close();
    }

    private final class SilentTransport implements Transport {
        private final int port;
        private Session session;

        private SilentTransport(int port) {
            this.port = port;
        }

        @Override
        public String remoteAddress() {
            return "127.0.0.1:" + port;
        }

        @Override
        public String localAddress() {
            return "127.0.0.1:6379";
        }

        @Override
        public int descriptor() {
            return 8;
        }

        @Override
        public boolean isUnixSocket() {
            return false;
        }

        @Override
        public void closeNow() {
            closed.add(session);
        }

        @Override
        public void flushLater() {}

        @Override
        public void resumeLater() {
            toResume.add(session);
        }
    }
}
