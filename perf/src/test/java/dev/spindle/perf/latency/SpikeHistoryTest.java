package dev.spindle.perf.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.counter.AllocationProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SpikeHistoryTest {
    private final SpikeHistory spikes = new SpikeHistory(10);

    @Test
    void shouldKeepOnlyWhatReachesTheThreshold() {
        spikes.sample("command", 1, 9);
        assertEquals(List.of(), spikes.latest());
        spikes.sample("command", 1, 10);
        assertEquals(List.of(new SpikeHistory.Latest("command", 1, 10, 10)), spikes.latest());
    }

    @Test
    void shouldKeepNothingWhenTheThresholdIsZero() {
        spikes.thresholdMs(0);
        assertFalse(spikes.exceeds(1_000_000));
        spikes.sample("command", 1, 1_000_000);
        assertEquals(List.of(), spikes.latest());
        assertThrows(IllegalArgumentException.class, () -> spikes.thresholdMs(-1));
    }

    @Test
    void shouldKeepTheLargerWhenTwoFallIntoOneSecond() {
        spikes.sample("fork", 7, 20);
        spikes.sample("fork", 7, 50);
        spikes.sample("fork", 7, 30);
        assertEquals(List.of(new SpikeHistory.Sample(7, 50)), spikes.history("fork"));
    }

    @Test
    void shouldReportEventsInTheOrderOfTheirFirstOccurrence() {
        spikes.sample("b", 1, 100);
        spikes.sample("a", 2, 20);
        spikes.sample("b", 3, 40);
        assertEquals(
                List.of(
                        new SpikeHistory.Latest("b", 3, 40, 100),
                        new SpikeHistory.Latest("a", 2, 20, 20)),
                spikes.latest());
    }

    @Test
    void shouldHaveNoHistoryWhenTheEventIsUnknown() {
        assertEquals(List.of(), spikes.history("command"));
    }

    @Test
    void shouldForgetTheNamedOrAllWhenReset() {
        spikes.sample("a", 1, 10);
        spikes.sample("b", 1, 10);
        spikes.sample("c", 1, 10);
        assertEquals(1, spikes.reset("a", "nobody"));
        assertEquals(2, spikes.latest().size());
        assertEquals(2, spikes.reset());
        assertEquals(List.of(), spikes.latest());
    }

    /** What LATENCY DOCTOR of redis-server 7.0.15 made of the same three samples, asked at the last second and three later. */
    @Test
    void shouldSumUpAsTheDoctorDoes() {
        spikes.sample("command", 1795456892, 100);
        spikes.sample("command", 1795456894, 300);
        spikes.sample("command", 1795456895, 200);
        assertEquals(
                List.of(new SpikeHistory.Summary("command", 3, 100, 300, 200, 66, 4 / 3.0, 300)),
                spikes.summaries(1795456896));
        assertEquals(7 / 3.0, spikes.summaries(1795456899).get(0).periodSeconds());
    }

    @Test
    void shouldHaveAPeriodOfOneSecondWhenAskedInTheSameSecond() {
        spikes.sample("command", 5, 100);
        assertEquals(
                List.of(new SpikeHistory.Summary("command", 1, 100, 100, 100, 0, 1, 100)),
                spikes.summaries(5));
    }

    @Property(tries = 50)
    void shouldKeepTheLastSecondsAndTheAllTimeMaximum(@ForAll long seed) {
        final Random random = new Random(seed);
        final SpikeHistory fresh = new SpikeHistory(1);
        final List<SpikeHistory.Sample> model = new ArrayList<>();
        long second = 1;
        long max = 0;
        for (int i = random.nextInt(1000) + 1; i > 0; i--) {
            second += random.nextInt(3);
            final long ms = 1 + random.nextInt(5000);
            max = Math.max(max, ms);
            fresh.sample("e", second, ms);
            final SpikeHistory.Sample last = model.isEmpty() ? null : model.get(model.size() - 1);
            if (last != null && last.epochSeconds() == second) {
                model.set(
                        model.size() - 1, new SpikeHistory.Sample(second, Math.max(ms, last.ms())));
            } else {
                model.add(new SpikeHistory.Sample(second, ms));
            }
        }
        final List<SpikeHistory.Sample> kept =
                model.subList(Math.max(0, model.size() - SpikeHistory.SAMPLES), model.size());
        assertEquals(kept, fresh.history("e"), () -> "seed " + seed);
        assertEquals(max, fresh.latest().get(0).maxMs());
        assertEquals(kept.get(kept.size() - 1).ms(), fresh.latest().get(0).ms());
    }

    @Test
    void shouldAllocateNothingWhenTheEventIsKnown() {
        final long[] second = new long[1];
        final long bytes =
                AllocationProbe.leastAllocated(
                        20,
                        5,
                        () -> {
                            for (int i = 0; i < 10_000; i++) {
                                spikes.sample("command", second[0]++, 50);
                            }
                        });
        assertEquals(0, bytes);
        assertTrue(second[0] > 0);
    }
}
