package dev.spindle.engine.config;

import static dev.spindle.engine.config.Support.ACTS;
import static dev.spindle.engine.config.Support.LATER;
import static dev.spindle.engine.config.Support.MEANINGLESS;
import static dev.spindle.engine.config.WordTypes.YES_NO;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Every parameter, one row each: those of Redis 7.0 and 7.2, and Spindle's own.
 *
 * <p>A row's name, bounds, words and errors are Redis's. Where a row says LATER or MEANINGLESS its note names the missing
 * feature or the reason; the table in docs/configuration.md is made from these rows by a test, so the two cannot differ.
 */
public final class ConfigTable {
    private static final List<SavePoint> SAVE_POINTS =
            List.of(new SavePoint(3600, 1), new SavePoint(300, 100), new SavePoint(60, 10000));

    private static final ConfigType<String> SHUTDOWN_FLAGS =
            new WordTypes.AnyOf(
                    Refusals::shutdownFlags, "default", "save", "nosave", "now", "force");

    private ConfigTable() {}

    /** A group of rows under one heading of the documentation. */
    public record Section(String title, String summary, List<ConfigParameter<?>> rows) {}

    public static List<Section> sections() {
        return List.of(
                new Section("Server", "Who listens where, and how the process behaves.", server()),
                new Section("Access", "Who may do what.", access()),
                new Section("Memory", "How much memory, and what happens at the limit.", memory()),
                new Section("Encodings", "When a small value becomes a big one.", encodings()),
                new Section("Observability", "What is recorded, and who is told.", observability()),
                new Section("Persistence", "Snapshots and the append-only log.", persistence()),
                new Section("Replication", "Masters and replicas.", replication()),
                new Section("Cluster", "The cluster and its bus.", cluster()),
                new Section("TLS", "Encrypted connections.", tls()));
    }

    public static List<ConfigParameter<?>> rows() {
        return sections().stream().flatMap(section -> section.rows().stream()).toList();
    }

    private static List<ConfigParameter<?>> server() {
        return List.of(
                row("port", number(0, 65535), 6379L, ACTS, ""),
                row("bind", SpecialTypes.BIND, List.of("*", "-::*"), ACTS, ""),
                row("bind-source-addr", absentText(), "", LATER, "links to other servers"),
                row("protected-mode", YES_NO, true, ACTS, ""),
                row("tcp-backlog", number(0, Integer.MAX_VALUE), 511L, ACTS, "").immutable(),
                row("unixsocket", absentText(), "", ACTS, "").immutable(),
                row("unixsocketperm", octal(0, 511), 0L, ACTS, "").immutable(),
                row("timeout", number(0, Integer.MAX_VALUE), 0L, ACTS, ""),
                row("tcp-keepalive", number(0, Integer.MAX_VALUE), 300L, ACTS, ""),
                row(
                                "socket-mark-id",
                                number(0, 4294967295L),
                                0L,
                                LATER,
                                "marking of listening sockets")
                        .immutable(),
                row("daemonize", YES_NO, false, ACTS, "").immutable(),
                row("supervised", oneOf("upstart", "systemd", "auto", "no"), "no", ACTS, "")
                        .immutable(),
                row("pidfile", absentText(), "", ACTS, "").immutable(),
                row("loglevel", oneOf("debug", "verbose", "notice", "warning"), "notice", ACTS, ""),
                row("logfile", text(), "", ACTS, "").immutable(),
                row("syslog-enabled", YES_NO, false, LATER, "syslog").immutable(),
                row("syslog-ident", text(), "redis", LATER, "syslog").immutable(),
                row(
                                "syslog-facility",
                                oneOf(
                                        "user", "local0", "local1", "local2", "local3", "local4",
                                        "local5", "local6", "local7"),
                                "local0",
                                LATER,
                                "syslog")
                        .immutable(),
                row(
                        "crash-log-enabled",
                        YES_NO,
                        true,
                        MEANINGLESS,
                        "the JVM writes its own crash report"),
                row(
                        "crash-memcheck-enabled",
                        YES_NO,
                        true,
                        MEANINGLESS,
                        "the JVM writes its own crash report"),
                row(
                                "use-exit-on-panic",
                                YES_NO,
                                false,
                                MEANINGLESS,
                                "a debugging aid of the C server")
                        .hidden(),
                row("always-show-logo", YES_NO, false, ACTS, "").immutable(),
                row("set-proc-title", YES_NO, true, MEANINGLESS, "a JVM cannot change its title")
                        .immutable(),
                row(
                        "proc-title-template",
                        text(Refusals::titleTemplate),
                        "{title} {listen-addr} {server-mode}",
                        MEANINGLESS,
                        "a JVM cannot change its title"),
                row("databases", number(1, Integer.MAX_VALUE), 16L, ACTS, "").immutable(),
                row("maxclients", number(1, 4294967295L), 10000L, ACTS, ""),
                row(
                                "disable-thp",
                                YES_NO,
                                true,
                                MEANINGLESS,
                                "Spindle asks for huge pages itself and never forks")
                        .immutable(),
                row(
                        "oom-score-adj",
                        oneOf("no", "yes", "relative", "absolute"),
                        "no",
                        LATER,
                        "the kernel OOM score"),
                row(
                        "oom-score-adj-values",
                        SpecialTypes.OOM_SCORES,
                        List.of(0L, 200L, 800L),
                        LATER,
                        "the kernel OOM score"),
                row("server_cpulist", absentText(), "", ACTS, "")
                        .alias("server-cpulist")
                        .immutable(),
                row("bio_cpulist", absentText(), "", ACTS, "").alias("bio-cpulist").immutable(),
                row(
                                "aof_rewrite_cpulist",
                                absentText(),
                                "",
                                MEANINGLESS,
                                "background work is done by threads of the JVM, none of which forks")
                        .alias("aof-rewrite-cpulist")
                        .immutable(),
                row("bgsave_cpulist", absentText(), "", ACTS, "")
                        .alias("bgsave-cpulist")
                        .immutable(),
                row("io-threads", number(1, 128), 1L, MEANINGLESS, "one core executes everything")
                        .immutable(),
                row(
                                "io-threads-do-reads",
                                YES_NO,
                                false,
                                MEANINGLESS,
                                "one core executes everything")
                        .immutable(),
                row("hz", number(0, Integer.MAX_VALUE), 10L, ACTS, ""),
                row("dynamic-hz", YES_NO, true, ACTS, ""),
                row(
                                "watchdog-period",
                                number(0, Integer.MAX_VALUE),
                                0L,
                                MEANINGLESS,
                                "the duty cycle has its own stall tracker")
                        .hidden(),
                row("shutdown-timeout", number(0, Integer.MAX_VALUE), 10L, LATER, "replication"),
                row("shutdown-on-sigint", SHUTDOWN_FLAGS, "default", ACTS, ""),
                row("shutdown-on-sigterm", SHUTDOWN_FLAGS, "default", ACTS, ""),
                row(
                        "ignore-warnings",
                        text(),
                        "",
                        MEANINGLESS,
                        "there are no start-up warnings that could be ignored"),
                row("latency-tracking", YES_NO, true, ACTS, ""),
                row(
                        "latency-tracking-info-percentiles",
                        SpecialTypes.PERCENTILES,
                        List.of(50.0, 99.0, 99.9),
                        ACTS,
                        ""),
                row("locale-collate", text(), "", LATER, "SORT ALPHA by locale"));
    }

    private static List<ConfigParameter<?>> access() {
        return List.of(
                row("requirepass", new WordTypes.Secret(), "", ACTS, ""),
                row("aclfile", text(), "", LATER, "ACL files").immutable(),
                row(
                        "acl-pubsub-default",
                        oneOf("allchannels", "resetchannels"),
                        "resetchannels",
                        LATER,
                        "ACL"),
                row("acllog-max-len", number(0, Long.MAX_VALUE), 128L, LATER, "ACL LOG"),
                row("enable-protected-configs", oneOf("no", "yes", "local"), "no", ACTS, "")
                        .immutable(),
                row("enable-debug-command", oneOf("no", "yes", "local"), "no", ACTS, "")
                        .immutable(),
                row(
                                "enable-module-command",
                                oneOf("no", "yes", "local"),
                                "no",
                                MEANINGLESS,
                                "C modules cannot be loaded")
                        .immutable(),
                row("hide-user-data-from-log", YES_NO, false, ACTS, ""),
                row("sanitize-dump-payload", oneOf("no", "yes", "clients"), "no", ACTS, ""));
    }

    private static List<ConfigParameter<?>> memory() {
        return List.of(
                row("maxmemory", memory(0, -1), 0L, ACTS, ""),
                row(
                        "maxmemory-policy",
                        oneOf(
                                "volatile-lru",
                                "volatile-lfu",
                                "volatile-random",
                                "volatile-ttl",
                                "allkeys-lru",
                                "allkeys-lfu",
                                "allkeys-random",
                                "noeviction"),
                        "noeviction",
                        ACTS,
                        ""),
                row("maxmemory-samples", number(1, Integer.MAX_VALUE), 5L, ACTS, ""),
                row("maxmemory-eviction-tenacity", number(0, 100), 10L, ACTS, ""),
                row("maxmemory-clients", memoryOrPercent(-100, Long.MAX_VALUE), 0L, ACTS, ""),
                row("lfu-log-factor", number(0, Integer.MAX_VALUE), 10L, ACTS, ""),
                row("lfu-decay-time", number(0, Integer.MAX_VALUE), 1L, ACTS, ""),
                row("active-expire-effort", number(1, 10), 1L, ACTS, ""),
                row("activerehashing", YES_NO, true, ACTS, ""),
                row("lazyfree-lazy-eviction", YES_NO, false, ACTS, ""),
                row("lazyfree-lazy-expire", YES_NO, false, ACTS, ""),
                row(
                        "lazyfree-lazy-server-del",
                        YES_NO,
                        false,
                        MEANINGLESS,
                        "large values are freed in slices whoever deletes them, small ones at once"),
                row(
                        "lazyfree-lazy-user-del",
                        YES_NO,
                        false,
                        MEANINGLESS,
                        "large values are freed in slices whoever deletes them, small ones at once"),
                row("lazyfree-lazy-user-flush", YES_NO, false, ACTS, ""),
                row(
                        "jemalloc-bg-thread",
                        YES_NO,
                        true,
                        MEANINGLESS,
                        "jemalloc; Spindle has its own allocator"),
                row("activedefrag", YES_NO, false, ACTS, ""),
                row("active-defrag-ignore-bytes", memory(1, Long.MAX_VALUE), 104857600L, ACTS, ""),
                row("active-defrag-threshold-lower", number(0, 1000), 10L, ACTS, ""),
                row("active-defrag-threshold-upper", number(0, 1000), 100L, ACTS, ""),
                row("active-defrag-cycle-min", number(1, 99), 1L, ACTS, ""),
                row("active-defrag-cycle-max", number(1, 99), 25L, ACTS, ""),
                row("active-defrag-max-scan-fields", number(1, Long.MAX_VALUE), 1000L, ACTS, ""),
                row(
                        "client-output-buffer-limit",
                        SpecialTypes.OUTPUT_BUFFER_LIMITS,
                        OutputBufferLimits.DEFAULT,
                        ACTS,
                        ""),
                row(
                        "client-query-buffer-limit",
                        memory(1048576, Long.MAX_VALUE),
                        1073741824L,
                        ACTS,
                        ""),
                row("proto-max-bulk-len", memory(1048576, Long.MAX_VALUE), 536870912L, ACTS, ""),
                row("tracking-table-max-keys", number(0, Long.MAX_VALUE), 1000000L, ACTS, ""));
    }

    private static List<ConfigParameter<?>> encodings() {
        return List.of(
                row("hash-max-listpack-entries", number(0, Long.MAX_VALUE), 512L, ACTS, "")
                        .alias("hash-max-ziplist-entries"),
                row("hash-max-listpack-value", memory(0, Long.MAX_VALUE), 64L, ACTS, "")
                        .alias("hash-max-ziplist-value"),
                row(
                                "list-max-listpack-size",
                                number(Integer.MIN_VALUE, Integer.MAX_VALUE),
                                -2L,
                                ACTS,
                                "")
                        .alias("list-max-ziplist-size"),
                row("set-max-intset-entries", number(0, Long.MAX_VALUE), 512L, ACTS, ""),
                row("set-max-listpack-entries", number(0, Long.MAX_VALUE), 128L, ACTS, ""),
                row("set-max-listpack-value", memory(0, Long.MAX_VALUE), 64L, ACTS, ""),
                row(
                        "list-compress-depth",
                        number(0, Integer.MAX_VALUE),
                        0L,
                        MEANINGLESS,
                        "elements share prefixes within each node, none is compressed beyond that"),
                row("zset-max-listpack-entries", number(0, Long.MAX_VALUE), 128L, ACTS, "")
                        .alias("zset-max-ziplist-entries"),
                row("zset-max-listpack-value", memory(0, Long.MAX_VALUE), 64L, ACTS, "")
                        .alias("zset-max-ziplist-value"),
                row("hll-sparse-max-bytes", memory(0, Long.MAX_VALUE), 3000L, ACTS, ""),
                row("stream-node-max-bytes", memory(0, Long.MAX_VALUE), 4096L, ACTS, ""),
                row("stream-node-max-entries", number(0, Long.MAX_VALUE), 100L, ACTS, ""));
    }

    private static List<ConfigParameter<?>> observability() {
        return List.of(
                row("slowlog-log-slower-than", number(-1, Long.MAX_VALUE), 10000L, ACTS, "")
                        .alias("commandlog-execution-slower-than"),
                row("slowlog-max-len", number(0, Long.MAX_VALUE), 128L, ACTS, "")
                        .alias("commandlog-slow-execution-max-len"),
                row(
                        "commandlog-request-larger-than",
                        number(-1, Long.MAX_VALUE),
                        1048576L,
                        ACTS,
                        ""),
                row("commandlog-large-request-max-len", number(0, Long.MAX_VALUE), 128L, ACTS, ""),
                row("commandlog-reply-larger-than", number(-1, Long.MAX_VALUE), 1048576L, ACTS, ""),
                row("commandlog-large-reply-max-len", number(0, Long.MAX_VALUE), 128L, ACTS, ""),
                row("latency-monitor-threshold", number(0, Long.MAX_VALUE), 0L, ACTS, ""),
                row("notify-keyspace-events", SpecialTypes.EVENTS, 0, ACTS, ""),
                row("busy-reply-threshold", number(0, Long.MAX_VALUE), 5000L, LATER, "scripts")
                        .alias("lua-time-limit"),
                row(
                        "idle-strategy",
                        oneOf("busy-spin", "yield", "backoff", "block"),
                        "busy-spin",
                        ACTS,
                        ""));
    }

    private static List<ConfigParameter<?>> persistence() {
        return List.of(
                row("snapshot-memory-budget", memory(0, Long.MAX_VALUE), 0L, ACTS, ""),
                row("save", SpecialTypes.SAVE, SAVE_POINTS, ACTS, ""),
                row("dbfilename", text(Refusals::dumpFileName), "dump.rdb", ACTS, "").guarded(),
                row(
                                "dir",
                                SpecialTypes.DIRECTORY,
                                Path.of("").toAbsolutePath().toString(),
                                ACTS,
                                "")
                        .guarded(),
                row("warm-restart", YES_NO, false, ACTS, "").immutable(),
                row("warm-restart-dir", absentText(), "", ACTS, "").immutable(),
                row("rdbcompression", YES_NO, true, ACTS, ""),
                row("rdbchecksum", YES_NO, true, ACTS, "").immutable(),
                row("rdb-version", number(10, 11), 11L, ACTS, ""),
                row("rdb-del-sync-files", YES_NO, false, LATER, "replication"),
                row("rdb-save-incremental-fsync", YES_NO, true, ACTS, ""),
                row("stop-writes-on-bgsave-error", YES_NO, true, ACTS, ""),
                row(
                                "rdb-key-save-delay",
                                number(Integer.MIN_VALUE, Integer.MAX_VALUE),
                                0L,
                                ACTS,
                                "")
                        .hidden(),
                row("key-load-delay", number(Integer.MIN_VALUE, Integer.MAX_VALUE), 0L, ACTS, "")
                        .hidden(),
                row(
                                "loading-process-events-interval-bytes",
                                number(1024, Integer.MAX_VALUE),
                                2097152L,
                                ACTS,
                                "")
                        .hidden(),
                row("appendonly", YES_NO, false, ACTS, ""),
                row("appendfilename", text(Refusals::appendFileName), "appendonly.aof", ACTS, "")
                        .immutable(),
                row("appenddirname", text(Refusals::appendDirName), "appendonlydir", ACTS, "")
                        .immutable(),
                row("appendfsync", oneOf("everysec", "always", "no"), "everysec", ACTS, ""),
                row("no-appendfsync-on-rewrite", YES_NO, false, ACTS, ""),
                row("aof-load-truncated", YES_NO, true, ACTS, ""),
                row(
                        "aof-use-rdb-preamble",
                        YES_NO,
                        true,
                        MEANINGLESS,
                        "a base is always a snapshot file"),
                row(
                        "aof-timestamp-enabled",
                        YES_NO,
                        false,
                        MEANINGLESS,
                        "every frame of the log carries its time"),
                row(
                        "aof-rewrite-incremental-fsync",
                        YES_NO,
                        true,
                        MEANINGLESS,
                        "rdb-save-incremental-fsync decides it for every snapshot file"),
                row(
                        "aof-disable-auto-gc",
                        YES_NO,
                        false,
                        MEANINGLESS,
                        "what the manifest lists no more is deleted at once"),
                row("auto-aof-rewrite-percentage", number(0, Integer.MAX_VALUE), 100L, ACTS, ""),
                row("auto-aof-rewrite-min-size", memory(0, Long.MAX_VALUE), 67108864L, ACTS, ""),
                row("aof-log", oneOf("chronicle", "file"), "chronicle", ACTS, "").immutable(),
                row("aof-ring-size", memory(1 << 20, 1L << 34), 64L << 20, ACTS, "").immutable());
    }

    private static List<ConfigParameter<?>> replication() {
        return List.of(
                row("replicaof", SpecialTypes.MASTER, "", LATER, "replication")
                        .alias("slaveof")
                        .immutable(),
                row("masteruser", absentText(), "", LATER, "replication"),
                row("masterauth", new WordTypes.Secret(), "", LATER, "replication"),
                row("replica-serve-stale-data", YES_NO, true, LATER, "replication")
                        .alias("slave-serve-stale-data"),
                row("replica-read-only", YES_NO, true, LATER, "replication")
                        .alias("slave-read-only"),
                row("replica-lazy-flush", YES_NO, false, LATER, "replication")
                        .alias("slave-lazy-flush"),
                row("replica-ignore-maxmemory", YES_NO, true, LATER, "replication")
                        .alias("slave-ignore-maxmemory"),
                row("replica-announced", YES_NO, true, LATER, "replication"),
                row("replica-ignore-disk-write-errors", YES_NO, false, LATER, "replication"),
                row("replica-priority", number(0, Integer.MAX_VALUE), 100L, LATER, "replication")
                        .alias("slave-priority"),
                row("replica-announce-ip", absentText(), "", LATER, "replication")
                        .alias("slave-announce-ip"),
                row("replica-announce-port", number(0, 65535), 0L, LATER, "replication")
                        .alias("slave-announce-port"),
                row("repl-diskless-sync", YES_NO, true, LATER, "replication"),
                row(
                        "repl-diskless-sync-delay",
                        number(0, Integer.MAX_VALUE),
                        5L,
                        LATER,
                        "replication"),
                row(
                        "repl-diskless-sync-max-replicas",
                        number(0, Integer.MAX_VALUE),
                        0L,
                        LATER,
                        "replication"),
                row(
                        "repl-diskless-load",
                        oneOf("disabled", "on-empty-db", "swapdb"),
                        "disabled",
                        LATER,
                        "replication"),
                row(
                                "repl-ping-replica-period",
                                number(1, Integer.MAX_VALUE),
                                10L,
                                LATER,
                                "replication")
                        .alias("repl-ping-slave-period"),
                row("repl-timeout", number(1, Integer.MAX_VALUE), 60L, LATER, "replication"),
                row("repl-disable-tcp-nodelay", YES_NO, false, LATER, "replication"),
                row("repl-backlog-size", memory(1, Long.MAX_VALUE), 1048576L, LATER, "replication"),
                row("repl-backlog-ttl", number(0, Long.MAX_VALUE), 3600L, LATER, "replication"),
                row("min-replicas-to-write", number(0, Integer.MAX_VALUE), 0L, LATER, "replication")
                        .alias("min-slaves-to-write"),
                row("min-replicas-max-lag", number(0, Integer.MAX_VALUE), 10L, LATER, "replication")
                        .alias("min-slaves-max-lag"),
                row(
                        "propagation-error-behavior",
                        oneOf("ignore", "panic", "panic-on-replicas"),
                        "ignore",
                        LATER,
                        "replication"));
    }

    private static List<ConfigParameter<?>> cluster() {
        return List.of(
                row("cluster-enabled", YES_NO, false, LATER, "cluster").immutable(),
                row("cluster-config-file", text(), "nodes.conf", LATER, "cluster").immutable(),
                row("cluster-node-timeout", number(0, Long.MAX_VALUE), 15000L, LATER, "cluster"),
                row("cluster-port", number(0, 65535), 0L, LATER, "cluster").immutable(),
                row(
                                "cluster-replica-validity-factor",
                                number(0, Integer.MAX_VALUE),
                                10L,
                                LATER,
                                "cluster")
                        .alias("cluster-slave-validity-factor"),
                row("cluster-replica-no-failover", YES_NO, false, LATER, "cluster")
                        .alias("cluster-slave-no-failover"),
                row(
                        "cluster-migration-barrier",
                        number(0, Integer.MAX_VALUE),
                        1L,
                        LATER,
                        "cluster"),
                row("cluster-allow-replica-migration", YES_NO, true, LATER, "cluster"),
                row("cluster-require-full-coverage", YES_NO, true, LATER, "cluster"),
                row("cluster-allow-reads-when-down", YES_NO, false, LATER, "cluster"),
                row("cluster-allow-pubsubshard-when-down", YES_NO, true, LATER, "cluster"),
                row("cluster-link-sendbuf-limit", memory(0, -1), 0L, LATER, "cluster"),
                row("cluster-announce-ip", absentText(), "", LATER, "cluster"),
                row(
                        "cluster-announce-hostname",
                        absentText(Refusals::hostName),
                        "",
                        LATER,
                        "cluster"),
                row(
                        "cluster-announce-human-nodename",
                        absentText(Refusals::nodeName),
                        "",
                        LATER,
                        "cluster"),
                row("cluster-announce-port", number(0, 65535), 0L, LATER, "cluster"),
                row("cluster-announce-bus-port", number(0, 65535), 0L, LATER, "cluster"),
                row("cluster-announce-tls-port", number(0, 65535), 0L, LATER, "cluster"),
                row(
                        "cluster-preferred-endpoint-type",
                        oneOf("ip", "hostname", "unknown-endpoint"),
                        "ip",
                        LATER,
                        "cluster"));
    }

    private static List<ConfigParameter<?>> tls() {
        return List.of(
                row("tls-port", number(0, 65535), 0L, LATER, "TLS"),
                row("tls-cert-file", absentText(), "", LATER, "TLS"),
                row("tls-key-file", absentText(), "", LATER, "TLS"),
                row("tls-key-file-pass", absentText(), "", LATER, "TLS"),
                row("tls-client-cert-file", absentText(), "", LATER, "TLS"),
                row("tls-client-key-file", absentText(), "", LATER, "TLS"),
                row("tls-client-key-file-pass", absentText(), "", LATER, "TLS"),
                row("tls-dh-params-file", absentText(), "", LATER, "TLS"),
                row("tls-ca-cert-file", absentText(), "", LATER, "TLS"),
                row("tls-ca-cert-dir", absentText(), "", LATER, "TLS"),
                row("tls-protocols", absentText(), "", LATER, "TLS"),
                row("tls-ciphers", absentText(), "", LATER, "TLS"),
                row("tls-ciphersuites", absentText(), "", LATER, "TLS"),
                row("tls-auth-clients", oneOf("no", "yes", "optional"), "yes", LATER, "TLS"),
                row("tls-replication", YES_NO, false, LATER, "TLS"),
                row("tls-cluster", YES_NO, false, LATER, "TLS"),
                row("tls-prefer-server-ciphers", YES_NO, false, LATER, "TLS"),
                row("tls-session-caching", YES_NO, true, LATER, "TLS"),
                row("tls-session-cache-size", number(0, Integer.MAX_VALUE), 20480L, LATER, "TLS"),
                row("tls-session-cache-timeout", number(0, Integer.MAX_VALUE), 300L, LATER, "TLS"));
    }

    private static <T> ConfigParameter<T> row(
            String name, ConfigType<T> type, T initial, Support support, String note) {
        return new ConfigParameter<>(name, type, initial, support, note);
    }

    private static ConfigType<Long> number(long least, long most) {
        return new NumberType(NumberType.Unit.PLAIN, least, most);
    }

    private static ConfigType<Long> octal(long least, long most) {
        return new NumberType(NumberType.Unit.OCTAL, least, most);
    }

    private static ConfigType<Long> memory(long least, long most) {
        return new NumberType(NumberType.Unit.MEMORY, least, most);
    }

    private static ConfigType<Long> memoryOrPercent(long least, long most) {
        return new NumberType(NumberType.Unit.MEMORY_OR_PERCENT, least, most);
    }

    private static ConfigType<String> oneOf(String... words) {
        return new WordTypes.OneOf(words);
    }

    private static ConfigType<String> text() {
        return text(any -> null);
    }

    private static ConfigType<String> text(Function<String, String> refusal) {
        return new WordTypes.Text(false, refusal);
    }

    /** Text whose empty value means that there is none. */
    private static ConfigType<String> absentText() {
        return absentText(any -> null);
    }

    private static ConfigType<String> absentText(Function<String, String> refusal) {
        return new WordTypes.Text(true, refusal);
    }
}
