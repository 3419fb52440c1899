package dev.spindle.net.reactor;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.config.OutputBufferLimits;
import dev.spindle.engine.session.ClientType;
import dev.spindle.engine.session.Session;

/**
 * What a client may not do: fall silent, never read. What it may not send is judged where requests are parsed.
 *
 * <p>Redis counts what stands in reply blocks beyond a client's first 16 KiB; so do we. Each verdict is a log line that operators grep
 * for, and a counter.
 */
final class ClientLimits {

    /** Redis keeps this much of a reply in the client itself and does not count it. */
    private static final long UNCOUNTED_OUTPUT = 16 << 10;

    private final Engine engine;
    private final ReactorSettings settings;

    ClientLimits(Engine engine, ReactorSettings settings) {
        this.engine = engine;
        this.settings = settings;
    }

    /** Whether a client's output is past the hard limit, or has been past the soft one for too long. */
    boolean isOutputTooLong(Session session) {
        OutputBufferLimits.Limit limit = limit(session.type());
        long hard = limit.hardBytes();
        long soft = limit.softBytes();
        if (hard == 0 && soft == 0) {
            return false;
        }
        long length = session.output().length() - UNCOUNTED_OUTPUT;
        boolean over = hard != 0 && length > hard;
        if (soft != 0 && length > soft) {
            over |= isSoftTimeOver(session, limit.softSeconds());
        } else {
            session.softLimitSinceMs(0);
        }
        if (!over) {
            return false;
        }
        engine.stats().outputBufferDisconnects++;
        String client = engine.logLine(session);
        engine.host()
                .log(
                        LogLevel.WARNING,
                        "Client "
                                + client
                                + " scheduled to be closed ASAP for overcoming of output buffer limits.");
        return true;
    }

    // The link to a master is a client like any other.
    private OutputBufferLimits.Limit limit(ClientType type) {
        return switch (type) {
            case NORMAL, MASTER -> settings.outputLimits.normal();
            case REPLICA -> settings.outputLimits.replica();
            case PUBSUB -> settings.outputLimits.pubsub();
        };
    }

    private boolean isSoftTimeOver(Session session, long seconds) {
        long nowMs = engine.epochClock().epochMs();
        if (session.softLimitSinceMs() == 0) {
            session.softLimitSinceMs(nowMs);
            return false;
        }
        return nowMs - session.softLimitSinceMs() > seconds * 1000;
    }

    /** Whether a client has been silent for longer than {@code timeout}. Those that only listen may be. */
    boolean isSilentTooLong(Session session, long nowMs) {
        if (settings.timeoutSeconds == 0
                || session.isMonitoring()
                || session.type() == ClientType.PUBSUB
                || session.isPaused()
                || session.isBlocked()
                || nowMs - session.lastInteractionMs() <= settings.timeoutSeconds * 1000L) {
            return false;
        }
        engine.host().log(LogLevel.VERBOSE, "Closing idle client");
        return true;
    }
}
