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
import dev.spindle.engine.resp.BlockPool;
import dev.spindle.engine.text.LongDouble;
import dev.spindle.engine.type.StringType;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/** Commands that add to a number. */
final class CounterCommands {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            row("incr", 2, CounterCommands::incr),
            row("decr", 2, CounterCommands::decr),
            row("incrby", 3, CounterCommands::incrby),
            row("decrby", 3, CounterCommands::decrby),
            row("incrbyfloat", 3, CounterCommands::incrbyfloat),
        };
    }

    private static CommandSpec row(
            String name, int arity, dev.spindle.engine.command.CommandHandler handler) {
        return command(name, arity, "write denyoom fast", "string", handler)
                .keys(range("RW access update", 1, 0, 1));
    }

    private CounterCommands() {}

    static void incr(Invocation in) {
        add(in, 1);
    }

    static void decr(Invocation in) {
        add(in, -1);
    }

    static void incrby(Invocation in) {
        if (in.requireLong(2)) {
            add(in, in.longValue());
        }
    }

    static void decrby(Invocation in) {
        if (!in.requireLong(2)) {
            return;
        }
        if (in.longValue() == Long.MIN_VALUE) {
            in.reply().errorLine(ReplyErrors.DECREMENT_OVERFLOW);
            return;
        }
        add(in, -in.longValue());
    }

    private static void add(Invocation in, long by) {
        Memory memory = in.db().memory();
        StringType strings = in.engine().strings();
        long hash = in.keyHash(1);
        long entry = in.db().lookupWrite(hash, in.argAddress(1), in.argLength(1));
        long before = 0;
        if (entry != 0) {
            if (!StringType.isString(Entry.header(memory, entry))) {
                in.reply().errorLine(ReplyErrors.WRONG_TYPE);
                return;
            }
            if (!strings.isLong(memory, entry)) {
                in.reply().errorLine(ReplyErrors.NOT_INTEGER);
                return;
            }
            before = strings.longValue();
        }
        long after = before + by;
        if (((before ^ after) & (by ^ after)) < 0) {
            in.reply().errorLine(ReplyErrors.OVERFLOW);
            return;
        }
        strings.setLong(
                in.db(),
                hash,
                entry,
                in.argAddress(1),
                in.argLength(1),
                after,
                StringType.KEEP_EXPIRY);
        if (entry == 0) {
            in.event(KeyspaceEvent.NEW, 1);
        }
        in.modified(1);
        in.event(StringEvents.INCRBY, 1);
        in.reply().integer(after);
    }

    static void incrbyfloat(Invocation in) {
        Memory memory = in.db().memory();
        long hash = in.keyHash(1);
        long entry = in.db().lookupWrite(hash, in.argAddress(1), in.argLength(1));
        LongDouble before = LongDouble.parse(new byte[] {'0'});
        if (entry != 0) {
            if (!StringType.isString(Entry.header(memory, entry))) {
                in.reply().errorLine(ReplyErrors.WRONG_TYPE);
                return;
            }
            before = parse(in.engine().strings().view(memory, entry));
        }
        LongDouble by = before == null ? null : LongDouble.parse(in.argBytes(2));
        if (by == null) {
            in.reply().errorLine(ReplyErrors.NOT_FLOAT);
            return;
        }
        LongDouble after = before.plus(by);
        if (after == null || !after.isFinite()) {
            in.reply().errorLine(ReplyErrors.NOT_A_FINITE_SUM);
            return;
        }
        byte[] text = after.toText().getBytes(StandardCharsets.US_ASCII);
        store(in, hash, entry, text);
        if (entry == 0) {
            in.event(KeyspaceEvent.NEW, 1);
        }
        in.modified(1);
        in.event(StringEvents.INCRBYFLOAT, 1);
        StringEffects.computed(in, text);
        in.reply().bulk(text);
    }

    private static LongDouble parse(ByteView value) {
        if (value.length() > LongDouble.MAX_TEXT_LENGTH) {
            return null;
        }
        byte[] text = new byte[(int) value.length()];
        UnsafeApi.copyMemory(null, value.address(), text, BYTES, text.length);
        return LongDouble.parse(text);
    }

    private static void store(Invocation in, long hash, long entry, byte[] text) {
        BlockPool blocks = in.engine().blocks();
        long size = BlockPool.blockSize(text.length);
        long block = blocks.take(size);
        try {
            UnsafeApi.copyMemory(text, BYTES, null, block, text.length);
            in.engine()
                    .strings()
                    .setBytes(
                            in.db(),
                            hash,
                            entry,
                            in.argAddress(1),
                            in.argLength(1),
                            block,
                            text.length,
                            StringType.KEEP_EXPIRY);
        } finally {
            blocks.give(block, size);
        }
    }
}
