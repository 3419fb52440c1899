package dev.spindle.engine.command.generic;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.keyspace.AccessClock;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;

/** OBJECT: how a value is kept and how lately it was used. None of it marks the key as used. */
public final class ObjectCommands {

    /** What the real server answers for an object that all clients share; it keeps the integers below 10000 as such. */
    private static final long SHARED_REFERENCES = Integer.MAX_VALUE;

    private static final long SHARED_INTEGERS = 10_000;

    private static final byte[] NOT_LFU =
            Reply.errorLine(
                    "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when"
                            + " switching between policies at runtime LRU and LFU data will take some time to adjust.");
    private static final byte[] NOT_LRU =
            Reply.errorLine(
                    "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching"
                            + " between policies at runtime LRU and LFU data will take some time to adjust.");

    private static final String[] HELP = {
        "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "ENCODING <key>",
        "    Return the kind of internal representation used in order to store the value",
        "    associated with a <key>.",
        "FREQ <key>",
        "    Return the access frequency index of the <key>. The returned integer is",
        "    proportional to the logarithm of the recent access frequency of the key.",
        "IDLETIME <key>",
        "    Return the idle time of the <key>, that is the approximated number of",
        "    seconds elapsed since the last access to the key.",
        "REFCOUNT <key>",
        "    Return the number of references of the value associated with the specified",
        "    <key>.",
        "HELP",
        "    Prints this help.",
    };

    private ObjectCommands() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("object", -2, "", "", null)
                    .subcommands(
                            row("encoding", ObjectCommands::encoding),
                            row("freq", ObjectCommands::frequency),
                            row("idletime", ObjectCommands::idleTime),
                            row("refcount", ObjectCommands::references),
                            command("help", 2, "loading stale", "keyspace", ObjectCommands::help)),
        };
    }

    private static CommandSpec row(String name, CommandHandler handler) {
        return command(name, 3, "readonly", "keyspace", handler)
                .keys(range("RO", 2, 0, 1))
                .tips("nondeterministic_output");
    }

    // The entry's header, or 0 when its absence was answered.
    private static long header(Invocation in, long entry) {
        if (entry == 0) {
            in.reply().nullBulk();
            return 0;
        }
        return Entry.header(in.db().memory(), entry);
    }

    static void encoding(Invocation in) {
        long header = header(in, in.inspectUntold(2));
        if (header != 0) {
            in.reply().bulk(ValueType.encodingName(Entry.encoding(header)));
        }
    }

    static void frequency(Invocation in) {
        long header = header(in, in.inspectUntold(2));
        if (header == 0) {
            return;
        }
        AccessClock clock = in.db().shared().clock();
        if (clock.isLfu()) {
            in.reply().integer(clock.frequency(Entry.clock(header)));
        } else {
            in.reply().errorLine(NOT_LFU);
        }
    }

    static void idleTime(Invocation in) {
        long header = header(in, in.inspectUntold(2));
        if (header == 0) {
            return;
        }
        AccessClock clock = in.db().shared().clock();
        if (clock.isLfu()) {
            in.reply().errorLine(NOT_LRU);
        } else {
            in.reply().integer(clock.idleSeconds(Entry.clock(header)));
        }
    }

    static void references(Invocation in) {
        long entry = in.inspectUntold(2);
        long header = header(in, entry);
        if (header == 0) {
            return;
        }
        in.reply().integer(referenceCount(in, entry));
    }

    /** The number of references that clients expect an entry's value to have. */
    public static long referenceCount(Invocation in, long entry) {
        Memory memory = in.db().memory();
        long header = Entry.header(memory, entry);
        long value = StringType.isInt(header) ? Entry.word(memory, entry, header) : -1;
        boolean shared =
                value >= 0 && value < SHARED_INTEGERS && in.engine().settings().sharedIntegers;
        return shared ? SHARED_REFERENCES : 1;
    }

    static void help(Invocation in) {
        in.reply().array(HELP.length);
        for (String line : HELP) {
            in.reply().simple(line);
        }
    }
}
