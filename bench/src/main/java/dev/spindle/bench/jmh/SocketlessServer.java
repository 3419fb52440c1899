package dev.spindle.bench.jmh;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.Engine;
import dev.spindle.engine.SilentHost;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.resp.ReplyBuffer;
import dev.spindle.engine.session.NoTransport;
import dev.spindle.engine.session.Session;
import dev.spindle.perf.clock.EpochClock;
import dev.spindle.perf.clock.NanoClock;
import org.agrona.UnsafeApi;

/** An engine with one client and no sockets: what a request costs between the receive buffer and the reply buffer. */
final class SocketlessServer implements AutoCloseable {

    private final Engine engine;
    private final Session session;
    private long replyBytes;

    SocketlessServer() {
        engine =
                new Engine(
                        new Arena(16L << 30, true),
                        ServerConfig.defaults(),
                        42,
                        CommandFamilies.rows(),
                        NanoClock.SYSTEM,
                        EpochClock.system(),
                        new SilentHost());
        session = engine.connect(new NoTransport("127.0.0.1:1", "127.0.0.1:2"));
    }

    /** The engine. */
    Engine engine() {
        return engine;
    }

    /**
     * Sends requests as one pipeline and takes the replies.
     *
     * @return the last byte of the replies.
     */
    int exchange(RequestStream stream, int first, int count) {
        return exchange(stream.address(first), (long) count * stream.requestBytes(), count);
    }

    /** The same with so many requests that stand one behind the other. */
    int exchange(long requests, long bytes, int count) {
        long to = session.input().reserve(bytes);
        UnsafeApi.copyMemory(requests, to, bytes);
        session.input().received(bytes);
        int executed = engine.loop().consume(session);
        if (executed != count) {
            throw new IllegalStateException(executed + " of " + count + " requests executed");
        }
        ReplyBuffer output = session.output();
        int last = 0;
        while (!output.isEmpty()) {
            long length = output.headLength();
            if (UnsafeApi.getByte(output.headAddress()) == '-') {
                throw new IllegalStateException("an error came back");
            }
            last = UnsafeApi.getByte(output.headAddress() + length - 1);
            replyBytes += length;
            output.drained(length);
        }
        return last;
    }

    /** Sends a whole stream in pipelines of 64. */
    void load(RequestStream stream) {
        for (int at = 0; at < stream.requests(); at += 64) {
            exchange(stream, at, Math.min(64, stream.requests() - at));
        }
    }

    /** Bytes of replies so far. */
    long replyBytes() {
        return replyBytes;
    }

    @Override
    public void close() {
        engine.close();
    }
}
