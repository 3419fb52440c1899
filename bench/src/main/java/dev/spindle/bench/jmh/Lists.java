package dev.spindle.bench.jmh;

import dev.spindle.engine.encoding.ListBulks;
import dev.spindle.engine.encoding.ListElement;
import dev.spindle.engine.encoding.Quicklist;
import dev.spindle.engine.memory.Arena;
import java.nio.charset.StandardCharsets;
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

/** A quicklist of a hundred thousand elements: as a queue, as a stack, walked in part, and read in its middle. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class Lists {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int ELEMENTS = 100_000;
    private static final int RANGE = 100;
    private static final int LETTERS = 32;
    private static final int REPLY = 64 << 10;

    /** What the elements look like: alike, all the same, integers, without anything in common: hexadecimal, and random letters. */
    @Param({"element:%06d", "same", "%d", "%1$08x-%1$04x", "letters"})
    public String form;

    private Arena arena;
    private Quicklist list;
    private final ListElement element = new ListElement();
    private long texts;
    private ListBulks bulks;
    private long reply;
    private final int[] lengths = new int[ELEMENTS];
    private int next;
    private long random = 42;

    /** Fills the list. */
    @Setup
    public void fill() {
        arena = new Arena(16L << 30, true);
        list = new Quicklist(arena);
        bulks = new ListBulks(arena.memory(), list);
        reply = UnsafeApi.allocateMemory(REPLY);
        texts = UnsafeApi.allocateMemory(32L * ELEMENTS);
        for (int i = 0; i < ELEMENTS; i++) {
            byte[] bytes = text(i).getBytes(StandardCharsets.US_ASCII);
            lengths[i] = bytes.length;
            UnsafeApi.copyMemory(bytes, BYTES, null, texts + 32L * i, bytes.length);
        }
        list.create(texts, lengths[0]);
        for (int i = 1; i < ELEMENTS; i++) {
            list.push(false, texts + 32L * i, lengths[i]);
        }
        System.out.println("bytes per element: " + list.bytes() / (double) ELEMENTS);
    }

    private String text(int number) {
        if (!form.equals("letters")) {
            Object value = form.contains("x") ? number * 0x9E3779B9 : number;
            return String.format(form, value);
        }
        StringBuilder text = new StringBuilder();
        while (text.length() < LETTERS) {
            text.append((char) ('a' + somewhere() % 26));
        }
        return text.toString();
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        arena.close();
        UnsafeApi.freeMemory(texts);
        UnsafeApi.freeMemory(reply);
    }

    private void push(boolean front) {
        next = next + 1 == ELEMENTS ? 0 : next + 1;
        list.push(front, texts + 32L * next, lengths[next]);
    }

    private long pop(boolean front) {
        list.peek(front, element);
        list.drop(front, element);
        return element.length();
    }

    /** In at the front, out at the back. */
    @Benchmark
    public long queue() {
        push(true);
        return pop(false);
    }

    /** In at the back, out at the front. */
    @Benchmark
    public long queueBackward() {
        push(false);
        return pop(true);
    }

    /** In and out at the front, a node's worth at a time. */
    @Benchmark
    @OperationsPerInvocation(1000)
    public long stack() {
        long sum = 0;
        for (int i = 0; i < 1000; i++) {
            push(true);
        }
        for (int i = 0; i < 1000; i++) {
            sum += pop(true);
        }
        return sum;
    }

    /** A hundred elements from somewhere, each. */
    @Benchmark
    @OperationsPerInvocation(RANGE)
    public long range() {
        list.seek(somewhere());
        long sum = 0;
        for (int i = 0; i < RANGE; i++) {
            list.next(element);
            sum += element.length();
        }
        return sum;
    }

    /** The same, written into a reply. */
    @Benchmark
    @OperationsPerInvocation(RANGE)
    public long bulks() {
        list.seek(somewhere());
        bulks.write(reply, reply + REPLY, RANGE);
        return bulks.end();
    }

    /** One element from somewhere. */
    @Benchmark
    public long index() {
        list.seek(somewhere());
        list.next(element);
        return element.length();
    }

    private int somewhere() {
        random = random * 6364136223846793005L + 1442695040888963407L;
        return (int) ((random >>> 33) % (ELEMENTS - RANGE));
    }
}
