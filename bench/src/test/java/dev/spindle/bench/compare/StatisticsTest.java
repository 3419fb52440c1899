package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void shouldTakeTheMiddleOfAnOddCountAndTheMeanOfTwoMiddlesOfAnEvenOne() {
        assertEquals(3, Statistics.median(new double[] {9, 1, 3}));
        assertEquals(2.5, Statistics.median(new double[] {4, 1, 100, 1}));
    }

    @Test
    void shouldLeaveReadingsInTheirOrderWhenTakingTheMedian() {
        double[] readings = {3, 1, 2};
        Statistics.median(readings);
        assertArrayEquals(new double[] {3, 1, 2}, readings);
    }

    @Test
    void shouldRefuseTheMedianOfNothing() {
        assertThrows(IllegalArgumentException.class, () -> Statistics.median(new double[0]));
    }

    @Test
    void shouldTakeTheMedianOfRatiosAndNotTheRatioOfMedians() {
        double[] subject = {10, 40, 60};
        double[] reference = {10, 10, 30};
        Measurement m =
                new Measurement(
                        "get", 1, 1, "x", "y", Measurement.Better.HIGHER, subject, reference);
        // Medians are 40 and 10, but the rounds say 1, 4 and 2.
        assertEquals(new Statistics.Spread(2, 1, 4), m.ratioSpread());
    }

    @Test
    void shouldCallTwoReadingsBelowResolutionEqual() {
        assertArrayEquals(
                new double[] {1, Double.POSITIVE_INFINITY},
                Statistics.pairedRatios(new double[] {0, 2}, new double[] {0, 0}));
    }

    @Test
    void shouldRefuseUnpairedRounds() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Statistics.pairedRatios(new double[2], new double[3]));
    }

    @Test
    void shouldFindTheFirstSlotNearTheFinalLevel() {
        double[] slots = {10, 50, 89, 90, 110, 99, 100, 101, 100};
        assertEquals(100, Statistics.finalLevel(slots));
        assertEquals(3, Statistics.firstReaching(slots, 0.9));
        assertEquals(-1, Statistics.firstReaching(new double[] {1, 2, 3}, 1.5));
    }
}
