package dev.spindle.perf.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AllocationProbeTest {
    private Object sink;

    @Test
    void shouldSeeAnArrayWhenOneIsAllocated() {
        final long bytes = AllocationProbe.leastAllocated(10, 3, () -> sink = new byte[1000]);
        assertTrue(bytes >= 1000 && bytes < 1100, bytes + " bytes");
    }

    @Test
    void shouldSeeNothingWhenNothingIsAllocated() {
        final SingleWriterCounter counter = new SingleWriterCounter();
        assertEquals(0, AllocationProbe.leastAllocated(1000, 5, counter::increment));
        assertEquals(1005, counter.get());
    }

    @Test
    void shouldRefuseToMeasureNoRound() {
        assertThrows(
                IllegalArgumentException.class,
                () -> AllocationProbe.leastAllocated(0, 0, () -> {}));
    }

    @Test
    void shouldShowAnotherThreadWhatTheWriterCounted() throws InterruptedException {
        final SingleWriterCounter counter = new SingleWriterCounter();
        final Thread writer =
                new Thread(
                        () -> {
                            for (int i = 0; i < 1000; i++) {
                                counter.add(2);
                            }
                            counter.increment();
                        });
        writer.start();
        writer.join();
        assertEquals(2001, counter.get());
        counter.set(5);
        assertEquals(5, counter.get());
    }
}
