package dev.spindle.bench.jmh;

import dev.spindle.engine.encoding.IntSet;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.LongResult;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.UnsafeApi;
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
 * The blocks that small collections are: listpacks of texts and of integers searched, written to and cut; sorted integers
 * searched. Scores are nanoseconds per element looked for, or put in and taken out again.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class SmallBlocks {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int BATCH = 64;
    private static final int SLOT = 32;

    /** Elements of the block. */
    @Param({"16", "64", "128", "512"})
    public int size;

    private Arena arena;
    private Memory memory;
    private final SplittableRandom random = new SplittableRandom(42);
    private final LongResult number = new LongResult();
    private long texts;
    private final int[] lengths = new int[512];
    private long strings;
    private long stringsEnd;
    private long integers;
    private long integersEnd;
    private long sorted;

    /** Fills the blocks. */
    @Setup
    public void fill() {
        arena = new Arena(1L << 30, true);
        memory = arena.memory();
        texts = UnsafeApi.allocateMemory((long) SLOT * lengths.length);
        strings = arena.allocate(64L * size);
        integers = arena.allocate(64L * size);
        sorted = arena.allocate(8L * size);
        stringsEnd = strings;
        integersEnd = integers;
        for (int i = 0; i < size; i++) {
            byte[] bytes = String.format("member:%06d", i).getBytes(StandardCharsets.US_ASCII);
            lengths[i] = bytes.length;
            UnsafeApi.copyMemory(bytes, BYTES, null, texts + (long) SLOT * i, bytes.length);
            stringsEnd = Listpack.writeString(memory, stringsEnd, text(i), lengths[i]);
            integersEnd = Listpack.writeLong(memory, integersEnd, 1000L + 37 * i);
            IntSet.put(memory, sorted, Integer.BYTES, i, 100_000L + 37 * i);
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        arena.close();
        UnsafeApi.freeMemory(texts);
    }

    private long text(int i) {
        return texts + (long) SLOT * i;
    }

    /** Looks for texts in a listpack of them. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long findText() {
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            int wanted = random.nextInt(size);
            sum +=
                    Listpack.find(
                            memory, strings, stringsEnd, text(wanted), lengths[wanted], 0, number);
        }
        return sum;
    }

    /** Walks over a listpack of integers, which is read as a sorted set's or list's is. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long readInteger() {
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            long at = Listpack.skip(memory, integers, random.nextInt(size));
            sum += Listpack.longAt(memory, at);
        }
        return sum;
    }

    /** Makes room for an element, writes it, and takes it out again. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long insertAndDelete() {
        for (int i = 0; i < BATCH; i++) {
            int wanted = random.nextInt(size);
            long at = Listpack.skip(memory, strings, random.nextInt(size));
            long bytes = Listpack.sizeOfString(lengths[wanted]);
            memory.move(at, at + bytes, stringsEnd - at);
            long behind = Listpack.writeString(memory, at, text(wanted), lengths[wanted]);
            memory.move(behind, at, stringsEnd - at);
        }
        return memory.getLong(strings);
    }

    /** Looks for integers in a sorted block, half of which are not there. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long searchIntSet() {
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            long wanted = 100_000L + 37L * random.nextInt(size) + (i & 1);
            sum += IntSet.search(memory, sorted, Integer.BYTES, size, wanted);
        }
        return sum;
    }
}
