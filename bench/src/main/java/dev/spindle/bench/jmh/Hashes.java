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
 * Commands on hashes without sockets, 64 to a pipeline: a hash that is one block, and ones that are tables. Scores are
 * nanoseconds per command.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class Hashes {

    private static final int BATCH = 64;
    private static final int COMMANDS = 1 << 16;

    /** Fields of the hash; with 10 and 100 it is one block. */
    @Param({"10", "100", "1000000"})
    public int fields;

    /** The command: look up, overwrite, count up a field of its own, or a step of a scan of ten fields. */
    @Param({"HGET", "HSET", "HINCRBY", "HSCAN"})
    public String command;

    private SocketlessServer server;
    private CommandStream stream;
    private int at;

    /** Makes the hash. */
    @Setup
    public void fill() {
        server = new SocketlessServer();
        boolean counts = command.equals("HINCRBY");
        try (CommandStream all =
                new CommandStream(
                        fields, i -> "HSET h field:" + i + (counts ? " 7" : " value:" + i))) {
            all.load(server);
        }
        SplittableRandom random = new SplittableRandom(42);
        stream =
                new CommandStream(
                        COMMANDS,
                        i -> {
                            String field = "field:" + random.nextInt(fields);
                            return switch (command) {
                                case "HGET" -> "HGET h " + field;
                                case "HSET" -> "HSET h " + field + " other:" + random.nextInt(1000);
                                case "HINCRBY" -> "HINCRBY h " + field + " 3";
                                default -> "HSCAN h " + random.nextInt(1 << 20) + " COUNT 10";
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
