package dev.spindle.bench.jmh;

import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.type.SetAlgebra;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.ValueType;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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
 * Large sets of members of 16 bytes: members looked up one by one and in batches of 64 whose lines are touched first, random
 * picks, members taken out and put back, and the intersection of two sets that share half their members. Scores are nanoseconds
 * per member.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class Sets {

    private static final int BATCH = 64;
    private static final int KEY_BYTES = Keys.KEY_BYTES;
    private static final int INTERSECTED = 1 << 17;

    /** Number of members. */
    @Param({"10000", "1000000"})
    public int members;

    private Arena arena;
    private Keyspace db;
    private SetType sets;
    private long large;
    private long one;
    private long other;
    private final SplittableRandom random = new SplittableRandom(42);
    private final LongSupplier source = random::nextLong;
    private final long[] hashes = new long[BATCH];
    private final long[] roots = new long[BATCH];
    private final long[] lines = new long[BATCH];
    private Keys batch;
    private long sum;

    /** Makes the sets. */
    @Setup
    public void fill() {
        arena = new Arena(16L << 30, true);
        db = new Keyspaces(arena, 1, 42).get(0);
        sets = new SetType(arena, 42);
        batch = new Keys(BATCH);
        large = make(0, members);
        one = make(0, INTERSECTED);
        other = make(INTERSECTED / 2, INTERSECTED);
    }

    private long make(int from, int count) {
        batch.put(0, from);
        long key = batch.address(0);
        long set = sets.make(db, ValueType.HASHTABLE, key, KEY_BYTES, key, KEY_BYTES);
        for (int i = 1; i < count; i++) {
            batch.put(0, from + i);
            sets.add(db, set, key, KEY_BYTES);
        }
        return set;
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        arena.close();
        batch.close();
    }

    private void draw() {
        for (int i = 0; i < BATCH; i++) {
            batch.put(i, random.nextInt(members));
        }
    }

    /** Looks members up one by one. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int containsOneByOne() {
        draw();
        int found = 0;
        for (int i = 0; i < BATCH; i++) {
            found += sets.contains(large, batch.address(i), KEY_BYTES) ? 1 : 0;
        }
        return found;
    }

    /** Touches the lines of 64 members, then looks them up. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int containsTouched() {
        draw();
        for (int i = 0; i < BATCH; i++) {
            hashes[i] = sets.hash(batch.address(i), KEY_BYTES);
        }
        sets.touch(large, roots, hashes, lines, BATCH);
        int found = 0;
        for (int i = 0; i < BATCH; i++) {
            found += sets.contains(large, batch.address(i), KEY_BYTES) ? 1 : 0;
        }
        return found;
    }

    /** Picks members at random. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long randomMember() {
        for (int i = 0; i < BATCH; i++) {
            sum += sets.picks().random(large, source);
        }
        return sum;
    }

    /** Takes members out and puts them back. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int removeAndAdd() {
        draw();
        int changed = 0;
        for (int i = 0; i < BATCH; i++) {
            boolean removed = sets.remove(db, large, batch.address(i), KEY_BYTES);
            boolean added = sets.add(db, large, batch.address(i), KEY_BYTES);
            changed += removed && added ? 1 : 0;
        }
        return changed;
    }

    /** Counts what two sets share. */
    @Benchmark
    @OperationsPerInvocation(INTERSECTED)
    public long intersect() {
        SetAlgebra algebra = sets.algebra();
        algebra.clear();
        algebra.operand(one);
        algebra.operand(other);
        return algebra.count(0);
    }
}
