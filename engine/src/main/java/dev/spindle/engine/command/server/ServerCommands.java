package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** TIME and ROLE, and the rows of the classes beside this one. */
public final class ServerCommands {

    private ServerCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        List<CommandSpec> rows = new ArrayList<>();
        rows.add(
                command("time", 1, "loading stale fast", "", ServerCommands::time)
                        .tips("nondeterministic_output"));
        rows.add(
                command(
                        "role",
                        1,
                        "noscript loading stale fast",
                        "admin dangerous",
                        ServerCommands::role));
        rows.addAll(Arrays.asList(KeyspaceCommands.rows()));
        rows.addAll(Arrays.asList(CommandCommands.rows()));
        return rows.toArray(new CommandSpec[0]);
    }

    static void time(Invocation in) {
        long now = in.engine().epochClock().epochMicros();
        in.reply().array(2);
        in.reply().bulkInteger(now / 1_000_000);
        in.reply().bulkInteger(now % 1_000_000);
    }

    static void role(Invocation in) {
        in.reply().array(3);
        in.reply().bulk("master");
        in.reply().integer(0);
        in.reply().array(0);
    }
}
