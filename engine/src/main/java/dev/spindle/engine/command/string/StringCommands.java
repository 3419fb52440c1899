package dev.spindle.engine.command.string;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;
import java.util.Arrays;
import java.util.stream.Stream;

/** Commands that read whole strings, those that delete or re-date what they read, and the rows of the family. */
public final class StringCommands {

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return Stream.of(
                        reads(),
                        SetCommands.rows(),
                        CounterCommands.rows(),
                        RangeCommands.rows(),
                        LongestCommonSubsequence.rows())
                .flatMap(Arrays::stream)
                .toArray(CommandSpec[]::new);
    }

    private static CommandSpec[] reads() {
        return new CommandSpec[] {
            command("get", 2, "readonly fast", "string", StringCommands::get)
                    .keys(range("RO access", 1, 0, 1)),
            command("getdel", 2, "write fast", "string", StringCommands::getdel)
                    .keys(range("RW access delete", 1, 0, 1)),
            command("getex", -2, "write fast", "string", StringCommands::getex)
                    .keys(
                            range("RW access update", 1, 0, 1)
                                    .withNotes("RW and UPDATE because it changes the TTL")),
            command("mget", -2, "readonly fast", "string", StringCommands::mget)
                    .keys(range("RO access", 1, -1, 1))
                    .tips("request_policy:multi_shard"),
            command("strlen", 2, "readonly fast", "string", StringCommands::strlen)
                    .keys(range("RO", 1, 0, 1)),
            command("delifeq", 3, "write fast", "string", StringCommands::delifeq)
                    .keys(range("RW delete", 1, 0, 1)),
        };
    }

    private StringCommands() {}

    /** Answers the value of a string's entry. */
    static void reply(Invocation in, long entry, long header) {
        Memory memory = in.db().memory();
        if (StringType.isInt(header)) {
            in.reply().bulkInteger(Entry.word(memory, entry, header));
            return;
        }
        ByteView value = in.engine().strings().view(memory, entry);
        in.reply().bulk(value.address(), value.length());
    }

    static void get(Invocation in) {
        long entry = in.lookupRead(1);
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        long header = Entry.header(in.db().memory(), entry);
        if (!StringType.isString(header)) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        reply(in, entry, header);
    }

    static void getdel(Invocation in) {
        long entry = in.lookupRead(1);
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        long header = Entry.header(in.db().memory(), entry);
        if (!StringType.isString(header)) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        reply(in, entry, header);
        in.db().removeFound(entry, header);
        in.modified(1);
        in.event(KeyspaceEvent.DEL, 1);
        StringEffects.deleted(in);
    }

    static void getex(Invocation in) {
        long options = StringOptions.parse(in, 2, false);
        if (options < 0) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        long entry = in.lookupRead(1);
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        long header = Entry.header(in.db().memory(), entry);
        if (!StringType.isString(header)) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        if (StringOptions.has(options, StringOptions.ANY_EXPIRY)) {
            long until = StringOptions.expiry(in, options);
            if (until < 0) {
                return;
            }
            reply(in, entry, header);
            boolean over = in.isPast(until);
            if (over) {
                in.db().removeFound(entry, header);
            } else {
                in.db().expiry(entry, until);
            }
            in.modified(1);
            in.event(over ? KeyspaceEvent.DEL : KeyspaceEvent.EXPIRE, 1);
            StringEffects.expired(in, until, over);
            return;
        }
        reply(in, entry, header);
        if (StringOptions.has(options, StringOptions.PERSIST)
                && Entry.expiry(in.db().memory(), entry, header) != Entry.NO_EXPIRY) {
            in.db().expiry(entry, Entry.NO_EXPIRY);
            in.modified(1);
            in.event(KeyspaceEvent.PERSIST, 1);
            StringEffects.persisted(in);
        }
    }

    static void mget(Invocation in) {
        int argc = in.argc();
        in.reply().array(argc - 1L);
        Memory memory = in.db().memory();
        int index = 1;
        while (index < argc) {
            int end = in.touchKeys(index, argc, 1);
            for (int n = 0; index < end; n++, index++) {
                long entry =
                        in.db()
                                .lookupRead(
                                        in.touchedHash(n),
                                        in.argAddress(index),
                                        in.argLength(index));
                long header = entry == 0 ? 0 : Entry.header(memory, entry);
                if (StringType.isString(header)) {
                    reply(in, entry, header);
                } else {
                    in.reply().nullBulk();
                }
            }
        }
    }

    static void strlen(Invocation in) {
        long entry = in.readAs(1, ValueType.STRING);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().integer(0);
            return;
        }
        in.reply().integer(StringType.length(in.db().memory(), entry));
    }

    static void delifeq(Invocation in) {
        long entry = in.lookupWrite(1);
        if (entry == 0) {
            in.reply().integer(0);
            return;
        }
        Memory memory = in.db().memory();
        long header = Entry.header(memory, entry);
        if (!StringType.isString(header)) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        if (!in.engine().strings().equals(memory, entry, in.argAddress(2), in.argLength(2))) {
            in.reply().integer(0);
            return;
        }
        in.db().removeFound(entry, header);
        in.modified(1);
        in.event(KeyspaceEvent.DEL, 1);
        StringEffects.deleted(in);
        in.reply().integer(1);
    }
}
