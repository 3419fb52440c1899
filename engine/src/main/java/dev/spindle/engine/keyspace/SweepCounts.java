package dev.spindle.engine.keyspace;

/** What a step of active expiry met, keys and elements of values alike. */
public final class SweepCounts {

    /** With an expiry. */
    public long seen;

    /** Of those, removed. */
    public long removed;
}
