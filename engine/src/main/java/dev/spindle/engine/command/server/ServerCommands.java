package dev.spindle.engine.command.server;

import dev.spindle.engine.command.CommandSpec;

/** The rows of this family. */
public final class ServerCommands {

    private ServerCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return KeyspaceCommands.rows();
    }
}
