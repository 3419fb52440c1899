package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClockLooksTest {
    private static final long MS = 1_000_000L;
    // Clocks may begin anywhere, and pass the largest number.
    private static final long START = Long.MAX_VALUE - 150 * MS;

    private final ClockLooks looks = new ClockLooks(START);

    private void lookEveryMs(int from, int to) {
        for (int ms = from; ms <= to; ms++) {
            looks.at(START + ms * MS);
        }
    }

    @Test
    void shouldCountGapsOfFiveMillisecondsOrMore() {
        lookEveryMs(1, 100);
        lookEveryMs(104, 200);
        lookEveryMs(205, 300);
        lookEveryMs(320, 400);

        assertEquals(2, looks.gaps());
        assertTrue(
                looks.description().startsWith("2 gaps of 5 ms or longer in 0 s (longest 20.0 ms)"),
                looks.description());
    }

    @Test
    void shouldTellGapsThatEndWithTheSamePeriod() {
        lookEveryMs(1, 90);
        lookEveryMs(99, 392);
        lookEveryMs(400, 450);
        lookEveryMs(460, 1490);
        lookEveryMs(1501, 1600);

        assertEquals(4, looks.gaps());
        assertEquals(3, looks.gapsInStep(), "99, 400 and 1501 ms; not 460");
        assertTrue(
                looks.description().contains(", 3 of them ended at the same point of a tenth"),
                looks.description());
    }

    @Test
    void shouldNotCallASingleGapAPeriod() {
        lookEveryMs(1, 90);
        lookEveryMs(99, 200);

        assertEquals(1, looks.gapsInStep());
        assertFalse(looks.description().contains("same point"), looks.description());
    }

    @Test
    void shouldTellTheTenthsInWhichItRanSlowly() {
        lookEveryMs(1, 100);
        for (int ms = 102; ms <= 200; ms += 2) {
            looks.at(START + ms * MS);
        }
        lookEveryMs(201, 400);

        assertEquals(0.25, looks.slowTenths());
        assertTrue(
                looks.description()
                        .endsWith(
                                "in 25 % of the tenths of a second it ran at 90 % of its usual speed or less, 50 % in the slowest"),
                looks.description());
    }
}
