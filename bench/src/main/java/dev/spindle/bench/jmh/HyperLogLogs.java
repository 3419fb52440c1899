package dev.spindle.bench.jmh;

import java.util.SplittableRandom;
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
 * HyperLogLogs without sockets, 64 commands to a pipeline: elements added that are known; values filled from nothing; counts,
 * from the figure kept in the value; unions, counted and stored. Scores are nanoseconds per command.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class HyperLogLogs {

    private static final int BATCH = 64;
    private static final int COMMANDS = 1 << 14;

    /** Elements in each value before: sparse with up to about 1500, dense beyond. */
    @Param({"100", "1000", "100000"})
    public int elements;

    /** FILL makes a value of so many elements, 4096 at most, again and again; ADD and COUNT go to several values in turn. */
    @Param({"ADD", "FILL", "COUNT", "UNION", "MERGE"})
    public String what;

    private SocketlessServer server;
    private CommandStream stream;
    private int at;

    /** Fills 64 values. */
    @Setup
    public void fill() {
        server = new SocketlessServer();
        int values = elements > 10_000 ? 2 : BATCH;
        try (CommandStream all =
                new CommandStream(
                        elements * values,
                        i -> "PFADD hll:" + i % values + " element:" + i / values)) {
            all.load(server);
        }
        SplittableRandom random = new SplittableRandom(42);
        stream =
                new CommandStream(
                        COMMANDS,
                        i -> {
                            String key = "hll:" + i % values;
                            String known = " element:" + random.nextInt(elements);
                            return switch (what) {
                                case "ADD" -> "PFADD " + key + known;
                                case "FILL" ->
                                        i % Math.min(elements, 4096) == 0
                                                ? "DEL filled"
                                                : "PFADD filled element:" + i;
                                case "COUNT" -> "PFCOUNT " + key;
                                case "MERGE" -> "PFMERGE merged hll:0 hll:1";
                                default -> "PFCOUNT hll:0 hll:1";
                            };
                        });
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        server.close();
        stream.close();
    }

    /** 64 commands. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long command() {
        at = at + BATCH & COMMANDS - 1;
        return stream.exchange(server, at, BATCH);
    }
}
