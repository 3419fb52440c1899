package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SecondBySecondTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MS = 1_000_000L;
    private static final long START = Long.MAX_VALUE - SECOND_NS;

    private final SecondBySecond latencies = new SecondBySecond(START);

    private void record(long ms) {
        latencies.current().recordValue(ms * MS);
    }

    private static void assertAbout(List<Double> expected, List<Double> told) {
        assertEquals(expected.size(), told.size(), told.toString());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), told.get(i), expected.get(i) / 100, told.toString());
        }
    }

    @Test
    void shouldTellEachWholeSecondOfItsOwn() {
        record(4);
        latencies.tick(START + SECOND_NS - 1);
        record(2);
        latencies.tick(START + SECOND_NS);
        record(1);
        // Past the largest number: clocks may begin anywhere.
        latencies.tick(START + 2 * SECOND_NS + SECOND_NS / 2);
        record(9);
        latencies.tick(START + 3 * SECOND_NS - 1);

        assertAbout(List.of(4.0, 1.0), latencies.p999Ms());
    }

    @Test
    void shouldLeaveOutSecondsInWhichNothingCame() {
        record(3);
        latencies.tick(START + 5 * SECOND_NS);
        latencies.tick(START + 6 * SECOND_NS);
        record(7);
        latencies.tick(START + 7 * SECOND_NS);

        assertAbout(List.of(3.0, 7.0), latencies.p999Ms());
    }

    @Test
    void shouldHaveAllThatWasRecordedInTheWhole() {
        for (int i = 1; i <= 10; i++) {
            record(i);
            latencies.tick(START + i * SECOND_NS / 4);
        }

        assertEquals(10, latencies.all().getTotalCount());
        assertEquals(10.0, latencies.all().getMaxValue() / 1e6, 0.1);
        assertEquals(1.0, latencies.all().getMinValue() / 1e6, 0.1);
    }
}
