package dev.spindle.bench.jmh;

import dev.spindle.engine.snapshot.Snapshot;
import dev.spindle.engine.snapshot.SnapshotPurpose;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * What snapshots cost SET. While none runs: the same sessions with the tests at each store and load in place and with
 * them compiled away. While one runs: each second begins with a new one, so every page that is changed is preserved once. Two tables:
 * one in cache, where the instruction counts most, and one of a million keys. The difference between idle and absent must stay
 * below 2 %; it is smaller than the noise of a busy machine, so take many forks.
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
        final Sessions sessions = new Sessions();

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

    /** A session that overwrites while a snapshot runs that nobody reads. */
    @State(Scope.Thread)
    public static class UnderSnapshot extends Overwriting {
        private Snapshot snapshot;

        /** Begins a snapshot. */
        @Setup(Level.Iteration)
        public void begin() {
            snapshot = sessions.engine().snapshots().begin(SnapshotPurpose.BGSAVE);
        }

        /** Ends it. */
        @TearDown(Level.Iteration)
        public void end() {
            snapshot.end();
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

    /** SET with the barrier, armed. */
    @Benchmark
    @Fork(
            value = 1,
            jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
    @OperationsPerInvocation(Sessions.PER_INVOCATION)
    public long armed(UnderSnapshot state) {
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
