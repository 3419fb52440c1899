package dev.spindle.engine.command.observe;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;

/** All rows of this package, and MONITOR. */
public final class ObserveCommands {

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
        if (!in.session().isMonitoring()) {
            in.engine().monitors().add(in.session());
            in.reply().ok();
        }
    }
}
