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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * SET of random keys just after a snapshot began, when nearly each request comes to a page that nobody has changed yet: what
 * clients wait for at worst while a server saves. Beside it the same without a snapshot. Scores are nanoseconds per request.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class FirstWrites {

    private static final int REQUESTS = 1 << 18;

    /** Number of keys; several for each page that the requests come to. */
    @Param("8000000")
    public int keys;

    /** Whether a snapshot begins before each score. */
    @Param({"false", "true"})
    public boolean snapshot;

    private final Sessions sessions = new Sessions();
    private Snapshot running;

    /** Sets every key once. */
    @Setup
    public void load() {
        sessions.keys = keys;
        sessions.command = "SET";
        sessions.pipeline = 16;
        sessions.load();
    }

    /** Begins a snapshot, which nobody reads. */
    @Setup(Level.Iteration)
    public void begin() {
        if (snapshot) {
            running = sessions.engine().snapshots().begin(SnapshotPurpose.BGSAVE);
        }
    }

    /** Ends it. */
    @TearDown(Level.Iteration)
    public void end() {
        if (running != null) {
            running.end();
            running = null;
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        sessions.close();
    }

    /** A quarter of a million requests. */
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public long sets() {
        long bytes = 0;
        for (int sent = 0; sent < REQUESTS; sent += Sessions.PER_INVOCATION) {
            bytes += sessions.request();
        }
        return bytes;
    }
}
