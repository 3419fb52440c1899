package dev.spindle.bench.jmh;

import dev.spindle.engine.snapshot.Snapshot;
import dev.spindle.engine.snapshot.SnapshotPurpose;
import dev.spindle.perf.agent.Affinity;
import dev.spindle.perf.agent.CpuList;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/**
 * What a snapshot adds to a SET, by turns within one process: the same requests without one, just after one began, when their
 * pages have to be preserved, and once more, when that is done. {@link FirstWrites} compares processes, which differ by more than
 * some of what there is to see; here a turn lasts tenths of a second, so both sides of a difference find the same machine.
 *
 * <pre>
 *   java --add-exports=java.base/jdk.internal.misc=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Xms1g -Xmx1g -XX:+UseSerialGC \
 *        -cp bench/target/benchmarks.jar dev.spindle.bench.jmh.WritesByTurns [keys [turns]]
 * </pre>
 */
public final class WritesByTurns {
    private static final int KEYS = 10_000_000;
    private static final int TURNS = 40;
    private static final int WARM_UP = 10;
    private static final int FIRST_CPU = 0;

    // In which what the snapshot held is given back, a span of 2 MiB in a turn of a millisecond.
    private static final long PAUSE_MS = 100;

    private final Sessions sessions = new Sessions();

    private WritesByTurns(int keys) {
        sessions.keys = keys;
        sessions.command = "SET";
        sessions.pipeline = 16;
        sessions.load();
    }

    private double nsPerRequest() {
        long bytes = 0;
        long start = System.nanoTime();
        for (int sent = 0; sent < Sessions.REQUESTS; sent += Sessions.PER_INVOCATION) {
            bytes += sessions.request();
        }
        double ns = (double) (System.nanoTime() - start) / Sessions.REQUESTS;
        if (bytes == 0) {
            throw new IllegalStateException("no replies");
        }
        return ns;
    }

    /** Nanoseconds of a request without a snapshot, and more than that with one. */
    private record Turn(double without, double preserving, double preserved) {}

    private Turn turn() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        // Caches are cold after the pause.
        nsPerRequest();
        double without = nsPerRequest();
        Snapshot snapshot = sessions.engine().snapshots().begin(SnapshotPurpose.BGSAVE);
        double preserving = nsPerRequest();
        double preserved = nsPerRequest();
        snapshot.end();
        return new Turn(without, preserving - without, preserved - without);
    }

    private void run(int turns) throws InterruptedException {
        double[] without = new double[turns];
        double[] preserving = new double[turns];
        double[] preserved = new double[turns];
        for (int i = -WARM_UP; i < turns; i++) {
            Turn turn = turn();
            if (i >= 0) {
                without[i] = turn.without;
                preserving[i] = turn.preserving;
                preserved[i] = turn.preserved;
            }
        }
        print("SET without a snapshot", without);
        print("  more while pages are preserved", preserving);
        print("  more when they have been", preserved);
    }

    private static void print(String what, double[] values) {
        double[] sorted = DoubleStream.of(values).sorted().toArray();
        System.out.printf(
                "%-34s %6.1f ns (quartiles %.1f and %.1f)%n",
                what,
                sorted[sorted.length / 2],
                sorted[sorted.length / 4],
                sorted[sorted.length * 3 / 4]);
    }

    /** Number of keys, and of turns. */
    public static void main(String[] args) throws InterruptedException {
        int[] numbers = Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        WritesByTurns writes = new WritesByTurns(numbers.length > 0 ? numbers[0] : KEYS);
        // After the thread that has memory for images backed has begun: it would inherit the
        // processor, and take its turns from what is measured.
        writes.sessions.engine().snapshots().prepare();
        Affinity.pinCurrentThread(CpuList.of(FIRST_CPU));
        writes.run(numbers.length > 1 ? numbers[1] : TURNS);
        writes.sessions.close();
    }
}
