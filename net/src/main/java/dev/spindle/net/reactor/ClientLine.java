package dev.spindle.net.reactor;

import dev.spindle.engine.session.Session;

/** A client on one line of the log, with the names that CLIENT LIST gives its fields. */
final class ClientLine {

    private ClientLine() {}

    static void append(StringBuilder line, Session session, long nowMs) {
        line.append("id=").append(session.id());
        line.append(" addr=").append(session.transport().remoteAddress());
        line.append(" laddr=").append(session.transport().localAddress());
        line.append(" fd=").append(session.transport().descriptor());
        line.append(" name=").append(session.name());
        line.append(" age=").append((nowMs - session.createdMs()) / 1000);
        line.append(" idle=").append((nowMs - session.lastInteractionMs()) / 1000);
        line.append(" db=").append(session.database());
        line.append(" qbuf=").append(session.input().length());
        line.append(" qbuf-free=").append(session.input().room());
        line.append(" omem=").append(session.output().heldBytes());
        line.append(" tot-mem=").append(session.heldBytes());
        line.append(" cmd=");
        line.append(session.lastCommand() == null ? "NULL" : session.lastCommand().name());
        line.append(" user=").append(session.user());
        line.append(" resp=").append(session.protocol());
    }
}
