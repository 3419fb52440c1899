package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.ShutdownRequest;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** TIME, ROLE and SHUTDOWN, and the rows of the classes beside this one. */
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
        rows.add(
                command(
                        "shutdown",
                        -1,
                        "admin noscript loading stale no_multi allow_busy",
                        "",
                        ServerCommands::shutdown));
        rows.addAll(Arrays.asList(CommandCommands.rows()));
        rows.addAll(Arrays.asList(InfoCommands.rows()));
        rows.addAll(Arrays.asList(MemoryCommands.rows()));
        rows.addAll(Arrays.asList(DebugCommands.rows()));
        rows.addAll(Arrays.asList(LolwutCommand.rows()));
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

    static void shutdown(Invocation in) {
        boolean save = false;
        boolean noSave = false;
        boolean abort = false;
        boolean now = false;
        boolean force = false;
        for (int i = 1; i < in.argc(); i++) {
            switch (in.argString(i).toLowerCase(Locale.ROOT)) {
                case "save" -> save = true;
                case "nosave" -> noSave = true;
                case "abort" -> abort = true;
                case "now" -> now = true;
                case "force" -> force = true;
                default -> {
                    in.reply().errorLine(ReplyErrors.SYNTAX);
                    return;
                }
            }
        }
        if (save && noSave || abort && (save || noSave || now || force)) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
        } else if (abort) {
            // A shutdown takes place at the end of the turn that asked for it.
            in.reply().error("ERR No shutdown in progress.");
        } else {
            ShutdownRequest.Save saves =
                    save
                            ? ShutdownRequest.Save.ALWAYS
                            : noSave
                                    ? ShutdownRequest.Save.NEVER
                                    : ShutdownRequest.Save.AS_CONFIGURED;
            if (in.engine().prepareShutdown(new ShutdownRequest(saves, now, force))) {
                in.engine().host().shutdown();
            } else {
                in.reply().error("ERR Errors trying to SHUTDOWN. Check logs.");
            }
        }
    }
}
