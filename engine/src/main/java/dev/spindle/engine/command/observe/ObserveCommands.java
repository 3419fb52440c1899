package dev.spindle.engine.command.observe;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;

/** All rows of this package, and MONITOR. */
public final class ObserveCommands {

    private static final byte[] NOT_IN_TRANSACTION =
            Reply.errorLine("ERR MONITOR isn't allowed for DENY BLOCKING client");

    private ObserveCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return new CommandSpec[] {
            LogCommands.slowlog(),
            LogCommands.commandlog(),
            LatencyCommands.row(),
            command("monitor", 1, "admin noscript loading stale", "", ObserveCommands::monitor)
        };
    }

    /** A client that monitors already gets no answer, as with Redis. */
    private static void monitor(Invocation in) {
        if (!in.mayBlock()) {
            in.reply().errorLine(NOT_IN_TRANSACTION);
        } else if (!in.session().isMonitoring()) {
            in.engine().monitors().add(in.session());
            in.reply().ok();
        }
    }
}
