package dev.spindle.perf.clock;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Microseconds of the epoch at the price of one {@code nanoTime} and without garbage.
 *
 * <p>The JDK gives microseconds only as an {@code Instant}, an object per reading. So the clock keeps an offset and answers
 * {@code nanoTime + offset}. The two clocks of a machine drift apart, since NTP slews one of them (by 500 ppm at most) and an
 * operator may step it, so the offset is held against {@code currentTimeMillis}, which is free of garbage but coarse:
 *
 * <pre>
 *   wall clock      |---- W ----|--- W+1 ---|     a reading W says only: now lies in [W, W+1) ms
 *   estimate              ^                       inside:  nothing is known to be wrong, the offset stays
 *                                    ^            outside: the offset moves by the least that brings it back inside
 * </pre>
 *
 * <p><b>Drift rule.</b> The check is made by the first reading that comes {@value #ANCHOR_PERIOD_MS} ms or more after the last
 * check. Right after a check a reading agrees with {@code currentTimeMillis} to the millisecond; until the next one it can leave
 * it by the drift of one period, which at 500 ppm is 50 microseconds. The start value comes from an {@code Instant} and is exact.
 *
 * <p><b>Going back.</b> Corrections of less than {@value #STEP_MICROS} microseconds never turn time back: the clock stands still
 * until it has caught up. A larger one is a wall clock that was set, and is followed at once, as a reader of the wall clock
 * would see it.
 *
 * <p>An instance belongs to one thread. Another thread makes its own.
 */
public final class SystemEpochClock implements EpochClock {
    static final long ANCHOR_PERIOD_MS = 100;
    static final long STEP_MICROS = 10_000;

    private static final long ANCHOR_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(ANCHOR_PERIOD_MS);

    private final NanoClock nanoClock;
    private final LongSupplier wallMs;
    private long offsetNs;
    private long anchoredAtNs;
    private long lastMicros = Long.MIN_VALUE;

    public SystemEpochClock() {
        this(NanoClock.SYSTEM, System::currentTimeMillis, microsOf(Instant.now()));
    }

    /** For tests: the machine's two clocks, and the microseconds of the epoch at this moment. */
    SystemEpochClock(NanoClock nanoClock, LongSupplier wallMs, long epochMicros) {
        this.nanoClock = nanoClock;
        this.wallMs = wallMs;
        this.anchoredAtNs = nanoClock.nanoTime();
        this.offsetNs = epochMicros * 1000 - anchoredAtNs;
    }

    @Override
    public long epochMs() {
        return Math.floorDiv(epochMicros(), 1000L);
    }

    @Override
    public long epochMicros() {
        return epochMicrosAt(nanoClock.nanoTime());
    }

    @Override
    public long epochMicrosAt(long nowNs) {
        if (nowNs - anchoredAtNs >= ANCHOR_PERIOD_NS) {
            anchor();
        }
        final long micros = Math.floorDiv(nowNs + offsetNs, 1000L);
        final long back = lastMicros - micros;
        if (back > 0 && back < STEP_MICROS) {
            return lastMicros;
        }
        lastMicros = micros;
        return micros;
    }

    private void anchor() {
        // Read afresh: the caller's reading may be older than the wall clock's by a whole batch.
        final long wall = wallMs.getAsLong();
        final long nowNs = nanoClock.nanoTime();
        final long estimateNs = nowNs + offsetNs;
        final long earliestNs = wall * 1_000_000L;
        final long latestNs = earliestNs + 999_999L;
        if (estimateNs < earliestNs) {
            offsetNs += earliestNs - estimateNs;
        } else if (estimateNs > latestNs) {
            offsetNs -= estimateNs - latestNs;
        }
        anchoredAtNs = nowNs;
    }

    private static long microsOf(Instant instant) {
        return instant.getEpochSecond() * 1_000_000L + instant.getNano() / 1000;
    }
}
