package dev.spindle.engine;

import dev.spindle.engine.session.Session;

/** The process around an engine that has none of its own: for rehearsals and measurements, whose requests are well formed. */
public final class SilentHost implements EngineHost {
    @Override
    public void log(LogLevel level, String text) {}

    @Override
    public void protocolError(Session session, String line) {
        throw new IllegalStateException(line);
    }

    @Override
    public void shutdown() {}
}
