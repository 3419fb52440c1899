package dev.spindle.engine.command.connection;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;

/** PING and what concerns the connection itself. */
public final class ConnectionCommands {

    private static final byte[] PONG = {'+', 'P', 'O', 'N', 'G', '\r', '\n'};

    private ConnectionCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("ping", -1, "fast", "connection", ConnectionCommands::ping)
        };
    }

    static void ping(Invocation in) {
        if (in.argc() > 2) {
            in.reply().error("ERR wrong number of arguments for 'ping' command");
        } else if (in.argc() == 2) {
            in.reply().bulk(in.argAddress(1), in.argLength(1));
        } else {
            in.reply().raw(PONG);
        }
    }
}
