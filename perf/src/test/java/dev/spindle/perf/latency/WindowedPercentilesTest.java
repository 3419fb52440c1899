package dev.spindle.perf.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.spindle.perf.counter.AllocationProbe;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WindowedPercentilesTest {
    private final LatencyRecorder recorder = new LatencyRecorder();

    private void record(int times, long ns) {
        for (int i = 0; i < times; i++) {
            recorder.record(ns);
        }
    }

    @Test
    void shouldSeeOnlyTheWindowsAskedFor() {
        record(1000, 1_000_000);
        final WindowedPercentiles windows = new WindowedPercentiles(recorder, 3);
        assertEquals(0, windows.windows());
        record(10, 1_000);
        windows.roll();
        record(10, 2_000);
        windows.roll();
        assertEquals(10, windows.samples(1));
        assertEquals(2_007, windows.percentileNs(50, 1));
        assertEquals(20, windows.samples(2));
        assertEquals(1_003, windows.percentileNs(50, 2));
        assertEquals(20, windows.samples(60));
        record(99, 9_000);
        assertEquals(20, windows.samples(2), "the current window is not complete");
    }

    @Test
    void shouldAnswerZeroWhenTheWindowIsEmpty() {
        record(5, 1_000);
        final WindowedPercentiles windows = new WindowedPercentiles(recorder, 2);
        assertEquals(0, windows.percentileNs(99, 1));
        windows.roll();
        assertEquals(0, windows.percentileNs(99, 1));
    }

    @Test
    void shouldDropWhatWasBeforeWhenTheRecorderIsReset() {
        final WindowedPercentiles windows = new WindowedPercentiles(recorder, 5);
        record(100, 1_000);
        windows.roll();
        recorder.reset();
        record(7, 2_000);
        windows.roll();
        assertEquals(1, windows.windows());
        assertEquals(7, windows.samples(5));
        assertEquals(2_007, windows.percentileNs(100, 5));
    }

    @Test
    void shouldRefuseNoWindow() {
        assertThrows(IllegalArgumentException.class, () -> new WindowedPercentiles(recorder, 0));
        final WindowedPercentiles windows = new WindowedPercentiles(recorder, 1);
        assertThrows(IllegalArgumentException.class, () -> windows.percentileNs(50, 0));
    }

    @Property(tries = 100)
    void shouldEqualARecorderOfTheSameSamples(
            @ForAll @Size(min = 1, max = 12)
                    List<@Size(max = 30) List<@LongRange(max = 2_000_000_000) Long>> perWindow,
            @ForAll @IntRange(min = 1, max = 6) int kept,
            @ForAll @IntRange(min = 1, max = 8) int asked) {
        final LatencyRecorder source = new LatencyRecorder();
        final WindowedPercentiles windows = new WindowedPercentiles(source, kept);
        for (final List<Long> window : perWindow) {
            window.forEach(source::record);
            windows.roll();
        }
        final int span = Math.min(Math.min(kept, asked), perWindow.size());
        final LatencyRecorder model = new LatencyRecorder();
        final List<Long> recent = new ArrayList<>();
        perWindow.subList(perWindow.size() - span, perWindow.size()).forEach(recent::addAll);
        recent.forEach(model::record);
        assertEquals(recent.size(), windows.samples(asked));
        for (final double percentile : new double[] {0, 50, 99, 99.9, 100}) {
            assertEquals(model.percentileNs(percentile), windows.percentileNs(percentile, asked));
        }
    }

    @Test
    void shouldAllocateNothingWhenTheRingIsFull() {
        record(1000, 5_000);
        final WindowedPercentiles windows = new WindowedPercentiles(recorder, 4);
        assertEquals(0, AllocationProbe.leastAllocated(2_000, 5, windows::roll));
    }
}
