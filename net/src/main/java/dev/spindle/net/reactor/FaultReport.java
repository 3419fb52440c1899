package dev.spindle.net.reactor;

import dev.spindle.engine.session.Session;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What the log says about a fault of our own. */
final class FaultReport {

    private FaultReport() {}

    static String of(Throwable fault, Session session) {
        StringWriter text = new StringWriter();
        text.append("Fault while running command ")
                .append(session.lastCommand() == null ? "(none yet)" : session.lastCommand().name())
                .append("; the client is closed. Please report it. ");
        fault.printStackTrace(new PrintWriter(text, true));
        return text.toString().stripTrailing();
    }
}
