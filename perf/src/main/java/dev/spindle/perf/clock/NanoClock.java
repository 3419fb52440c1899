package dev.spindle.perf.clock;

/** A clock for distances: it never goes back and its zero means nothing. */
@FunctionalInterface
public interface NanoClock {
    /** The clock of this machine, free of state and safe for any thread. */
    NanoClock SYSTEM = System::nanoTime;

    /** Nanoseconds since an arbitrary origin. Only differences mean something. */
    long nanoTime();
}
