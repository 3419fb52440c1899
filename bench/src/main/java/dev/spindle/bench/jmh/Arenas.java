package dev.spindle.bench.jmh;

import dev.spindle.engine.memory.Arena;
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
 * What it costs to allocate and to free: in the order a stack would (the free list stays in cache), and at random among
 * a hundred thousand living objects (as a store under overwrites does, with misses).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class Arenas {

    private static final int BURST = 64;
    private static final int LIVING = 100_000;

    /** Bytes of an object; the last one takes pages of its own. */
    @Param({"40", "200", "3000", "65536"})
    public int size;

    private Arena arena;
    private final long[] burst = new long[BURST];
    private long[] living;
    private long random = 42;

    /** Fills the arena with living objects. */
    @Setup
    public void fill() {
        arena = new Arena(16L << 30, true);
        living = new long[size > Arena.MAX_SLAB_SIZE ? LIVING / 100 : LIVING];
        for (int i = 0; i < living.length; i++) {
            living[i] = arena.allocate(size);
            // First touch is the operating system's price, not the allocator's.
            arena.memory().fill(living[i], size, (byte) 1);
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        arena.close();
    }

    /** A burst of allocations, freed in reverse. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long allocateAndFreeInBursts() {
        for (int i = 0; i < BURST; i++) {
            burst[i] = arena.allocate(size);
        }
        for (int i = BURST - 1; i >= 0; i--) {
            arena.free(burst[i]);
        }
        return arena.usedBytes();
    }

    /** Replaces a living object at random by a new one. */
    @Benchmark
    public long replaceAtRandom() {
        random = random * 6364136223846793005L + 1442695040888963407L;
        int victim = (int) ((random >>> 33) % living.length);
        long made = arena.allocate(size);
        arena.free(living[victim]);
        living[victim] = made;
        return made;
    }
}
