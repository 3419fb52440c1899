package dev.spindle.rdb.write;

import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.keyspace.AccessClock;
import dev.spindle.engine.keyspace.EvictionPolicy;

/**
 * What a file says of how each key was used: how long ago under a policy of LRU, how often under one of LFU, else nothing.
 *
 * @param kind which.
 * @param clock reads the bits of entries; not the one that the core goes on using.
 */
record AccessNotes(Kind kind, AccessClock clock) {

    enum Kind {
        NONE,
        IDLE_SECONDS,
        FREQUENCY
    }

    /** What a configuration asks for, seen from a moment. */
    static AccessNotes of(ServerConfig config, long asOfMs) {
        EvictionPolicy policy = EvictionPolicy.of(config.hot().maxmemoryPolicy());
        AccessClock clock = new AccessClock();
        clock.configure(
                policy.isLfu(), config.hot().lfuLogFactor(), config.hot().lfuDecayMinutes());
        clock.update(asOfMs);
        Kind kind = Kind.NONE;
        if (policy.isLfu()) {
            kind = Kind.FREQUENCY;
        } else if (policy.looksAtAccess()) {
            kind = Kind.IDLE_SECONDS;
        }
        return new AccessNotes(kind, clock);
    }
}
