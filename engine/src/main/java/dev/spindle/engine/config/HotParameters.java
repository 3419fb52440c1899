package dev.spindle.engine.config;

/**
 * The parameters that are asked for on every request or turn, copied into plain fields: reading one is reading a field.
 *
 * <p>{@link ServerConfig} owns one object for its whole life and refreshes it after every accepted change, on the engine's thread.
 * Other threads must not read it.
 */
public final class HotParameters {
    private long maxmemoryBytes;
    private int maxmemorySamples;
    private long maxclients;
    private int hz;
    private boolean dynamicHz;
    private int activeExpireEffort;
    private boolean activeRehashing;
    private int lfuLogFactor;
    private int lfuDecayMinutes;
    private int timeoutSeconds;
    private int tcpKeepaliveSeconds;
    private boolean protectedMode;
    private long protoMaxBulkLength;
    private long clientQueryBufferLimit;
    private long slowlogSlowerThanUs;
    private long slowlogMaxLength;
    private long largeRequestBytes;
    private long largeRequestMaxLength;
    private long largeReplyBytes;
    private long largeReplyMaxLength;
    private long latencyMonitorThresholdMs;
    private boolean latencyTracking;
    private long busyReplyThresholdMs;
    private boolean lazyfreeEviction;
    private boolean lazyfreeExpire;
    private boolean lazyfreeServerDel;
    private boolean lazyfreeUserDel;
    private boolean lazyfreeUserFlush;
    private long hashMaxListpackEntries;
    private long hashMaxListpackValue;
    private int listMaxListpackSize;
    private int listCompressDepth;
    private long setMaxIntsetEntries;
    private long setMaxListpackEntries;
    private long setMaxListpackValue;
    private long zsetMaxListpackEntries;
    private long zsetMaxListpackValue;
    private long hllSparseMaxBytes;
    private long streamNodeMaxBytes;
    private long streamNodeMaxEntries;
    private String maxmemoryPolicy;
    private int keyspaceEvents;
    private OutputBufferLimits outputBufferLimits;

    HotParameters() {}

    void refresh(ServerConfig config) {
        maxmemoryBytes = config.number("maxmemory");
        maxmemorySamples = (int) config.number("maxmemory-samples");
        maxclients = config.number("maxclients");
        hz = (int) config.number("hz");
        dynamicHz = config.flag("dynamic-hz");
        activeExpireEffort = (int) config.number("active-expire-effort");
        activeRehashing = config.flag("activerehashing");
        lfuLogFactor = (int) config.number("lfu-log-factor");
        lfuDecayMinutes = (int) config.number("lfu-decay-time");
        timeoutSeconds = (int) config.number("timeout");
        tcpKeepaliveSeconds = (int) config.number("tcp-keepalive");
        protectedMode = config.flag("protected-mode");
        protoMaxBulkLength = config.number("proto-max-bulk-len");
        clientQueryBufferLimit = config.number("client-query-buffer-limit");
        slowlogSlowerThanUs = config.number("slowlog-log-slower-than");
        slowlogMaxLength = config.number("slowlog-max-len");
        largeRequestBytes = config.number("commandlog-request-larger-than");
        largeRequestMaxLength = config.number("commandlog-large-request-max-len");
        largeReplyBytes = config.number("commandlog-reply-larger-than");
        largeReplyMaxLength = config.number("commandlog-large-reply-max-len");
        latencyMonitorThresholdMs = config.number("latency-monitor-threshold");
        latencyTracking = config.flag("latency-tracking");
        busyReplyThresholdMs = config.number("busy-reply-threshold");
        lazyfreeEviction = config.flag("lazyfree-lazy-eviction");
        lazyfreeExpire = config.flag("lazyfree-lazy-expire");
        lazyfreeServerDel = config.flag("lazyfree-lazy-server-del");
        lazyfreeUserDel = config.flag("lazyfree-lazy-user-del");
        lazyfreeUserFlush = config.flag("lazyfree-lazy-user-flush");
        hashMaxListpackEntries = config.number("hash-max-listpack-entries");
        hashMaxListpackValue = config.number("hash-max-listpack-value");
        listMaxListpackSize = (int) config.number("list-max-listpack-size");
        listCompressDepth = (int) config.number("list-compress-depth");
        setMaxIntsetEntries = config.number("set-max-intset-entries");
        setMaxListpackEntries = config.number("set-max-listpack-entries");
        setMaxListpackValue = config.number("set-max-listpack-value");
        zsetMaxListpackEntries = config.number("zset-max-listpack-entries");
        zsetMaxListpackValue = config.number("zset-max-listpack-value");
        hllSparseMaxBytes = config.number("hll-sparse-max-bytes");
        streamNodeMaxBytes = config.number("stream-node-max-bytes");
        streamNodeMaxEntries = config.number("stream-node-max-entries");
        maxmemoryPolicy = config.text("maxmemory-policy");
        keyspaceEvents = config.keyspaceEvents();
        outputBufferLimits = config.outputBufferLimits();
    }

    /** {@code maxmemory}: 0 is no limit; unsigned. */
    public long maxmemoryBytes() {
        return maxmemoryBytes;
    }

    /** {@code maxmemory-samples}. */
    public int maxmemorySamples() {
        return maxmemorySamples;
    }

    /** {@code maxclients}. */
    public long maxclients() {
        return maxclients;
    }

    /** {@code hz}: 1 to 500. */
    public int hz() {
        return hz;
    }

    /** {@code dynamic-hz}. */
    public boolean dynamicHz() {
        return dynamicHz;
    }

    /** {@code active-expire-effort}: 1 to 10. */
    public int activeExpireEffort() {
        return activeExpireEffort;
    }

    /** {@code activerehashing}. */
    public boolean activeRehashing() {
        return activeRehashing;
    }

    /** {@code lfu-log-factor}. */
    public int lfuLogFactor() {
        return lfuLogFactor;
    }

    /** {@code lfu-decay-time}. */
    public int lfuDecayMinutes() {
        return lfuDecayMinutes;
    }

    /** {@code timeout}: 0 is never. */
    public int timeoutSeconds() {
        return timeoutSeconds;
    }

    /** {@code tcp-keepalive}: 0 is off. */
    public int tcpKeepaliveSeconds() {
        return tcpKeepaliveSeconds;
    }

    /** {@code protected-mode}. */
    public boolean protectedMode() {
        return protectedMode;
    }

    /** {@code proto-max-bulk-len}: bytes. */
    public long protoMaxBulkLength() {
        return protoMaxBulkLength;
    }

    /** {@code client-query-buffer-limit}: bytes. */
    public long clientQueryBufferLimit() {
        return clientQueryBufferLimit;
    }

    /** {@code slowlog-log-slower-than}: -1 is off. */
    public long slowlogSlowerThanUs() {
        return slowlogSlowerThanUs;
    }

    /** {@code slowlog-max-len}: entries. */
    public long slowlogMaxLength() {
        return slowlogMaxLength;
    }

    /** {@code commandlog-request-larger-than}: -1 is off. */
    public long largeRequestBytes() {
        return largeRequestBytes;
    }

    /** {@code commandlog-large-request-max-len}: entries. */
    public long largeRequestMaxLength() {
        return largeRequestMaxLength;
    }

    /** {@code commandlog-reply-larger-than}: -1 is off. */
    public long largeReplyBytes() {
        return largeReplyBytes;
    }

    /** {@code commandlog-large-reply-max-len}: entries. */
    public long largeReplyMaxLength() {
        return largeReplyMaxLength;
    }

    /** {@code latency-monitor-threshold}: 0 is off. */
    public long latencyMonitorThresholdMs() {
        return latencyMonitorThresholdMs;
    }

    /** {@code latency-tracking}. */
    public boolean latencyTracking() {
        return latencyTracking;
    }

    /** {@code busy-reply-threshold}: 0 is never. */
    public long busyReplyThresholdMs() {
        return busyReplyThresholdMs;
    }

    /** {@code lazyfree-lazy-eviction}. */
    public boolean lazyfreeEviction() {
        return lazyfreeEviction;
    }

    /** {@code lazyfree-lazy-expire}. */
    public boolean lazyfreeExpire() {
        return lazyfreeExpire;
    }

    /** {@code lazyfree-lazy-server-del}. */
    public boolean lazyfreeServerDel() {
        return lazyfreeServerDel;
    }

    /** {@code lazyfree-lazy-user-del}. */
    public boolean lazyfreeUserDel() {
        return lazyfreeUserDel;
    }

    /** {@code lazyfree-lazy-user-flush}. */
    public boolean lazyfreeUserFlush() {
        return lazyfreeUserFlush;
    }

    /** {@code hash-max-listpack-entries}. */
    public long hashMaxListpackEntries() {
        return hashMaxListpackEntries;
    }

    /** {@code hash-max-listpack-value}: bytes. */
    public long hashMaxListpackValue() {
        return hashMaxListpackValue;
    }

    /** {@code list-max-listpack-size}: entries, or -1 to -5 for 4 to 64 KiB. */
    public int listMaxListpackSize() {
        return listMaxListpackSize;
    }

    /** {@code list-compress-depth}: nodes. */
    public int listCompressDepth() {
        return listCompressDepth;
    }

    /** {@code set-max-intset-entries}. */
    public long setMaxIntsetEntries() {
        return setMaxIntsetEntries;
    }

    /** {@code set-max-listpack-entries}. */
    public long setMaxListpackEntries() {
        return setMaxListpackEntries;
    }

    /** {@code set-max-listpack-value}: bytes. */
    public long setMaxListpackValue() {
        return setMaxListpackValue;
    }

    /** {@code zset-max-listpack-entries}. */
    public long zsetMaxListpackEntries() {
        return zsetMaxListpackEntries;
    }

    /** {@code zset-max-listpack-value}: bytes. */
    public long zsetMaxListpackValue() {
        return zsetMaxListpackValue;
    }

    /** {@code hll-sparse-max-bytes}. */
    public long hllSparseMaxBytes() {
        return hllSparseMaxBytes;
    }

    /** {@code stream-node-max-bytes}: 0 is no limit. */
    public long streamNodeMaxBytes() {
        return streamNodeMaxBytes;
    }

    /** {@code stream-node-max-entries}: 0 is no limit. */
    public long streamNodeMaxEntries() {
        return streamNodeMaxEntries;
    }

    /** {@code maxmemory-policy}: one of the interned words of the row, so that it may be compared by identity with them. */
    public String maxmemoryPolicy() {
        return maxmemoryPolicy;
    }

    /** {@code notify-keyspace-events} as bits of {@link KeyspaceEvents}. */
    public int keyspaceEvents() {
        return keyspaceEvents;
    }

    /** {@code client-output-buffer-limit}. */
    public OutputBufferLimits outputBufferLimits() {
        return outputBufferLimits;
    }
}
