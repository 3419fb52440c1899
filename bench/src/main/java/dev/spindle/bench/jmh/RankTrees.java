package dev.spindle.bench.jmh;

import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.encoding.RankTree;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.UnsafeApi;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The order of a large sorted set by itself, without the table of members: nanoseconds per operation on random elements. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class RankTrees {

    private static final int NAME_BYTES = 16;

    /** Number of elements. */
    @Param({"1000", "1000000"})
    public int elements;

    private Arena arena;
    private RankTree tree;
    private long[] members;
    private double[] scores;
    private SplittableRandom random;

    /** Fills a tree with random scores. */
    @Setup
    public void fill() {
        arena = new Arena(16L << 30, true);
        Memory memory = arena.memory();
        tree = new RankTree(arena);
        tree.create(arena.allocate(Long.BYTES));
        random = new SplittableRandom(42);
        members = new long[elements];
        scores = new double[elements];
        long name = UnsafeApi.allocateMemory(NAME_BYTES);
        for (int i = 0; i < elements; i++) {
            UnsafeApi.putLong(name, random.nextLong());
            UnsafeApi.putLong(name + Long.BYTES, i);
            members[i] = arena.allocate(Member.size(NAME_BYTES, Double.BYTES));
            Member.init(memory, members[i], name, NAME_BYTES);
            scores[i] = random.nextDouble();
            tree.insert(scores[i], members[i]);
        }
        UnsafeApi.freeMemory(name);
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        arena.close();
    }

    /** An element goes to any other place. */
    @Benchmark
    public double moveAnywhere() {
        int i = random.nextInt(elements);
        double score = random.nextDouble();
        tree.update(scores[i], score, members[i]);
        scores[i] = score;
        return score;
    }

    /** An element keeps its place or nearly so. */
    @Benchmark
    public double nudge() {
        int i = random.nextInt(elements);
        double score = scores[i] + 0.1 / elements;
        tree.update(scores[i], score, members[i]);
        scores[i] = score;
        return score;
    }

    /** The rank of an element. */
    @Benchmark
    public long rankOf() {
        int i = random.nextInt(elements);
        return tree.rankOf(scores[i], members[i]);
    }

    /** The score of the element at a rank. */
    @Benchmark
    public double atRank() {
        tree.seek(random.nextInt(elements), 1);
        return tree.score();
    }

    /** How many elements are below a score. */
    @Benchmark
    public long countBelow() {
        return tree.countBelow(random.nextDouble(), false);
    }

    /** The least element goes, and comes back anywhere: a queue of things to do. */
    @Benchmark
    public double popAndAdd() {
        long member = tree.removeRank(0);
        double score = random.nextDouble();
        tree.insert(score, member);
        return score;
    }

    /** Ten elements in a row, members included. */
    @Benchmark
    public long walkTen() {
        tree.seek(random.nextInt(elements - 10), 10);
        long sum = 0;
        for (int i = 0; i < 10; i++) {
            sum += Member.keyLength(arena.memory(), tree.member());
            tree.next();
        }
        return sum;
    }
}
