package dev.spindle.engine;

/**
 * The parameters that the hot path reads, as plain fields. {@code engine.config} owns the values as users see them and
 * copies them here at start and on each change.
 */
public final class EngineSettings {
    /** maxmemory-clients in bytes, worked out; 0: no limit. */
    public long maxClientMemory;

    /** tracking-table-max-keys; 0: no limit. */
    public long trackingTableMaxKeys = 1_000_000;

    /** What {@link #replyPeakResetMs} starts with. */
    public static final long DEFAULT_REPLY_PEAK_RESET_MS = 5000;

    /** maxmemory in bytes; 0: no limit. */
    public long maxMemory;

    /** proto-max-bulk-len in bytes. */
    public long maxBulkLength = 512L << 20;

    /** requirepass; empty: none. */
    public byte[] password = new byte[0];

    /** client-query-buffer-limit in bytes. */
    public long queryBufferLimit = 1L << 30;

    /** slowlog-log-slower-than in microseconds; negative: off. */
    public long slowLogMicros = 10_000;

    /** commandlog-request-larger-than in bytes; negative: off. */
    public long largeRequestBytes = 1L << 20;

    /** commandlog-reply-larger-than in bytes; negative: off. */
    public long largeReplyBytes = 1L << 20;

    /** latency-tracking. */
    public boolean latencyTracking = true;

    /** hz. */
    public int hz = 10;

    /** dynamic-hz: with many clients, background work runs more often. */
    public boolean dynamicHz = true;

    /** active-expire-effort, 1 to 10. */
    public int activeExpireEffort = 1;

    /** activerehashing: whether tables shrink in the background too. */
    public boolean activeRehashing = true;

    /** lazyfree-lazy-user-flush: what FLUSHALL without a word means. */
    public boolean lazyUserFlush;

    /** Whether small integers count as shared in OBJECT REFCOUNT: not when maxmemory evicts by LRU or LFU. */
    public boolean sharedIntegers = true;

    /** Whether keys whose time has come are looked for in the background; DEBUG SET-ACTIVE-EXPIRE. */
    public boolean activeExpire = true;

    /** Whether DEBUG may be used by a client: 0 no, 1 from this machine, 2 yes. */
    public int debugCommand;

    /** hide-user-data-from-log: log lines about a client show neither what it sent nor its names. */
    public boolean hideUserData;

    /** Milliseconds after which a client's reply peak is forgotten; negative: never. DEBUG REPLYBUFFER PEAK-RESET-TIME. */
    public long replyPeakResetMs = DEFAULT_REPLY_PEAK_RESET_MS;

    /** Whether reply peaks are forgotten at all. DEBUG REPLYBUFFER RESIZING. */
    public boolean replyBufferResizing = true;
}
