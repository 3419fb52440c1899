package dev.spindle.engine;

import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.config.KeyspaceEvents;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.keyspace.EvictionPolicy;
import dev.spindle.engine.session.ClientEviction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Carries the parameters that the engine itself obeys from the configuration to where they act: at start, and after every
 * change. What concerns sockets, files and the process is carried by their owners in the same way.
 *
 * <p>A change copies all of them. They are few, changes are rare, and so no parameter can be forgotten on one of two paths.
 */
final class ConfigBinding {

    private static final List<String> FOLLOWED =
            List.of(
                    "maxmemory",
                    "maxmemory-policy",
                    "maxmemory-samples",
                    "maxmemory-eviction-tenacity",
                    "lazyfree-lazy-eviction",
                    "lazyfree-lazy-expire",
                    "lfu-log-factor",
                    "lfu-decay-time",
                    "proto-max-bulk-len",
                    "client-query-buffer-limit",
                    "requirepass",
                    "slowlog-log-slower-than",
                    "slowlog-max-len",
                    "commandlog-request-larger-than",
                    "commandlog-large-request-max-len",
                    "commandlog-reply-larger-than",
                    "commandlog-large-reply-max-len",
                    "latency-tracking",
                    "latency-monitor-threshold",
                    "hz",
                    "dynamic-hz",
                    "active-expire-effort",
                    "activedefrag",
                    "active-defrag-ignore-bytes",
                    "active-defrag-threshold-lower",
                    "active-defrag-threshold-upper",
                    "active-defrag-cycle-min",
                    "active-defrag-cycle-max",
                    "active-defrag-max-scan-fields",
                    "activerehashing",
                    "lazyfree-lazy-user-flush",
                    "hide-user-data-from-log",
                    "notify-keyspace-events",
                    "tracking-table-max-keys",
                    "maxmemory-clients",
                    "snapshot-memory-budget",
                    "enable-debug-command");

    private final Engine engine;
    private final ServerConfig config;

    ConfigBinding(Engine engine) {
        this.engine = engine;
        this.config = engine.config();
    }

    /** Copies every value now and after each change. */
    void connect() {
        apply();
        FOLLOWED.forEach(name -> config.onChange(name, this::apply));
        config.onChange("maxmemory", this::warnIfOverLimit);
        config.onUnbuiltChange(text -> engine.host().log(EngineHost.LogLevel.WARNING, text));
        config.guard("tls-port", this::refuseTls);
    }

    private void apply() {
        EngineSettings settings = engine.settings();
        HotParameters hot = config.hot();
        // Unsigned: what is beyond a long is no limit that could be reached.
        settings.maxMemory = hot.maxmemoryBytes() < 0 ? Long.MAX_VALUE : hot.maxmemoryBytes();
        settings.maxBulkLength = hot.protoMaxBulkLength();
        engine.loop().parser().maxBulkLength(hot.protoMaxBulkLength());
        settings.queryBufferLimit = hot.clientQueryBufferLimit();
        settings.password = config.text("requirepass").getBytes(StandardCharsets.ISO_8859_1);
        settings.hz = hot.hz();
        settings.dynamicHz = hot.dynamicHz();
        settings.activeExpireEffort = hot.activeExpireEffort();
        settings.activeRehashing = hot.activeRehashing();
        settings.lazyUserFlush = hot.lazyfreeUserFlush();
        settings.hideUserData = config.flag("hide-user-data-from-log");
        settings.debugCommand = permission(config.text("enable-debug-command"));
        settings.maxClientMemory =
                ClientEviction.limit(config.number("maxmemory-clients"), settings.maxMemory);
        engine.snapshots().budget(config.number("snapshot-memory-budget"));
        settings.trackingTableMaxKeys = config.number("tracking-table-max-keys");
        applyNotifications(hot.keyspaceEvents());
        applyEviction(settings, hot);
        applyDefrag();
        applyObservation(settings, hot);
    }

    private void applyNotifications(int flags) {
        int kinds = KeyspaceEvents.kinds(flags);
        engine.notifier()
                .channels(
                        (flags & KeyspaceEvents.KEYSPACE) != 0,
                        (flags & KeyspaceEvents.KEYEVENT) != 0);
        engine.keyspaces().shared().eventMask(kinds);
        engine.observers().notifications(kinds == 0 ? null : engine.notifier());
    }

    private void applyEviction(EngineSettings settings, HotParameters hot) {
        EvictionPolicy policy = EvictionPolicy.of(hot.maxmemoryPolicy());
        // Under a policy that looks at each value's age, no two keys may show the same value's.
        settings.sharedIntegers = settings.maxMemory == 0 || !policy.looksAtAccess();
        engine.keyspaces()
                .shared()
                .clock()
                .configure(policy.isLfu(), hot.lfuLogFactor(), hot.lfuDecayMinutes());
        engine.cron()
                .eviction()
                .configure(
                        settings.maxMemory,
                        policy,
                        hot.maxmemorySamples(),
                        (int) config.number("maxmemory-eviction-tenacity"),
                        hot.lazyfreeEviction());
        engine.propagation().unlinks(config.flag("lazyfree-lazy-expire"), hot.lazyfreeEviction());
        engine.cron().wake();
    }

    private void applyDefrag() {
        engine.cron().reclaim().lean(config.flag("activedefrag"));
        engine.cron()
                .defrag()
                .configure(
                        config.flag("activedefrag"),
                        config.number("active-defrag-ignore-bytes"),
                        (int) config.number("active-defrag-threshold-lower"),
                        (int) config.number("active-defrag-threshold-upper"),
                        (int) config.number("active-defrag-cycle-min"),
                        (int) config.number("active-defrag-cycle-max"),
                        config.number("active-defrag-max-scan-fields"));
    }

    private void applyObservation(EngineSettings settings, HotParameters hot) {
        settings.slowLogMicros = hot.slowlogSlowerThanUs();
        settings.largeRequestBytes = hot.largeRequestBytes();
        settings.largeReplyBytes = hot.largeReplyBytes();
        engine.commandLogs().settingsChanged();
        engine.commandLogs().slow().maxEntries(entries(hot.slowlogMaxLength()));
        engine.commandLogs().largeRequests().maxEntries(entries(hot.largeRequestMaxLength()));
        engine.commandLogs().largeReplies().maxEntries(entries(hot.largeReplyMaxLength()));
        settings.latencyTracking = hot.latencyTracking();
        engine.latency().tracking(hot.latencyTracking());
        engine.spikes().thresholdMs(hot.latencyMonitorThresholdMs());
    }

    private static int entries(long configured) {
        return (int) Math.min(configured, Integer.MAX_VALUE);
    }

    private static int permission(String text) {
        return switch (text) {
            case "yes" -> 2;
            case "local" -> 1;
            default -> 0;
        };
    }

    // A port that is answered OK and then not listened on is worse than an error.
    private String refuseTls() {
        return config.number("tls-port") == 0 ? null : "TLS is not supported by this version";
    }

    private void warnIfOverLimit() {
        long limit = engine.settings().maxMemory;
        long used = engine.usedMemory();
        if (limit > 0 && used > limit) {
            engine.host()
                    .log(
                            EngineHost.LogLevel.WARNING,
                            "WARNING: the new maxmemory value set via CONFIG SET ("
                                    + limit
                                    + ") is smaller than the current memory usage ("
                                    + used
                                    + "). This will result in key eviction and/or the inability to accept new write"
                                    + " commands depending on the maxmemory-policy.");
        }
    }
}
