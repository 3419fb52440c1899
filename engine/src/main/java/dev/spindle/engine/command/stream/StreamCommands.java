package dev.spindle.engine.command.stream;

import dev.spindle.engine.command.CommandSpec;
import java.util.Arrays;
import java.util.stream.Stream;

/** The rows of the family. */
public final class StreamCommands {

    private StreamCommands() {}

    /** New rows of every command, with handlers of their own. */
    public static CommandSpec[] rows() {
        StreamReplies replies = new StreamReplies();
        return Stream.of(
                        new WriteCommands(replies).rows(),
                        new RangeCommands(replies).rows(),
                        new ReadCommands(replies).rows(),
                        new GroupCommands().rows(),
                        new PendingCommands(replies).rows(),
                        new ClaimCommands(replies).rows(),
                        new InfoCommands(replies).rows())
                .flatMap(Arrays::stream)
                .toArray(CommandSpec[]::new);
    }
}
