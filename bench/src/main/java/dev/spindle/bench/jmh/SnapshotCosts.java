package dev.spindle.bench.jmh;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.PageImages;
import dev.spindle.engine.snapshot.Snapshot;
import dev.spindle.engine.snapshot.SnapshotPurpose;
import dev.spindle.engine.snapshot.Snapshots;
import java.util.Arrays;
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
 * What a snapshot costs the core: to begin and end one, whatever the size; the first store to a page, which preserves it; and
 * a load through the frozen memory beside one through the live memory. Scores are nanoseconds per snapshot, page or load.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", Jvm.EXPORTS, Jvm.NATIVE})
public class SnapshotCosts {

    private static final int PAGES = 1 << 13;
    private static final int LOADS = 1 << 16;

    /** Number of keys. */
    @Param({"1000", "10000000"})
    public int keys;

    private final long[] pages = new long[PAGES];
    private SocketlessServer server;
    private Snapshots snapshots;
    private Arena arena;
    private Memory memory;
    private byte stored;

    /** Sets every key. */
    @Setup
    public void load() {
        server = new SocketlessServer();
        try (RequestStream every = new RequestStream("SET", keys)) {
            server.load(every);
        }
        snapshots = server.engine().snapshots();
        arena = server.engine().arena();
        memory = arena.memory();
        // Pages all over what is in use; of a small server the same ones more than once.
        long base = arena.limitAddress() - arena.reservedBytes();
        long extent = arena.extentBytes() / PageImages.PAGE_BYTES;
        for (int i = 0; i < PAGES; i++) {
            long page = i * 0x9E3779B97F4A7C15L >>> 1;
            pages[i] = base + page % extent * PageImages.PAGE_BYTES;
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        server.close();
    }

    /** Beginning and ending. */
    @Benchmark
    public boolean beginAndEnd() {
        Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
        snapshot.end();
        return snapshots.isRunning();
    }

    /** The first store to each of some thousand pages, of which nearly each is a different one when there are many keys. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long firstStores() {
        Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
        for (long page : pages) {
            memory.putByte(page, memory.getByte(page));
        }
        long preserved = snapshots.preservedPages();
        snapshot.end();
        return preserved;
    }

    /** Stores to as many pages with no snapshot. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long plainStores() {
        // Other bytes than before, or the compiler drops the store; nobody reads these pages again.
        stored++;
        for (long page : pages) {
            memory.putByte(page + 64, stored);
        }
        return pages[0];
    }

    /** A frozen memory of which half the pages are preserved. */
    @State(Scope.Thread)
    public static class Frozen {
        private final long[] addresses = new long[LOADS];
        private Snapshot snapshot;
        private Memory frozen;

        /** Begins a snapshot and changes every second page. */
        @Setup(Level.Trial)
        public void begin(SnapshotCosts costs) {
            snapshot = costs.snapshots.begin(SnapshotPurpose.BGSAVE);
            frozen = snapshot.view().arena().memory();
            for (int i = 0; i < PAGES; i += 2) {
                costs.memory.putByte(costs.pages[i], costs.memory.getByte(costs.pages[i]));
            }
            Arrays.setAll(
                    addresses,
                    i -> costs.pages[i % PAGES] + (i * 72L & PageImages.PAGE_BYTES - Long.BYTES));
        }
    }

    /** Loads through the frozen memory. */
    @Benchmark
    @OperationsPerInvocation(LOADS)
    public long frozenLoads(Frozen state) {
        return sum(state.frozen, state.addresses);
    }

    /** The same loads from the live memory. */
    @Benchmark
    @OperationsPerInvocation(LOADS)
    public long liveLoads(Frozen state) {
        return sum(memory, state.addresses);
    }

    private static long sum(Memory from, long[] addresses) {
        long sum = 0;
        for (long address : addresses) {
            sum += from.getLong(address);
        }
        return sum;
    }
}
