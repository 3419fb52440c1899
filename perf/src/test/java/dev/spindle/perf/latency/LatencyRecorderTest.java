package dev.spindle.perf.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.counter.AllocationProbe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LatencyRecorderTest {
    private static final long MS = 1_000_000;

    private final LatencyRecorder recorder = new LatencyRecorder();

    private List<List<Long>> buckets() {
        final List<List<Long>> buckets = new ArrayList<>();
        recorder.forEachBucket((upToMicros, count) -> buckets.add(List.of(upToMicros, count)));
        return buckets;
    }

    @Test
    void shouldReportNothingWhenNothingWasRecorded() {
        assertEquals(List.of(), buckets());
        assertEquals(0, recorder.percentileNs(99));
        assertEquals(0, recorder.samples());
        assertFalse(recorder.hasDistribution());
        assertEquals(0, recorder.snapshot().getTotalCount());
    }

    @Test
    void shouldReportOneBoundaryWhenThereIsOneSample() {
        recorder.record(7_000);
        assertEquals(List.of(List.of(8L, 1L)), buckets());
    }

    @Test
    void shouldNameTheBoundariesAsRedisDoes() {
        for (long ns = 1_000; ns < LatencyRecorder.HIGHEST_NS; ns += ns / 2) {
            recorder.record(ns);
        }
        recorder.record(LatencyRecorder.HIGHEST_NS);
        final List<Long> named = buckets().stream().map(bucket -> bucket.get(0)).toList();
        assertEquals(
                List.of(
                        1L, 2L, 4L, 8L, 16L, 33L, 66L, 132L, 264L, 528L, 1056L, 2113L, 4227L, 8454L,
                        16908L, 33816L, 67633L, 135266L, 270532L, 541065L, 1073741L),
                named);
    }

    /** The counts that a redis-server 7.0.15 reported for 57, 2, 1, 1 and 1 commands of these durations. */
    @Test
    void shouldSkipBoundariesWhereTheCountDoesNotGrow() {
        for (int i = 0; i < 57; i++) {
            recorder.record(92_000);
        }
        recorder.record(152_000);
        recorder.record(152_000);
        recorder.record(300 * MS);
        recorder.record(600 * MS);
        recorder.record(1_200 * MS);
        assertEquals(
                List.of(
                        List.of(132L, 57L),
                        List.of(264L, 59L),
                        List.of(541065L, 60L),
                        List.of(1073741L, 62L)),
                buckets());
        assertEquals(92_159, recorder.percentileNs(50));
        assertEquals(603_979_775, recorder.percentileNs(99));
        assertEquals(1_002_438_655, recorder.percentileNs(99.9));
        assertEquals(57 * 92_000 + 2 * 152_000 + 2_100 * MS, recorder.totalNs());
    }

    @Test
    void shouldRoundTheRankToTheNearestWhenThereAreSixtySamples() {
        for (int i = 0; i < 59; i++) {
            recorder.record(1_000);
        }
        recorder.record(300 * MS);
        assertEquals(1_003, recorder.percentileNs(99));
        assertEquals(301_989_887, recorder.percentileNs(99.9));
    }

    @Test
    void shouldClampWhatIsOutOfRange() {
        recorder.record(0);
        recorder.record(-5);
        recorder.record(Long.MAX_VALUE / 4);
        assertEquals(3, recorder.samples());
        assertEquals(1, recorder.percentileNs(50));
        assertEquals(List.of(List.of(1L, 2L), List.of(1073741L, 3L)), buckets());
    }

    @Property(tries = 200)
    void shouldAgreeWithSortedSamples(
            @ForAll @Size(min = 1, max = 300)
                    List<@LongRange(min = 1, max = 1_000_000_000) Long> samples,
            @ForAll @DoubleRange(max = 100) double percentile) {
        final LatencyRecorder fresh = new LatencyRecorder();
        samples.forEach(fresh::record);
        final long[] sorted = samples.stream().mapToLong(Long::longValue).sorted().toArray();
        final int rank = Math.max(1, (int) (percentile / 100 * sorted.length + 0.5));
        final long exact = sorted[rank - 1];
        final long read = fresh.percentileNs(percentile);
        assertTrue(read >= exact && read <= exact + exact / 100 + 1, exact + " read as " + read);

        final long[] last = new long[2];
        fresh.forEachBucket(
                (upToMicros, count) -> {
                    assertTrue(upToMicros > last[0] && count > last[1]);
                    // A boundary in ns is at most 1 us above its name; its bucket is whole.
                    final long below =
                            Arrays.stream(sorted).filter(ns -> ns <= upToMicros * 1000).count();
                    final long within =
                            Arrays.stream(sorted)
                                    .filter(ns -> ns <= upToMicros * 1000 + 999)
                                    .count();
                    assertTrue(below <= count && count <= within);
                    last[0] = upToMicros;
                    last[1] = count;
                });
        assertEquals(sorted.length, last[1]);
    }

    @Test
    void shouldCountWithoutADistributionWhenTrackingIsOff() {
        final LatencyRecorders recorders = new LatencyRecorders(4);
        recorders.tracking(false);
        recorders.record(2, 500);
        assertEquals(1, recorders.get(2).calls());
        assertEquals(500, recorders.get(2).totalNs());
        assertFalse(recorders.get(2).hasDistribution());
        recorders.tracking(true);
        recorders.record(2, 500);
        assertEquals(2, recorders.get(2).calls());
        assertEquals(1, recorders.get(2).samples());
        assertNull(recorders.get(1));
        assertEquals(4, recorders.ids());
    }

    @Test
    void shouldKeepTheRecorderButForgetItsCountsWhenReset() {
        final LatencyRecorders recorders = new LatencyRecorders(3);
        recorders.record(0, 1_000);
        recorders.record(1, 1_000);
        final LatencyRecorder zero = recorders.get(0);
        recorders.reset(0);
        recorders.reset(2);
        assertSame(zero, recorders.get(0));
        assertEquals(0, zero.calls());
        assertEquals(0, zero.totalNs());
        assertFalse(zero.hasDistribution());
        assertEquals(1, recorders.get(1).calls());
        recorders.resetAll();
        assertEquals(0, recorders.get(1).calls());
        recorders.clear();
        assertNull(recorders.get(1));
    }

    @Test
    void shouldKeepTheCallsWhenOnlyTheDistributionIsReset() {
        recorder.record(1_000);
        recorder.resetDistribution();
        assertEquals(1, recorder.calls());
        assertEquals(0, recorder.samples());
    }

    @Test
    void shouldAllocateNothingAfterTheFirstRecord() {
        final LatencyRecorders recorders = new LatencyRecorders(8);
        final long bytes =
                AllocationProbe.leastAllocated(
                        20,
                        5,
                        () -> {
                            for (int i = 0; i < 100_000; i++) {
                                recorders.record(i & 7, (i & 0xffff) * 31L);
                            }
                            recorders.resetAll();
                        });
        assertEquals(0, bytes);
    }
}
