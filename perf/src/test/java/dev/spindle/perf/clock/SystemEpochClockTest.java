package dev.spindle.perf.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.counter.AllocationProbe;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SystemEpochClockTest {
    private static final long START_MICROS = 1_700_000_000_123_456L;

    private long nowNs = -5_000;
    private long wallMicros = START_MICROS;

    private final SystemEpochClock clock =
            new SystemEpochClock(() -> nowNs, () -> Math.floorDiv(wallMicros, 1000L), START_MICROS);

    private void pass(long nanoNs, long micros) {
        nowNs += nanoNs;
        wallMicros += micros;
    }

    @Test
    void shouldFollowTheNanoClockBetweenAnchors() {
        pass(1_500, 1);
        assertEquals(START_MICROS + 1, clock.epochMicros());
        pass(98_000_000, 98_000);
        assertEquals(START_MICROS + 98_001, clock.epochMicros());
        assertEquals((START_MICROS + 98_001) / 1000, clock.epochMs());
    }

    @Test
    void shouldJumpWhenTheWallClockIsSetForward() {
        pass(200_000_000, 3_600_000_000L);
        assertEquals(wallMicros / 1000, clock.epochMs());
    }

    @Test
    void shouldGoBackWhenTheWallClockIsSetBackByALot() {
        pass(200_000_000, -3_600_000_000L);
        assertEquals(wallMicros / 1000, clock.epochMs());
    }

    @Test
    void shouldStandStillWhenTheWallClockIsBehindByALittle() {
        pass(50_000_000, 50_000);
        final long before = clock.epochMicros();
        pass(60_000_000, -5_000);
        assertEquals(before, clock.epochMicros());
        pass(20_000_000, 20_000);
        assertEquals(wallMicros / 1000, clock.epochMs());
    }

    @Property(tries = 100)
    void shouldStayWithinAMillisecondWhenTheClocksDrift(
            @ForAll @IntRange(min = -500, max = 500) int ppm, @ForAll long seed) {
        final Random random = new Random(seed);
        nowNs = random.nextInt();
        wallMicros = START_MICROS;
        final SystemEpochClock drifting =
                new SystemEpochClock(
                        () -> nowNs, () -> Math.floorDiv(wallMicros, 1000L), START_MICROS);
        long last = Long.MIN_VALUE;
        for (int i = 0; i < 5_000; i++) {
            final long micros = random.nextInt(20_000);
            pass(micros * 1000 + micros * ppm / 1000, micros);
            final long read = drifting.epochMicros();
            assertTrue(
                    Math.abs(read - wallMicros) <= 1_100,
                    () -> "off by " + (read - wallMicros) + " us, ppm " + ppm + ", seed " + seed);
            assertTrue(read >= last, "time went back, seed " + seed);
            last = read;
        }
    }

    @Test
    void shouldAgreeWithTheMachine() {
        final EpochClock system = EpochClock.system();
        final long before = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        final long read = system.epochMicros();
        final long after = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        assertTrue(
                read >= before - 2_000 && read <= after + 2_000, before + " " + read + " " + after);
    }

    @Test
    void shouldAllocateNothing() {
        final EpochClock system = EpochClock.system();
        final long[] sink = new long[1];
        final long bytes =
                AllocationProbe.leastAllocated(
                        20,
                        5,
                        () -> {
                            for (int i = 0; i < 100_000; i++) {
                                sink[0] += system.epochMicros() + system.epochMs();
                            }
                        });
        assertEquals(0, bytes);
    }
}
