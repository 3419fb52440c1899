package dev.spindle.engine.keyspace;

/** Counters over all databases, as INFO reports them. One thread writes; plain fields. */
public final class KeyspaceStats {
    /** Look-ups for reading that found their key. */
    public long hits;

    /** Look-ups for reading that did not. */
    public long misses;

    /** Keys deleted because their time had come. */
    public long expired;

    /** Elements of values, such as fields of hashes, removed because their time had come. */
    public long expiredElements;

    /** Keys evicted for memory. */
    public long evicted;

    /** Nanoseconds so far, up to the present stretch, for which more memory was in use than maxmemory allows. */
    public long overLimitNs;

    /** Objects that the defragmenter moved. */
    public long defragHits;

    /** Objects that the defragmenter looked at and left. */
    public long defragMisses;

    /** Keys of which the defragmenter moved something. */
    public long defragKeyHits;

    /** Keys of which the defragmenter moved nothing. */
    public long defragKeyMisses;

    /** Nanoseconds for which the defragmenter was running, up to the present pass. */
    public long defragNs;

    /** Changes since the last save. */
    public long dirty;

    /** Objects freed in slices so far. */
    public long lazyFreed;

    /** Share of keys found stale by the last active expiry cycles, 0 to 1, smoothed. */
    public double expiredStaleShare;

    /** How often an active expiry cycle ended because its time was up. */
    public long expiredTimeCapReached;

    /** How long in milliseconds after its time the oldest key found by the last complete sweep had stayed. */
    public long expireLagMs;

    /** Nanoseconds spent in active expiry. */
    public long expireCycleNs;

    /** Sets all to zero but {@link #dirty}, as CONFIG RESETSTAT does. */
    public void reset() {
        hits = 0;
        misses = 0;
        expired = 0;
        expiredElements = 0;
        evicted = 0;
        overLimitNs = 0;
        defragHits = 0;
        defragMisses = 0;
        defragKeyHits = 0;
        defragKeyMisses = 0;
        defragNs = 0;
        lazyFreed = 0;
        expiredStaleShare = 0;
        expiredTimeCapReached = 0;
        expireCycleNs = 0;
    }
}
