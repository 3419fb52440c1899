package dev.spindle.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the write barrier costs SET while no snapshot runs: the same sessions with the test in place and with the test
 * compiled away. Two tables: one in cache, where the instruction counts most, and one of a million keys. The difference
 * must stay below 2 %; it is smaller than the noise of a busy machine, so take many forks.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WriteBarrier {

    private static final String OFF = "-Dspindle.barrier.off=true";

    /** A session that overwrites. */
    @State(Scope.Thread)
    public static class Overwriting {
        private final Sessions sessions = new Sessions();

        /** Number of keys. */
        @org.openjdk.jmh.annotations.Param({"1000", "1000000"})
        public int keys;

        /** Sets every key once. */
        @Setup
        public void load() {
            sessions.keys = keys;
            sessions.command = "SET";
            sessions.pipeline = Sessions.PER_INVOCATION;
            sessions.load();
        }

        /** Gives the memory back. */
        @TearDown
        public void close() {
            sessions.close();
        }
    }

    /** SET with the barrier, idle. */
    @Benchmark
    @Fork(
            value = 1,
            jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
    @OperationsPerInvocation(Sessions.PER_INVOCATION)
    public long idle(Overwriting state) {
        return state.sessions.request();
    }

    /** SET without any barrier. */
    @Benchmark
    @Fork(
            value = 1,
            jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE, OFF})
    @OperationsPerInvocation(Sessions.PER_INVOCATION)
    public long absent(Overwriting state) {
        return state.sessions.request();
    }
}
