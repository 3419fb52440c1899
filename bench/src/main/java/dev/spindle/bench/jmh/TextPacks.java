package dev.spindle.bench.jmh;

import dev.spindle.engine.text.TextPack;
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
 * Random texts of an alphabet: finding which one they are of, packing and unpacking them. Texts of an alphabet that no class has
 * are looked at and left alone. Scores are nanoseconds per text.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class TextPacks {

    private static final int TEXTS = 256;

    /** Characters of a text. */
    @Param({"8", "32", "100"})
    public int length;

    /** What they are drawn from. */
    @Param({
        "0123456789abcdef",
        "abcdefghijklmnopqrstuvwxyz",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "abc \u00e4\u00f6\u00fc"
    })
    public String alphabet;

    private final int[] classes = new int[TEXTS];
    private int slot;
    private long texts;
    private long packed;
    private long unpacked;

    /** Draws and packs the texts. */
    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(42);
        slot = length + TextPack.SLACK;
        texts = UnsafeApi.allocateMemory((long) slot * TEXTS);
        packed = UnsafeApi.allocateMemory((long) slot * TEXTS);
        unpacked = UnsafeApi.allocateMemory(slot);
        for (int i = 0; i < TEXTS; i++) {
            for (int j = 0; j < length; j++) {
                char drawn = alphabet.charAt(random.nextInt(alphabet.length()));
                UnsafeApi.putByte(texts + (long) slot * i + j, (byte) drawn);
            }
        }
        classify();
        pack();
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        UnsafeApi.freeMemory(texts);
        UnsafeApi.freeMemory(packed);
        UnsafeApi.freeMemory(unpacked);
    }

    /** Which class has them. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public int classify() {
        int sum = 0;
        for (int i = 0; i < TEXTS; i++) {
            classes[i] = TextPack.classOf(texts + (long) slot * i, length, TextPack.ALL);
            sum += classes[i];
        }
        return sum;
    }

    /** Into the class that has them. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public long pack() {
        for (int i = 0; i < TEXTS; i++) {
            if (classes[i] != TextPack.NONE) {
                long at = (long) slot * i;
                TextPack.pack(classes[i], texts + at, length, packed + at);
            }
        }
        return packed;
    }

    /** Back again. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public long unpack() {
        long sum = 0;
        for (int i = 0; i < TEXTS; i++) {
            if (classes[i] != TextPack.NONE) {
                TextPack.unpack(classes[i], packed + (long) slot * i, length, unpacked);
                sum += UnsafeApi.getByte(unpacked);
            }
        }
        return sum;
    }
}
