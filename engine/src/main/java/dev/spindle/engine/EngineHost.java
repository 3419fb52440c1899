package dev.spindle.engine;

import dev.spindle.engine.session.Session;

/** What the engine asks of the process around it: things that need a log, a socket or a process. */
public interface EngineHost {

    /** Log levels, from the most talkative. */
    enum LogLevel {
        DEBUG,
        VERBOSE,
        NOTICE,
        WARNING
    }

    /** Writes a line to the server's log. */
    void log(LogLevel level, String text);

    /**
     * A client sent a malformed frame; its reply is written and it will be closed.
     *
     * @param line for the log at verbose level: what was wrong, who sent it, and an excerpt of its bytes.
     */
    void protocolError(Session session, String line);

    /** Asks the process to end once the turn is over, as SHUTDOWN does. */
    void shutdown();
}
