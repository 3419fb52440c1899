package dev.spindle.net.reactor;

import dev.spindle.engine.session.ClientLine;
import dev.spindle.engine.session.Session;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What the log says about a fault of our own. */
final class FaultReport {

    private FaultReport() {}

    /**
     * The report.
     *
     * @param hide whether messages of exceptions are left out, since they may quote what a user sent.
     */
    static String of(Throwable fault, Session session, boolean hide) {
        StringWriter text = new StringWriter();
        text.append("Fault while running command ")
                .append(session.lastCommand() == null ? "(none yet)" : session.lastCommand().name())
                .append("; the client is closed. Please report it. ");
        if (hide) {
            appendWithoutMessages(text, fault);
        } else {
            fault.printStackTrace(new PrintWriter(text, true));
        }
        return text.toString().stripTrailing();
    }

    private static void appendWithoutMessages(StringWriter text, Throwable fault) {
        for (Throwable at = fault; at != null; at = at.getCause()) {
            text.append(at == fault ? "" : "Caused by: ")
                    .append(at.getClass().getName())
                    .append(": ")
                    .append(ClientLine.REDACTED)
                    .append('\n');
            for (StackTraceElement frame : at.getStackTrace()) {
                text.append("\tat ").append(frame.toString()).append('\n');
            }
        }
    }
}
