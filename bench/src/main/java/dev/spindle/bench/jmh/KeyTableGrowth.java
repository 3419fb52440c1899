package dev.spindle.bench.jmh;

import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.type.StringType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Fills an empty database, growth of the table and first touch of memory included. The score is milliseconds for all
 * keys, so that it divides into nanoseconds per key at a glance.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class KeyTableGrowth {

    /** Number of keys inserted. */
    @Param({"1000000", "10000000"})
    public int keys;

    private final StringType strings = new StringType();
    private Arena arena;
    private Keyspace db;
    private Keys scratch;

    /** An empty database. */
    @Setup(Level.Iteration)
    public void open() {
        arena = new Arena(16L << 30, true);
        db = new Keyspaces(arena, 1, 42).get(0);
        scratch = new Keys(1);
    }

    /** Gives the memory back. */
    @TearDown(Level.Iteration)
    public void close() {
        arena.close();
        scratch.close();
    }

    /** Inserts every key. */
    @Benchmark
    public long insert() {
        long key = scratch.address(0);
        for (int i = 0; i < keys; i++) {
            scratch.put(0, i);
            long hash = db.hash(key, Keys.KEY_BYTES);
            strings.set(db, hash, 0, key, Keys.KEY_BYTES, key, 32, Entry.NO_EXPIRY);
        }
        return db.size();
    }
}
