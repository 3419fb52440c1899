package dev.spindle.engine.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessClockTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    private final AccessClock clock = new AccessClock();

    private int touched(int bits, int times) {
        int now = bits;
        for (int i = 0; i < times; i++) {
            now = clock.touched(now);
        }
        return now;
    }

    private void lfu(int logFactor, int decayMinutes) {
        clock.configure(true, logFactor, decayMinutes);
        clock.update(NOW_MS);
    }

    @Test
    void shouldCountFiveWhenAKeyIsNewAndSixAfterItsFirstAccess() {
        lfu(10, 1);
        int bits = clock.fresh();
        assertEquals(5, clock.frequency(bits));
        assertEquals(6, clock.frequency(clock.touched(bits)));
    }

    // The figures that the comment of lfu-log-factor in redis.conf promises, with some tolerance.
    @ParameterizedTest
    @CsvSource({
        "0, 100, 95, 115",
        "0, 1000, 255, 255",
        "1, 100, 12, 24",
        "1, 1000, 40, 60",
        "10, 100, 8, 13",
        "10, 1000, 14, 23",
        "10, 100000, 125, 160",
        "100, 1000, 7, 14",
        "100, 100000, 40, 58"
    })
    void shouldCountLogarithmicallyWhenAccessesRepeat(
            int factor, int accesses, int least, int most) {
        lfu(factor, 1);
        int counter = clock.frequency(touched(clock.fresh(), accesses));
        assertTrue(counter >= least && counter <= most, "counted " + counter);
    }

    @Test
    void shouldLoseOnePerDecayTimeWhenNobodyAsks() {
        lfu(0, 2);
        int bits = touched(clock.fresh(), 20);
        assertEquals(25, clock.frequency(bits));
        clock.update(NOW_MS + 7 * 60_000);
        assertEquals(22, clock.frequency(bits));
        clock.update(NOW_MS + 1000 * 60_000);
        assertEquals(0, clock.frequency(bits));
        assertEquals(1, clock.frequency(clock.touched(bits)));
    }

    @Test
    void shouldKeepItsCountWhenDecayIsOff() {
        lfu(0, 0);
        int bits = touched(clock.fresh(), 20);
        clock.update(NOW_MS + 1000 * 60_000);
        assertEquals(25, clock.frequency(bits));
    }

    @Test
    void shouldNeverGetWarmerWhenNobodyAsks() {
        lfu(10, 1);
        int bits = touched(clock.fresh(), 50);
        long before = clock.coldness(bits);
        for (int minute = 1; minute < 300; minute++) {
            clock.update(NOW_MS + minute * 60_000L);
            assertTrue(clock.coldness(bits) > before);
            before = clock.coldness(bits);
        }
    }

    @Test
    void shouldTellIdleSecondsWhenTheClockHasGoneRound() {
        clock.update(0xFF_FFFFL * 1000);
        int bits = clock.fresh();
        clock.update((0xFF_FFFFL + 10) * 1000);
        assertEquals(10, clock.idleSeconds(bits));
        assertEquals(0, clock.idleSeconds(clock.touched(bits)));
        assertEquals(7, clock.idleSeconds(clock.ofIdle(7)));
    }
}
