package dev.spindle.bench.jmh;

import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.type.StringType;
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
 * The key table under uniformly random keys of 16 bytes with values of 32: looked up one by one, where each look-up
 * waits for two misses, and in batches of 64 whose lines are touched first, where the misses overlap. Scores are
 * nanoseconds per key. {@link KeyTableGrowth} measures insertion.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class KeyTables {

    private static final int BATCH = 64;
    private static final int KEY_BYTES = Keys.KEY_BYTES;
    private static final int VALUE_BYTES = 32;

    /** Number of keys in the table. */
    @Param({"1000000", "10000000"})
    public int keys;

    private Arena arena;
    private Memory memory;
    private Keyspace db;
    private KeyTable table;
    private final StringType strings = new StringType();
    private final SplittableRandom random = new SplittableRandom(42);
    private final long[] hashes = new long[BATCH];
    private Keys batch;

    /** Sets every key once. */
    @Setup
    public void fill() {
        arena = new Arena(16L << 30, true);
        memory = arena.memory();
        db = new Keyspaces(arena, 1, 42).get(0);
        table = db.table();
        batch = new Keys(BATCH);
        for (int i = 0; i < keys; i++) {
            batch.put(0, i);
            long key = batch.address(0);
            set(db.hash(key, KEY_BYTES), 0, key);
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        arena.close();
        batch.close();
    }

    private void set(long hash, long old, long key) {
        // The key's own address holds 32 bytes that serve as a value.
        strings.set(db, hash, old, key, KEY_BYTES, key, VALUE_BYTES, Entry.NO_EXPIRY);
    }

    private void draw() {
        for (int i = 0; i < BATCH; i++) {
            batch.put(i, random.nextInt(keys));
        }
    }

    private void hashAndTouch() {
        for (int i = 0; i < BATCH; i++) {
            hashes[i] = table.hash(batch.address(i), KEY_BYTES);
        }
        table.touch(hashes, BATCH);
    }

    private long find(int i) {
        long entry = table.find(hashes[i], batch.address(i), KEY_BYTES);
        if (entry == 0) {
            throw new IllegalStateException("a key is missing");
        }
        return entry;
    }

    /** Drawing 64 random keys, which is part of every other figure. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long drawOnly() {
        draw();
        return batch.address(0);
    }

    /** Looks up keys one by one. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long getOneByOne() {
        draw();
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            hashes[i] = table.hash(batch.address(i), KEY_BYTES);
            sum += StringType.length(memory, find(i));
        }
        return sum;
    }

    /** Touches the lines of 64 keys, then looks them up. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long getTouched() {
        draw();
        hashAndTouch();
        long sum = table.touched();
        for (int i = 0; i < BATCH; i++) {
            sum += StringType.length(memory, find(i));
        }
        return sum;
    }

    /** Overwrites values one by one. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long setOneByOne() {
        draw();
        for (int i = 0; i < BATCH; i++) {
            hashes[i] = table.hash(batch.address(i), KEY_BYTES);
            set(hashes[i], find(i), batch.address(i));
        }
        return arena.usedBytes();
    }

    /** Touches the lines of 64 keys, then overwrites their values. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long setTouched() {
        draw();
        hashAndTouch();
        for (int i = 0; i < BATCH; i++) {
            set(hashes[i], find(i), batch.address(i));
        }
        return table.touched();
    }
}
