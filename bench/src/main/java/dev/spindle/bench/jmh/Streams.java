package dev.spindle.bench.jmh;

import dev.spindle.engine.encoding.StreamCursor;
import dev.spindle.engine.encoding.StreamFields;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Scratch;
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
 * Blocks of a stream without commands: entries of four fields added to one that is kept at a million entries, and read back
 * ten at a time from random places, forwards and backwards. Scores are nanoseconds per entry.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class Streams {

    private static final int ENTRIES = 1_000_000;
    private static final int RANGE = 10;
    private static final int SHAPES = 64;
    private static final long NODE_BYTES = 4096;
    private static final long NODE_ENTRIES = 100;

    /** What the values look like: numbers and names, or letters that have nothing in common. */
    @Param({"readings", "letters"})
    public String values;

    private final SplittableRandom random = new SplittableRandom(42);
    private final Texts[] texts = new Texts[SHAPES];
    private Arena arena;
    private StreamLog log;
    private StreamCursor cursor;
    private long root;
    private long ms;

    /** Fills the stream. */
    @Setup
    public void fill() {
        for (int i = 0; i < SHAPES; i++) {
            texts[i] = values.equals("letters") ? letters() : readings();
        }
        arena = new Arena(4L << 30, true);
        log = new StreamLog(arena);
        cursor = new StreamCursor(arena);
        root = log.create();
        for (int i = 0; i < ENTRIES; i++) {
            append();
        }
    }

    private Texts readings() {
        return new Texts(
                "sensor",
                "" + random.nextInt(1000),
                "temperature",
                "21." + random.nextInt(100),
                "user",
                "user:" + random.nextInt(100_000),
                "at",
                "" + (1_700_000_000_000L + random.nextInt(100_000)));
    }

    private Texts letters() {
        return new Texts("a", eight(), "b", eight(), "c", eight(), "d", eight());
    }

    private String eight() {
        StringBuilder text = new StringBuilder();
        while (text.length() < 8) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        arena.close();
    }

    /** Adds an entry and now and then drops a block at the old end. */
    @Benchmark
    public long append() {
        ms++;
        log.append(ms, 0, texts[(int) ms & SHAPES - 1], NODE_BYTES, NODE_ENTRIES);
        return log.trimToLength(ENTRIES, true, 0);
    }

    /** Reads ten entries forwards. */
    @Benchmark
    @OperationsPerInvocation(RANGE)
    public long forwards() {
        return read(false);
    }

    /** Reads ten entries backwards. */
    @Benchmark
    @OperationsPerInvocation(RANGE)
    public long backwards() {
        return read(true);
    }

    private long read(boolean backwards) {
        long from = log.firstMs() + random.nextInt(ENTRIES - RANGE);
        cursor.open(root, from, 0, from + RANGE - 1, 0, backwards);
        long sum = 0;
        while (cursor.next()) {
            while (cursor.nextPair()) {
                sum += cursor.fieldLength() + cursor.valueLength();
            }
        }
        return sum;
    }

    /** Fields and values outside the heap. */
    private static final class Texts implements StreamFields {
        private final Scratch bytes = new Scratch();
        private final int[] offsets;

        Texts(String... texts) {
            offsets = new int[texts.length + 1];
            for (int i = 0; i < texts.length; i++) {
                for (int j = 0; j < texts[i].length(); j++) {
                    bytes.appendByte(texts[i].charAt(j));
                }
                offsets[i + 1] = (int) bytes.length();
            }
        }

        @Override
        public int pairs() {
            return offsets.length / 2;
        }

        @Override
        public long address(int index) {
            return bytes.address() + offsets[index];
        }

        @Override
        public int length(int index) {
            return offsets[index + 1] - offsets[index];
        }
    }
}
