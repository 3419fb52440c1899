package dev.spindle.perf.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class CachedClockTest {
    private final ManualClock manual = new ManualClock(1_000);
    private final CachedClock cached = new CachedClock(manual, manual);

    @Test
    void shouldBeRightBeforeTheFirstRefresh() {
        assertEquals(1_000, cached.epochMs());
        assertEquals(1_000_000, cached.epochMicros());
    }

    @Test
    void shouldStandStillWhenNotRefreshed() {
        manual.advanceMs(5);
        assertEquals(1_000, cached.epochMs());
        assertEquals(0, cached.nanoTime());
    }

    @Test
    void shouldMoveWhenRefreshed() {
        manual.advanceMicros(5_250);
        assertEquals(5_250_000, cached.refresh());
        assertEquals(5_250_000, cached.nanoTime());
        assertEquals(1_005, cached.epochMs());
        assertEquals(1_005_250, cached.epochMicros());
    }

    @Test
    void shouldTakeTheReadingOfTheCallerWhenGivenOne() {
        manual.advanceMs(5);
        cached.refreshAt(4_000_000);
        assertEquals(4_000_000, cached.nanoTime());
    }

    @Test
    void shouldLeaveTheNanoClockAloneWhenTheDateIsSet() {
        manual.advanceMs(7);
        manual.setEpochMs(50);
        assertEquals(7_000_000, manual.nanoTime());
        assertEquals(50, manual.epochMs());
        manual.advanceMs(1);
        assertEquals(51_000, manual.epochMicros());
    }

    @Test
    void shouldRefuseToTurnTheManualNanoClockBack() {
        assertThrows(IllegalArgumentException.class, () -> manual.advanceNs(-1));
    }
}
