package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.info.InfoText;
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
        InfoText text = in.engine().info().write(names);
        in.reply().verbatim("txt", text.bytes(), text.length());
    }
}
