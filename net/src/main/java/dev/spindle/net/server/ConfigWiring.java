package dev.spindle.net.server;

import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.net.reactor.ReactorSettings;
import dev.spindle.perf.agent.IdleMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Carries the values of the configuration to where they act: at start, and on every change, on the core thread. */
final class ConfigWiring {

    private static final String[] WATCHED = {
        "maxmemory",
        "proto-max-bulk-len",
        "requirepass",
        "client-query-buffer-limit",
        "slowlog-log-slower-than",
        "commandlog-request-larger-than",
        "commandlog-reply-larger-than",
        "latency-tracking",
        "hz",
        "enable-debug-command",
        "maxclients",
        "timeout",
        "tcp-keepalive",
        "protected-mode",
        "client-output-buffer-limit",
        "idle-strategy",
        "loglevel",
    };

    private final ServerConfig config;
    private final EngineSettings engine;
    private final ReactorSettings reactor;
    private final ServerLog log;

    ConfigWiring(
            ServerConfig config, EngineSettings engine, ReactorSettings reactor, ServerLog log) {
        this.config = config;
        this.engine = engine;
        this.reactor = reactor;
        this.log = log;
    }

    /** Copies every value now and after each change. */
    void connect() {
        apply();
        for (String name : WATCHED) {
            config.onChange(name, this::apply);
        }
    }

    private void apply() {
        HotParameters hot = config.hot();
        engine.maxMemory = hot.maxmemoryBytes();
        engine.maxBulkLength = hot.protoMaxBulkLength();
        engine.password = config.text("requirepass").getBytes(StandardCharsets.ISO_8859_1);
        engine.queryBufferLimit = hot.clientQueryBufferLimit();
        engine.slowLogMicros = hot.slowlogSlowerThanUs();
        engine.largeRequestBytes = hot.largeRequestBytes();
        engine.largeReplyBytes = hot.largeReplyBytes();
        engine.latencyTracking = hot.latencyTracking();
        engine.hz = hot.hz();
        engine.debugCommand = permission(config.text("enable-debug-command"));
        reactor.maxClients = hot.maxclients();
        reactor.timeoutSeconds = hot.timeoutSeconds();
        reactor.keepAliveSeconds = hot.tcpKeepaliveSeconds();
        reactor.protectedMode = hot.protectedMode();
        reactor.outputLimit = hot.outputBufferLimits().normal();
        reactor.idleMode = IdleMode.parse(config.text("idle-strategy"));
        log.level(level(config));
        reactor.verbose = log.isEnabled(LogLevel.VERBOSE);
    }

    static LogLevel level(ServerConfig config) {
        return LogLevel.valueOf(config.text("loglevel").toUpperCase(Locale.ROOT));
    }

    private static int permission(String text) {
        return switch (text) {
            case "yes" -> 2;
            case "local" -> 1;
            default -> 0;
        };
    }
}
