package dev.spindle.engine.command.bitmap;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Numbers;
import dev.spindle.engine.type.Bits;
import dev.spindle.engine.type.StringType;
import org.agrona.UnsafeApi;

/**
 * BITOP. The result is computed where it will stay, in a new entry that takes the destination's place once it is complete, so
 * a destination may also be a source. Sources are combined block by block: the block of the result stays in the first-level
 * cache while every source passes over it once.
 */
final class BitOperation {

    private static final byte[] NOT_TAKES_ONE =
            Reply.errorLine("ERR BITOP NOT must be called with a single source key.");

    private static final KeyspaceEvent SET = new KeyspaceEvent(KeyspaceEvent.Kind.STRING, "set");
    private static final int BLOCK_BYTES = 4096;
    private static final int FIRST_SOURCE = 3;

    // Room for the digits of a source that is an integer.
    private static final int DIGITS_BYTES = 32;

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("bitop", -4, "write denyoom", "bitmap", BitOperation::bitop)
                    .keys(range("OW update", 2, 0, 1), range("RO access", FIRST_SOURCE, -1, 1)),
        };
    }

    private final long[] addresses;
    private final long[] lengths;
    private long digits;
    private long longest;

    private BitOperation(int sources) {
        addresses = new long[sources];
        lengths = new long[sources];
    }

    static void bitop(Invocation in) {
        Bits.Operator operator = null;
        boolean not = in.argIs(1, "NOT");
        if (in.argIs(1, "AND")) {
            operator = Bits.Operator.AND;
        } else if (in.argIs(1, "OR")) {
            operator = Bits.Operator.OR;
        } else if (in.argIs(1, "XOR")) {
            operator = Bits.Operator.XOR;
        } else if (!not) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        if (not && in.argc() != FIRST_SOURCE + 1) {
            in.reply().errorLine(NOT_TAKES_ONE);
            return;
        }
        BitOperation operation = new BitOperation(in.argc() - FIRST_SOURCE);
        try {
            if (operation.collect(in)) {
                operation.store(in, operator);
                in.reply().integer(operation.longest);
            }
        } finally {
            operation.close();
        }
    }

    private boolean collect(Invocation in) {
        Memory memory = in.db().memory();
        int index = FIRST_SOURCE;
        while (index < in.argc()) {
            int end = in.touchKeys(index, in.argc(), 1);
            for (int n = 0; index < end; n++, index++) {
                long key = in.argAddress(index);
                long entry = in.db().lookupRead(in.touchedHash(n), key, in.argLength(index));
                if (entry == 0) {
                    continue;
                }
                if (!StringType.isString(Entry.header(memory, entry))) {
                    in.reply().errorLine(ReplyErrors.WRONG_TYPE);
                    return false;
                }
                source(in, index - FIRST_SOURCE, entry);
            }
        }
        return true;
    }

    private void source(Invocation in, int number, long entry) {
        Memory memory = in.db().memory();
        long header = Entry.header(memory, entry);
        if (StringType.isInt(header)) {
            if (digits == 0) {
                digits = UnsafeApi.allocateMemory((long) DIGITS_BYTES * addresses.length);
            }
            addresses[number] = digits + (long) DIGITS_BYTES * number;
            lengths[number] =
                    Numbers.writeLong(addresses[number], Entry.word(memory, entry, header));
        } else {
            ByteView value = in.engine().strings().view(memory, entry);
            addresses[number] = value.address();
            lengths[number] = value.length();
        }
        longest = Math.max(longest, lengths[number]);
    }

    private void store(Invocation in, Bits.Operator operator) {
        if (longest == 0) {
            if (in.db().delete(in.keyHash(2), in.argAddress(2), in.argLength(2))) {
                in.event(KeyspaceEvent.DEL, 2);
            }
            return;
        }
        Memory memory = in.db().memory();
        StringType strings = in.engine().strings();
        long made = strings.make(in.db(), in.argAddress(2), in.argLength(2), longest);
        long to = strings.view(memory, made).address();
        if (operator == null) {
            Bits.invert(memory, addresses[0], to, longest);
        } else {
            for (long from = 0; from < longest; from += BLOCK_BYTES) {
                combine(memory, operator, to, from, Math.min(BLOCK_BYTES, longest - from));
            }
        }
        long hash = in.keyHash(2);
        long old = in.db().lookupWrite(hash, in.argAddress(2), in.argLength(2));
        StringType.place(in.db(), hash, old, made);
        if (old == 0) {
            in.event(KeyspaceEvent.NEW, 2);
        }
        in.modified(2);
        in.event(SET, 2);
    }

    private void combine(
            Memory memory, Bits.Operator operator, long result, long offset, long length) {
        long to = result + offset;
        for (int i = 0; i < addresses.length; i++) {
            long there = Math.max(0, Math.min(length, lengths[i] - offset));
            if (i == 0) {
                memory.copyIn(addresses[0] + offset, to, there);
                memory.fill(to + there, length - there, (byte) 0);
            } else {
                Bits.combine(memory, operator, addresses[i] + offset, to, there);
                if (operator == Bits.Operator.AND) {
                    memory.fill(to + there, length - there, (byte) 0);
                }
            }
        }
    }

    private void close() {
        if (digits != 0) {
            UnsafeApi.freeMemory(digits);
        }
    }
}
