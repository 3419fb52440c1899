package dev.spindle.perf.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.clock.ManualClock;
import dev.spindle.perf.counter.AllocationProbe;
import org.junit.jupiter.api.Test;

class StallTrackerTest {
    private static final long MS = 1_000_000;

    private final ManualClock clock = new ManualClock(5_000);
    private long collectedMs = 100;
    private int collectionsAsked;
    private long waitedNs = 7 * MS;
    private final StallTracker tracker =
            new StallTracker(
                    10 * MS,
                    clock,
                    () -> {
                        collectionsAsked++;
                        return collectedMs;
                    },
                    () -> waitedNs);

    @Test
    void shouldCountOnlyTurnsThatReachTheThreshold() {
        tracker.onTurn(0, 10 * MS - 1);
        assertEquals(0, tracker.longTurns());
        tracker.onTurn(0, 10 * MS);
        assertEquals(1, tracker.longTurns());
        assertEquals(2, tracker.turns());
    }

    @Test
    void shouldNotAskForCollectionsWhenTurnsAreShort() {
        final int before = collectionsAsked;
        tracker.onTurn(0, 1);
        assertEquals(before, collectionsAsked);
        tracker.onTurn(0, 20 * MS);
        assertEquals(before + 1, collectionsAsked);
    }

    @Test
    void shouldKeepTheLongestAndTheLast() {
        tracker.suspect(StallCause.CRON);
        tracker.onTurn(0, 30 * MS);
        clock.advanceMs(70);
        tracker.suspect(StallCause.COMMAND);
        tracker.onTurn(50 * MS, 70 * MS);
        assertEquals(30 * MS, tracker.longestNs());
        assertEquals(StallCause.CRON, tracker.longestCause());
        assertEquals(20 * MS, tracker.lastNs());
        assertEquals(5_070, tracker.lastEpochMs());
        assertEquals(StallCause.COMMAND, tracker.lastCause());
    }

    @Test
    void shouldPreferTheLongestMeasuredSuspect() {
        tracker.suspect(StallCause.CRON);
        tracker.suspect(StallCause.CRON, 3 * MS);
        tracker.suspect(StallCause.COMMAND, 8 * MS);
        tracker.suspect(StallCause.CRON, 2 * MS);
        tracker.suspect(StallCause.CRON);
        tracker.onTurn(0, 15 * MS);
        assertEquals(1, tracker.longTurns(StallCause.COMMAND));
    }

    @Test
    void shouldForgetSuspectsWhenTheTurnEnds() {
        tracker.suspect(StallCause.COMMAND, 8 * MS);
        tracker.onTurn(0, 9 * MS);
        tracker.onTurn(0, 15 * MS);
        assertEquals(StallCause.NONE, tracker.lastCause());
        assertEquals(1, tracker.longTurns(StallCause.NONE));
    }

    @Test
    void shouldBlameTheCollectorWhenItTookHalfOfTheTurn() {
        tracker.suspect(StallCause.COMMAND, 12 * MS);
        collectedMs += 10;
        tracker.onTurn(0, 20 * MS);
        assertEquals(StallCause.GC, tracker.lastCause());
        collectedMs += 9;
        tracker.suspect(StallCause.COMMAND, 12 * MS);
        tracker.onTurn(0, 20 * MS);
        assertEquals(StallCause.COMMAND, tracker.lastCause());
    }

    @Test
    void shouldNotBlameTheCollectorForWhatWasForgotten() {
        collectedMs += 50;
        tracker.forgetCollections();
        tracker.onTurn(0, 20 * MS);
        assertEquals(StallCause.NONE, tracker.lastCause());
    }

    @Test
    void shouldTellATurnThatWaitedForItsProcessorFromOneThatWasSlow() {
        tracker.suspect(StallCause.COMMAND, 12 * MS);
        waitedNs += 11 * MS;
        tracker.onTurn(0, 20 * MS);
        assertEquals(StallCause.PREEMPTED, tracker.lastCause());
        assertEquals(20 * MS, tracker.longestNs());
        assertEquals(9 * MS, tracker.longestOwnNs());
        tracker.suspect(StallCause.COMMAND, 12 * MS);
        waitedNs += 5 * MS;
        tracker.onTurn(0, 18 * MS);
        assertEquals(StallCause.COMMAND, tracker.lastCause());
        assertEquals(13 * MS, tracker.longestOwnNs());
    }

    @Test
    void shouldNotRelieveATurnOfWaitingThatWasForgotten() {
        waitedNs += 50 * MS;
        tracker.forgetWaiting();
        tracker.onTurn(0, 20 * MS);
        assertEquals(StallCause.NONE, tracker.lastCause());
        assertEquals(20 * MS, tracker.longestOwnNs());
    }

    @Test
    void shouldForgetEverythingButTheThresholdWhenReset() {
        tracker.thresholdNs(MS);
        tracker.suspect(StallCause.COMMAND);
        tracker.onTurn(0, 2 * MS);
        tracker.reset();
        assertEquals(0, tracker.turns());
        assertEquals(0, tracker.longTurns());
        assertEquals(0, tracker.longTurns(StallCause.COMMAND));
        assertEquals(0, tracker.longestNs());
        assertEquals(0, tracker.longestOwnNs());
        assertEquals(0, tracker.lastEpochMs());
        assertEquals(StallCause.NONE, tracker.lastCause());
        assertEquals(MS, tracker.thresholdNs());
    }

    @Test
    void shouldRefuseAThresholdThatEveryTurnReaches() {
        assertThrows(IllegalArgumentException.class, () -> tracker.thresholdNs(0));
    }

    @Test
    void shouldSeeARealCollection() {
        final StallTracker real = new StallTracker(1, clock, StallTracker.collectedMs(), () -> 0);
        final long deadlineNs = System.nanoTime() + 60_000 * MS;
        do {
            assertTrue(System.nanoTime() < deadlineNs, "no collection took a millisecond");
            System.gc();
            real.onTurn(0, 2);
        } while (real.lastCause() != StallCause.GC);
    }

    @Test
    void shouldLeaveOutBeansThatCountConcurrentWork() {
        assertTrue(StallTracker.pauses("G1 Young Generation"));
        assertTrue(StallTracker.pauses("ZGC Pauses"));
        assertTrue(StallTracker.pauses("MarkSweepCompact"));
        assertFalse(StallTracker.pauses("ZGC Cycles"));
        assertFalse(StallTracker.pauses("ZGC Minor Cycles"));
        assertFalse(StallTracker.pauses("Shenandoah Cycles"));
        assertFalse(StallTracker.pauses("G1 Concurrent GC"));
    }

    @Test
    void shouldAllocateNothingWhenTurnsAreShort() {
        final StallTracker real =
                StallTracker.ofCurrentThread(10 * MS, clock, StallTracker.collectedMs());
        final long bytes =
                AllocationProbe.leastAllocated(
                        20,
                        5,
                        () -> {
                            for (int i = 0; i < 100_000; i++) {
                                real.suspect(StallCause.COMMAND, 5);
                                real.onTurn(i, i + 1000);
                            }
                        });
        assertEquals(0, bytes);
    }
}
