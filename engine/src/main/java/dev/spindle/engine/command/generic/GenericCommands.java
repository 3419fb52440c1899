package dev.spindle.engine.command.generic;

import dev.spindle.engine.command.CommandSpec;

/** The rows of this family. */
public final class GenericCommands {

    private GenericCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return new CommandSpec[] {};
    }
}
