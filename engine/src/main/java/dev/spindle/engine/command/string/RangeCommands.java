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

/** Commands that read or write parts of a string. */
final class RangeCommands {

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("append", 3, "write denyoom fast", "string", RangeCommands::append)
                    .keys(range("RW insert", 1, 0, 1)),
            command("getrange", 4, "readonly", "string", RangeCommands::getrange)
                    .keys(range("RO access", 1, 0, 1)),
            command("substr", 4, "readonly", "string", RangeCommands::getrange)
                    .keys(range("RO access", 1, 0, 1)),
            command("setrange", 4, "write denyoom", "string", RangeCommands::setrange)
                    .keys(range("RW update", 1, 0, 1)),
        };
    }

    private RangeCommands() {}

    // Lengths are positive and below 2^63, so that a sum that overflows is negative.
    private static boolean exceedsLimit(Invocation in, long length, long more) {
        long total = length + more;
        if (total >= 0
                && total <= in.engine().settings().maxBulkLength
                && total <= StringType.MAX_LENGTH) {
            return false;
        }
        in.reply().errorLine(ReplyErrors.STRING_TOO_LONG);
        return true;
    }

    static void append(Invocation in) {
        Memory memory = in.db().memory();
        StringType strings = in.engine().strings();
        long hash = in.keyHash(1);
        long entry = in.db().lookupWrite(hash, in.argAddress(1), in.argLength(1));
        long value = in.argAddress(2);
        int length = in.argLength(2);
        long total = length;
        if (entry == 0) {
            strings.set(
                    in.db(),
                    hash,
                    0,
                    in.argAddress(1),
                    in.argLength(1),
                    value,
                    length,
                    Entry.NO_EXPIRY);
        } else {
            if (!StringType.isString(Entry.header(memory, entry))) {
                in.reply().errorLine(ReplyErrors.WRONG_TYPE);
                return;
            }
            long before = StringType.length(memory, entry);
            if (exceedsLimit(in, before, length)) {
                return;
            }
            total = before + length;
            long grown = strings.grow(in.db(), entry, total);
            memory.copyIn(value, strings.view(memory, grown).address() + before, length);
        }
        if (entry == 0) {
            in.event(KeyspaceEvent.NEW, 1);
        }
        in.modified(1);
        in.event(StringEvents.APPEND, 1);
        in.reply().integer(total);
    }

    static void getrange(Invocation in) {
        if (!in.requireLong(2)) {
            return;
        }
        long start = in.longValue();
        if (!in.requireLong(3)) {
            return;
        }
        long end = in.longValue();
        long entry = in.readAs(1, ValueType.STRING);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().bulk(in.argAddress(0), 0);
            return;
        }
        ByteView value = in.engine().strings().view(in.db().memory(), entry);
        long length = value.length();
        // Two negative positions in the wrong order name nothing, even where both would be cut to
        // the first byte.
        boolean empty = start < 0 && end < 0 && start > end;
        start = Math.max(0, start < 0 ? start + length : start);
        end = Math.min(length - 1, Math.max(0, end < 0 ? end + length : end));
        if (empty || start > end) {
            in.reply().bulk(value.address(), 0);
        } else {
            in.reply().bulk(value.address() + start, end - start + 1);
        }
    }

    static void setrange(Invocation in) {
        if (!in.requireLong(2)) {
            return;
        }
        long offset = in.longValue();
        if (offset < 0) {
            in.reply().errorLine(ReplyErrors.OFFSET_OUT_OF_RANGE);
            return;
        }
        Memory memory = in.db().memory();
        StringType strings = in.engine().strings();
        long hash = in.keyHash(1);
        long entry = in.db().lookupWrite(hash, in.argAddress(1), in.argLength(1));
        if (entry != 0 && !StringType.isString(Entry.header(memory, entry))) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        long before = entry == 0 ? 0 : StringType.length(memory, entry);
        int length = in.argLength(3);
        if (length == 0) {
            in.reply().integer(before);
            return;
        }
        if (exceedsLimit(in, offset, length)) {
            return;
        }
        long total = Math.max(before, offset + length);
        long written =
                entry == 0
                        ? strings.create(in.db(), hash, in.argAddress(1), in.argLength(1), total)
                        : strings.grow(in.db(), entry, total);
        long to = strings.view(memory, written).address() + offset;
        memory.copyIn(in.argAddress(3), to, length);
        if (entry == 0) {
            in.event(KeyspaceEvent.NEW, 1);
        }
        in.modified(1);
        in.event(StringEvents.SETRANGE, 1);
        in.reply().integer(total);
    }
}
