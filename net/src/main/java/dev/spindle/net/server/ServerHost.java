package dev.spindle.net.server;

import dev.spindle.engine.EngineHost;
import dev.spindle.engine.session.Session;

/** What the engine asks of this process. */
final class ServerHost implements EngineHost {

    private final ServerLog log;
    private final Runnable onShutdown;

    ServerHost(ServerLog log, Runnable onShutdown) {
        this.log = log;
        this.onShutdown = onShutdown;
    }

    @Override
    public void log(LogLevel level, String text) {
        log.log(level, text);
    }

    @Override
    public void protocolError(Session session, String line) {
        log.log(LogLevel.VERBOSE, line);
    }

    @Override
    public void shutdown() {
        onShutdown.run();
    }
}
