package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.AclCategory;
import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.CommandTable;
import dev.spindle.engine.command.HelpReply;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeySearch;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.command.docs.CommandDocs;
import dev.spindle.engine.command.docs.CommandProse;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.text.GlobPattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** COMMAND and its subcommands: what the server tells about its commands. Everything comes from the rows. */
public final class CommandCommands {

    private static final String[] HELP = {
        "(no subcommand)",
        "    Return details about all Redis commands.",
        "COUNT",
        "    Return the total number of commands in this Redis server.",
        "LIST",
        "    Return a list of all commands in this Redis server.",
        "INFO [<command-name> ...]",
        "    Return details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "DOCS [<command-name> ...]",
        "    Return documentation details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "GETKEYS <full-command>",
        "    Return the keys from a full Redis command.",
        "GETKEYSANDFLAGS <full-command>",
        "    Return the keys and the access flags from a full Redis command."
    };

    private CommandCommands() {}

    /** The row of this class. */
    public static CommandSpec[] rows() {
        String flags = "loading stale";
        String connection = "connection";
        String order = "nondeterministic_output_order";
        return new CommandSpec[] {
            command("command", -1, flags, connection, CommandCommands::all)
                    .tips(order)
                    .subcommands(
                            command("count", 2, flags, connection, CommandCommands::count),
                            command("docs", -2, flags, connection, CommandCommands::docs)
                                    .tips(order),
                            command("getkeys", -3, flags, connection, CommandCommands::getKeys),
                            command(
                                    "getkeysandflags",
                                    -3,
                                    flags,
                                    connection,
                                    CommandCommands::getKeysAndFlags),
                            command("help", 2, flags, connection, CommandCommands::help),
                            command("info", -2, flags, connection, CommandCommands::info)
                                    .tips(order),
                            command("list", -2, flags, connection, CommandCommands::list)
                                    .tips(order))
        };
    }

    static void all(Invocation in) {
        CommandTable table = in.engine().commands();
        in.reply().array(table.commands().size());
        for (CommandSpec row : table.commands()) {
            CommandInfoReply.write(in.reply(), row);
        }
    }

    static void count(Invocation in) {
        in.reply().integer(in.engine().commands().commands().size());
    }

    static void info(Invocation in) {
        if (in.argc() == 2) {
            all(in);
            return;
        }
        in.reply().array(in.argc() - 2L);
        for (int i = 2; i < in.argc(); i++) {
            CommandSpec row = in.engine().commands().find(in.argString(i));
            if (row == null) {
                in.reply().nullBulk();
            } else {
                CommandInfoReply.write(in.reply(), row);
            }
        }
    }

    static void docs(Invocation in) {
        CommandTable table = in.engine().commands();
        CommandDocs docs = CommandDocs.load();
        List<CommandProse> found = new ArrayList<>();
        if (in.argc() == 2) {
            for (CommandSpec row : table.commands()) {
                addProse(docs, row, found);
            }
        } else {
            for (int i = 2; i < in.argc(); i++) {
                addProse(docs, table.find(in.argString(i)), found);
            }
        }
        in.reply().map(found.size());
        for (CommandProse prose : found) {
            in.reply().bulk(prose.fullName());
            prose.write(in.reply(), name -> table.find(name) != null);
        }
    }

    private static void addProse(CommandDocs docs, CommandSpec row, List<CommandProse> found) {
        CommandProse prose = row == null ? null : docs.find(row.fullName());
        if (prose != null) {
            found.add(prose);
        }
    }

    static void list(Invocation in) {
        Predicate<CommandSpec> filter = row -> true;
        if (in.argc() == 5 && in.argIs(2, "filterby")) {
            filter = filter(in);
        } else if (in.argc() != 2) {
            filter = null;
        }
        if (filter == null) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        List<String> names = new ArrayList<>();
        for (CommandSpec row : in.engine().commands().commands()) {
            if (filter.test(row)) {
                names.add(row.fullName());
            }
            for (CommandSpec sub : row.subcommands()) {
                if (filter.test(sub)) {
                    names.add(sub.fullName());
                }
            }
        }
        in.reply().bulks(names);
    }

    // What LIST FILTERBY asks for, or null when it makes no sense.
    private static Predicate<CommandSpec> filter(Invocation in) {
        String wanted = in.argString(4);
        if (in.argIs(3, "module")) {
            // Commands of modules carry a flag; there is no telling modules apart yet.
            return row -> false;
        }
        if (in.argIs(3, "aclcat")) {
            long bit = 0;
            for (AclCategory category : AclCategory.values()) {
                if (category.wireName().equalsIgnoreCase(wanted)) {
                    bit = category.bit();
                }
            }
            long wantedBit = bit;
            return row -> (row.categories() & wantedBit) != 0;
        }
        if (in.argIs(3, "pattern")) {
            byte[] pattern = in.argBytes(4);
            return row -> GlobPattern.matches(pattern, Ascii.bytes(row.fullName()), true);
        }
        return null;
    }

    static void getKeys(Invocation in) {
        byte[][] argv = innerCommand(in);
        List<KeySearch.Key> keys = keys(in, argv);
        if (keys == null) {
            return;
        }
        in.reply().array(keys.size());
        for (KeySearch.Key key : keys) {
            in.reply().bulk(argv[key.index()]);
        }
    }

    static void getKeysAndFlags(Invocation in) {
        byte[][] argv = innerCommand(in);
        List<KeySearch.Key> keys = keys(in, argv);
        if (keys == null) {
            return;
        }
        Reply reply = in.reply();
        reply.array(keys.size());
        for (KeySearch.Key key : keys) {
            reply.array(2);
            reply.bulk(argv[key.index()]);
            CommandInfoReply.writeStatuses(reply, List.of(key.flags().split(" ")));
        }
    }

    private static byte[][] innerCommand(Invocation in) {
        byte[][] argv = in.argv();
        return Arrays.copyOfRange(argv, 2, argv.length);
    }

    // The keys, or null when an error was answered.
    private static List<KeySearch.Key> keys(Invocation in, byte[][] argv) {
        CommandSpec row = row(in.engine().commands(), argv);
        if (row == null) {
            in.reply().error("ERR Invalid command specified");
            return null;
        }
        if (!KeySearch.canHaveKeys(row)) {
            in.reply().error("ERR The command has no key arguments");
            return null;
        }
        if (!row.accepts(argv.length)) {
            in.reply().error("ERR Invalid number of arguments specified for command");
            return null;
        }
        List<KeySearch.Key> keys = KeySearch.find(row, argv);
        if (keys == null || keys.isEmpty()) {
            if (row.has(CommandFlag.NO_MANDATORY_KEYS)) {
                return List.of();
            }
            in.reply().error("ERR Invalid arguments specified for command");
            return null;
        }
        return keys;
    }

    private static CommandSpec row(CommandTable table, byte[][] argv) {
        String name = text(argv[0]);
        CommandSpec row = name.indexOf('|') >= 0 ? null : table.find(name);
        if (row == null || row.subcommands().length == 0 || argv.length == 1) {
            return row;
        }
        return table.find(row.name() + '|' + text(argv[1]).toLowerCase(Locale.ROOT));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static void help(Invocation in) {
        HelpReply.write(in, HELP);
    }
}
