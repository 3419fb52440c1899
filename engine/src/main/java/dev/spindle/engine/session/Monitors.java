package dev.spindle.engine.session;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.text.QuotedWords;
import dev.spindle.perf.clock.EpochClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;

/** The clients that receive every command (MONITOR), and the line they receive. */
public final class Monitors {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private final List<Session> sessions = new ArrayList<>();
    private final EpochClock clock;

    public Monitors(EpochClock clock) {
        this.clock = clock;
    }

    /** Whether there are any. */
    public boolean isActive() {
        return !sessions.isEmpty();
    }

    /** How many there are. */
    public int count() {
        return sessions.size();
    }

    /** Adds one. */
    public void add(Session session) {
        if (!session.isMonitoring()) {
            session.monitoring(true);
            sessions.add(session);
        }
    }

    /** Removes one. */
    public void remove(Session session) {
        session.monitoring(false);
        sessions.remove(session);
    }

    /** Sends them a command that was executed; one that asked for no replies is passed over. */
    public void feed(Invocation in, Session from) {
        long micros = clock.epochMicros();
        StringBuilder line = new StringBuilder(128);
        line.append('+').append(micros / 1_000_000).append('.');
        String fraction = Long.toString(micros % 1_000_000);
        line.append("0".repeat(6 - fraction.length())).append(fraction);
        line.append(" [").append(from.database()).append(' ').append(address(from)).append(']');
        for (int i = 0; i < in.argc(); i++) {
            line.append(' ');
            QuotedWords.appendQuoted(line, in.shownArg(i));
        }
        byte[] bytes = line.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        for (Session session : sessions) {
            if (session.replyMode() == ReplyMode.OFF) {
                continue;
            }
            long to = session.output().reserve(bytes.length);
            UnsafeApi.copyMemory(bytes, BYTES, null, to, bytes.length);
            session.output().advance(to + bytes.length);
            session.transport().flushLater();
        }
    }

    private static String address(Session from) {
        String address = from.transport().remoteAddress();
        if (!from.transport().isUnixSocket()) {
            return address;
        }
        int colon = address.lastIndexOf(':');
        return "unix:" + (colon < 0 ? address : address.substring(0, colon));
    }
}
