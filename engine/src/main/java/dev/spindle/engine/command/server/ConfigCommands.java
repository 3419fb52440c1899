package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.HelpReply;
import dev.spindle.engine.command.Invocation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** CONFIG. What a parameter is and takes is known to {@link dev.spindle.engine.config.ServerConfig}; this is the wire to it. */
public final class ConfigCommands {

    private static final Set<String> SECRETS =
            Set.of(
                    "requirepass",
                    "masterauth",
                    "masteruser",
                    "primaryauth",
                    "primaryuser",
                    "tls-key-file-pass",
                    "tls-client-key-file-pass");

    private ConfigCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("config", -2, "", "", null)
                    .subcommands(
                            sub("get", -3, ConfigCommands::get),
                            command("help", 2, "loading stale", "", ConfigCommands::help),
                            sub("resetstat", 2, ConfigCommands::resetStatistics),
                            sub("rewrite", 2, ConfigCommands::rewrite),
                            sub("set", -4, ConfigCommands::set)
                                    .tips(
                                            "request_policy:all_nodes",
                                            "response_policy:all_succeeded"))
        };
    }

    private static CommandSpec sub(String name, int arity, CommandHandler handler) {
        return command(name, arity, "admin noscript loading stale", "", handler);
    }

    private static List<String> words(Invocation in) {
        List<String> words = new ArrayList<>(in.argc() - 2);
        for (int i = 2; i < in.argc(); i++) {
            words.add(in.argString(i));
        }
        return words;
    }

    private static void get(Invocation in) {
        List<String> found = in.engine().config().get(words(in).toArray(new String[0]));
        in.reply().map(found.size() / 2);
        for (String text : found) {
            in.reply().bulk(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static void set(Invocation in) {
        for (int i = 2; i + 1 < in.argc(); i += 2) {
            if (SECRETS.contains(in.argString(i).toLowerCase(Locale.ROOT))) {
                in.redact(i + 1);
            }
        }
        answer(in, in.engine().config().set(words(in), Engine.isLocal(in.session())));
    }

    private static void rewrite(Invocation in) {
        String error = in.engine().config().rewrite(null);
        if (error == null) {
            in.engine().host().log(LogLevel.NOTICE, "CONFIG REWRITE executed with success.");
        } else if (in.engine().config().file() != null) {
            in.engine().host().log(LogLevel.WARNING, "CONFIG REWRITE failed: " + error);
        }
        answer(in, error);
    }

    private static void resetStatistics(Invocation in) {
        in.engine().resetStatistics();
        in.reply().ok();
    }

    private static void answer(Invocation in, String error) {
        if (error == null) {
            in.reply().ok();
        } else {
            in.reply().error(error);
        }
    }

    private static void help(Invocation in) {
        HelpReply.write(
                in,
                "GET <pattern>",
                "    Return parameters matching the glob-like <pattern> and their values.",
                "SET <directive> <value>",
                "    Set the configuration <directive> to <value>.",
                "RESETSTAT",
                "    Reset statistics reported by the INFO command.",
                "REWRITE",
                "    Rewrite the configuration file.");
    }
}
