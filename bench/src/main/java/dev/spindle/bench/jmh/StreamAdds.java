package dev.spindle.bench.jmh;

import dev.spindle.engine.propagation.EffectSink;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * XADD without sockets, in pipelines of 64, to a stream that begins empty in each iteration. Scores are nanoseconds per request,
 * receiving and replying included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class StreamAdds {

    private static final int PER_INVOCATION = 64;
    private static final int REQUESTS = 1 << 14;
    private static final int FIELDS = 4;
    private static final int VALUE_BYTES = 8;

    /** What an entry looks like: one field with a value of 64 equal bytes, four of 8 random letters, or what sensors say. */
    @Param({"same", "letters", "sensor"})
    public String shape;

    /** Whether effects are told to a sink. */
    @Param({"false", "true"})
    public boolean told;

    private final SplittableRandom random = new SplittableRandom(42);
    private SocketlessServer server;
    private CommandStream adds;
    private CommandStream delete;
    private long toldBytes;
    private int at;

    /** Makes the requests. */
    @Setup
    public void connect() {
        server = new SocketlessServer();
        adds = new CommandStream(REQUESTS, i -> "XADD stream * " + fields(i));
        delete = new CommandStream(1, i -> "DEL stream");
        if (told) {
            server.engine().propagation().add(new Counting());
        }
    }

    private String fields(int number) {
        return switch (shape) {
            case "same" -> "myfield " + "x".repeat(64);
            case "letters" -> letters();
            default ->
                    "sensor "
                            + random.nextInt(1000)
                            + " temperature 21."
                            + random.nextInt(100)
                            + " user user:"
                            + random.nextInt(100_000)
                            + " at "
                            + (1_700_000_000_000L + number);
        };
    }

    private String letters() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < FIELDS; i++) {
            text.append(i == 0 ? "" : " ").append("field").append(i).append(' ');
            for (int j = 0; j < VALUE_BYTES; j++) {
                text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
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

    /** Drops what the last iteration added. */
    @Setup(Level.Iteration)
    public void empty() {
        delete.exchange(server, 0, 1);
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        server.close();
        adds.close();
        delete.close();
    }

    /** 64 requests. */
    @Benchmark
    @OperationsPerInvocation(PER_INVOCATION)
    public long add() {
        long bytes = adds.exchange(server, at, PER_INVOCATION);
        at = at + PER_INVOCATION & REQUESTS - 1;
        return bytes + toldBytes;
    }
}
