package dev.spindle.net.server;

import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.net.reactor.ReactorSettings;
import dev.spindle.perf.agent.IdleMode;
import java.util.Locale;

/**
 * Carries the values of the configuration that concern sockets and the process to where they act: at start, and on every change, on
 * the core thread. The engine follows its own.
 */
final class ConfigWiring {

    private static final String[] WATCHED = {
        "maxclients",
        "timeout",
        "tcp-keepalive",
        "protected-mode",
        "client-output-buffer-limit",
        "idle-strategy",
        "loglevel",
        "dir",
    };

    private final ServerConfig config;
    private final ReactorSettings reactor;
    private final ServerLog log;

    ConfigWiring(ServerConfig config, ReactorSettings reactor, ServerLog log) {
        this.config = config;
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
        reactor.maxClients = hot.maxclients();
        reactor.timeoutSeconds = hot.timeoutSeconds();
        reactor.keepAliveSeconds = hot.tcpKeepaliveSeconds();
        reactor.protectedMode = hot.protectedMode();
        reactor.outputLimits = hot.outputBufferLimits();
        reactor.idleMode = IdleMode.parse(config.text("idle-strategy"));
        log.level(level(config));
        log.file(config.path("logfile"));
        reactor.verbose = log.isEnabled(LogLevel.VERBOSE);
    }

    /** Logs that a CONFIG SET failed since a value cannot act. */
    static void logRefusal(ServerLog log, String name) {
        log.log(
                LogLevel.WARNING,
                "Failed applying new configuration. Possibly related to new "
                        + name
                        + " setting. Restoring previous settings.");
    }

    static LogLevel level(ServerConfig config) {
        return LogLevel.valueOf(config.text("loglevel").toUpperCase(Locale.ROOT));
    }
}
