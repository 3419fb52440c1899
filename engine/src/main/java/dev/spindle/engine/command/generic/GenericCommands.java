package dev.spindle.engine.command.generic;

import dev.spindle.engine.command.CommandSpec;
import java.util.stream.Stream;

/** The rows of this family. */
public final class GenericCommands {

    private GenericCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return Stream.of(
                        KeyCommands.rows(),
                        RenameCommands.rows(),
                        ExpireCommands.rows(),
                        ScanCommands.rows(),
                        SortCommands.rows(),
                        ObjectCommands.rows())
                .flatMap(Stream::of)
                .toArray(CommandSpec[]::new);
    }
}
