package dev.spindle.engine.command.string;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.StringView;

/** GET, SET and the counters. */
public final class StringCommands {

    /** The rows of this class. */
    public static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("get", 2, "readonly fast", "string", StringCommands::get)
                    .keys(range("RO access", 1, 0, 1)),
            command("set", -3, "write denyoom", "string", StringCommands::set)
                    .keys(
                            range("RW access update variable_flags", 1, 0, 1)
                                    .withNotes("RW and ACCESS due to the optional `GET` argument")),
            command("incr", 2, "write denyoom fast", "string", StringCommands::incr)
                    .keys(range("RW access update", 1, 0, 1)),
        };
    }

    private StringCommands() {}

    static void get(Invocation in) {
        long entry = in.lookupRead(1);
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        Memory memory = in.db().memory();
        long header = Entry.header(memory, entry);
        if (!StringType.isString(header)) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        StringView value = in.engine().strings().view(memory, entry);
        in.reply().bulk(value.address(), value.length());
    }

    static void set(Invocation in) {
        if (in.argc() > 3) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        long hash = in.keyHash(1);
        long old = in.lookupWrite(1);
        in.engine()
                .strings()
                .set(
                        in.db(),
                        hash,
                        old,
                        in.argAddress(1),
                        in.argLength(1),
                        in.argAddress(2),
                        in.argLength(2),
                        Entry.NO_EXPIRY);
        in.modified(1);
        in.reply().ok();
    }

    static void incr(Invocation in) {
        add(in, 1);
    }

    private static void add(Invocation in, long by) {
        Memory memory = in.db().memory();
        StringType strings = in.engine().strings();
        long hash = in.keyHash(1);
        long entry = in.lookupWrite(1);
        long before = 0;
        long expiry = Entry.NO_EXPIRY;
        if (entry != 0) {
            long header = Entry.header(memory, entry);
            if (!StringType.isString(header)) {
                in.reply().errorLine(ReplyErrors.WRONG_TYPE);
                return;
            }
            if (StringType.isInt(header)) {
                before = Entry.word(memory, entry, header);
            } else {
                StringView value = strings.view(memory, entry);
                LongResult parsed = new LongResult();
                if (!Numbers.parseLong(value.address(), (int) value.length(), parsed)) {
                    in.reply().errorLine(ReplyErrors.NOT_INTEGER);
                    return;
                }
                before = parsed.value;
            }
            expiry = Entry.expiry(memory, entry, header);
        }
        long after = before + by;
        if (((before ^ after) & (by ^ after)) < 0) {
            in.reply().errorLine(ReplyErrors.OVERFLOW);
            return;
        }
        strings.setLong(in.db(), hash, entry, in.argAddress(1), in.argLength(1), after, expiry);
        in.modified(1);
        in.reply().integer(after);
    }
}
