package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** INFO. */
final class InfoCommands {

    private InfoCommands() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("info", -1, "loading stale", "dangerous", InfoCommands::info)
                    .tips(
                            "nondeterministic_output",
                            "request_policy:all_shards",
                            "response_policy:special")
        };
    }

    static void info(Invocation in) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i < in.argc(); i++) {
            names.add(in.argString(i));
        }
        String text = in.engine().info().text(names);
        in.reply().verbatim("txt", text.getBytes(StandardCharsets.UTF_8));
    }
}
