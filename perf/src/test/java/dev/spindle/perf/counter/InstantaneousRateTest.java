package dev.spindle.perf.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class InstantaneousRateTest {
    private final InstantaneousRate rate = new InstantaneousRate();

    @Test
    void shouldReportTheMeanWhenAllSamplesAreTaken() {
        for (int i = 0; i <= InstantaneousRate.SAMPLES; i++) {
            rate.sample(i * 100L, i * 500L);
        }
        assertEquals(5_000, rate.perSecond());
        assertEquals(5_000 / 1024.0, rate.kiloPerSecond());
    }

    @Test
    void shouldCountPlacesNotYetFilledAsZero() {
        rate.sample(1_000, 77);
        assertEquals(0, rate.perSecond());
        rate.sample(1_100, 77 + 160);
        assertEquals(1_600 / 16, rate.perSecond());
    }

    @Test
    void shouldDivideByTheTimeThatPassedWhenTheCronIsLate() {
        rate.sample(0, 0);
        rate.sample(400, 640);
        assertEquals(1_600 / 16, rate.perSecond());
    }

    @Test
    void shouldForgetOldSamplesWhenTheRingIsFull() {
        rate.sample(0, 0);
        rate.sample(100, 1_000_000);
        for (int i = 2; i <= InstantaneousRate.SAMPLES + 1; i++) {
            rate.sample(i * 100L, 1_000_000);
        }
        assertEquals(0, rate.perSecond());
    }

    @Test
    void shouldCountNothingWhenTheTotalWasResetOrNoTimePassed() {
        rate.sample(0, 1_000);
        rate.sample(100, 10);
        rate.sample(100, 10_000);
        assertEquals(0, rate.perSecond());
    }

    @Test
    void shouldStartAnewWhenReset() {
        rate.sample(0, 0);
        rate.sample(100, 1_000_000);
        rate.reset();
        rate.sample(200, 9_000_000);
        assertEquals(0, rate.perSecond());
        rate.sample(300, 9_000_016);
        assertEquals(10, rate.perSecond());
    }

    @Test
    void shouldAllocateNothing() {
        final long bytes =
                AllocationProbe.leastAllocated(
                        20,
                        5,
                        () -> {
                            for (int i = 0; i < 10_000; i++) {
                                rate.sample(i * 100L, i);
                            }
                        });
        assertEquals(0, bytes);
    }
}
