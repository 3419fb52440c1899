package dev.spindle.bench.jmh;

import dev.spindle.engine.resp.PartialRequest;
import dev.spindle.engine.resp.RequestBatch;
import dev.spindle.engine.resp.RequestParser;
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

/** The request parser alone: a pipeline of 64 requests in cache. Scores are nanoseconds per request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class RequestParsing {

    private static final int PIPELINE = 64;

    /** The command parsed. */
    @Param({"SET", "GET"})
    public String command;

    private final RequestParser parser = new RequestParser();
    private final RequestBatch batch = new RequestBatch();
    private final PartialRequest partial = new PartialRequest();
    private RequestStream stream;
    private long bytes;

    /** Makes the requests. */
    @Setup
    public void make() {
        stream = new RequestStream(command, 1_000_000, PIPELINE);
        bytes = (long) PIPELINE * stream.requestBytes();
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        stream.close();
    }

    /** A pipeline of 64. */
    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public long pipeline() {
        long parsed = parser.parse(stream.address(0), bytes, true, partial, batch);
        if (parsed != bytes || batch.count() != PIPELINE) {
            throw new IllegalStateException("parsed " + parsed + " of " + bytes);
        }
        return batch.address(batch.firstArg(PIPELINE - 1) + 1);
    }
}
