package dev.spindle.engine.command.bitmap;

import dev.spindle.engine.command.CommandSpec;

/** The rows of this family. */
public final class BitmapCommands {

    private BitmapCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return new CommandSpec[] {};
    }
}
