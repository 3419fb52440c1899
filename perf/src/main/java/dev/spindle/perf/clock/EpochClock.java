package dev.spindle.perf.clock;

/** A clock for dates: time since 1970-01-01T00:00:00Z as the wall clock of the machine tells it. */
public interface EpochClock {
    /** Milliseconds since the epoch. */
    long epochMs();

    /** Microseconds since the epoch. */
    long epochMicros();

    /**
     * Microseconds since the epoch at a moment the caller has already read.
     *
     * <p>Lets one reading of the nano clock serve for both distances and dates. A clock that does not derive its dates from the
     * nano clock ignores the argument and reads itself.
     *
     * @param nowNs what {@link NanoClock#nanoTime()} has just answered
     */
    default long epochMicrosAt(long nowNs) {
        return epochMicros();
    }

    /** A system clock of its own for the calling thread; see {@link SystemEpochClock} for its accuracy. */
    static EpochClock system() {
        return new SystemEpochClock();
    }
}
