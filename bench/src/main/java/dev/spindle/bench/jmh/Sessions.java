package dev.spindle.bench.jmh;

import dev.spindle.engine.Engine;
import dev.spindle.engine.propagation.EffectSink;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole request without sockets: parse, dispatch, look up, execute, reply; uniformly random over a million keys, at
 * three depths of pipeline. Scores are nanoseconds per request. Each invocation sends 64 requests, in as many pieces as
 * the pipeline asks for, so the copy into the receive buffer and the draining of replies are in the figure.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class Sessions {

    static final int PER_INVOCATION = 64;
    static final int REQUESTS = 1 << 18;

    /** Number of keys. */
    @Param("1000000")
    public int keys;

    /** The command sent. */
    @Param({"SET", "GET", "INCR"})
    public String command;

    /** Requests sent before replies are taken. */
    @Param({"1", "16", "64"})
    public int pipeline;

    /** Whether effects are told to a sink, which counts their bytes. */
    @Param("false")
    public boolean told;

    private SocketlessServer server;
    private long toldBytes;
    private RequestStream stream;
    private int at;

    /** Sets every key once, so that the measurement only overwrites. */
    @Setup
    public void load() {
        server = new SocketlessServer();
        try (RequestStream every =
                new RequestStream(command.equals("INCR") ? "INCR" : "SET", keys)) {
            server.load(every);
        }
        if (server.engine().keyspaces().size() != keys) {
            throw new IllegalStateException("keys are missing");
        }
        stream = new RequestStream(command, keys, REQUESTS);
        if (told) {
            server.engine().propagation().add(new Counting());
        }
    }

    private final class Counting implements EffectSink {
        @Override
        public void effect(int db, long address, int length) {
            toldBytes += length;
        }

        @Override
        public void units(int db, long address, int length) {
            effect(db, address, length);
        }

        @Override
        public void complete() {}
    }

    Engine engine() {
        return server.engine();
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        server.close();
        stream.close();
    }

    /** 64 requests. */
    @Benchmark
    @OperationsPerInvocation(PER_INVOCATION)
    public long request() {
        for (int sent = 0; sent < PER_INVOCATION; sent += pipeline) {
            server.exchange(stream, at + sent, pipeline);
        }
        at = at + PER_INVOCATION & REQUESTS - 1;
        return server.replyBytes();
    }
}
