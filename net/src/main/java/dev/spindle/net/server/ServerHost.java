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
    public void protocolError(Session session, String text) {
        if (log.isEnabled(LogLevel.VERBOSE)) {
            log.log(
                    LogLevel.VERBOSE,
                    "Protocol error ("
                            + text
                            + ") from client: id="
                            + session.id()
                            + " addr="
                            + session.transport().remoteAddress()
                            + " laddr="
                            + session.transport().localAddress()
                            + " name="
                            + session.name()
                            + " user="
                            + session.user());
        }
    }

    @Override
    public void shutdown() {
        onShutdown.run();
    }
}
