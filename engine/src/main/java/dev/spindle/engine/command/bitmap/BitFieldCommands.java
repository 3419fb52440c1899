package dev.spindle.engine.command.bitmap;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeyFinders;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import dev.spindle.engine.type.Bits;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;
import java.nio.charset.StandardCharsets;

/**
 * BITFIELD and BITFIELD_RO: integers of any width at any bit. The operations are parsed twice, once to check all of them
 * before any runs and once to run them, so that no list of them is kept.
 */
final class BitFieldCommands {

    private static final byte[] BAD_TYPE =
            Reply.errorLine(
                    "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.");
    private static final byte[] BAD_OVERFLOW =
            Reply.errorLine("ERR Invalid OVERFLOW type specified");
    private static final byte[] ONLY_GET =
            Reply.errorLine("ERR BITFIELD_RO only supports the GET subcommand");

    private static final int MAX_SIGNED_BITS = 64;
    private static final int MAX_UNSIGNED_BITS = 63;

    private enum Action {
        GET,
        SET,
        INCRBY
    }

    private enum Overflow {
        WRAP,
        SAT,
        FAIL
    }

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("bitfield", -2, "write denyoom", "bitmap", BitFieldCommands::bitfield)
                    .keys(
                            range("RW access update variable_flags", 1, 0, 1)
                                    .withNotes(
                                            "This command allows both access and modification of the key"))
                    .keyFinder(KeyFinders::bitfield),
            command("bitfield_ro", -2, "readonly fast", "bitmap", BitFieldCommands::bitfieldRo)
                    .keys(range("RO access", 1, 0, 1)),
        };
    }

    private final Invocation in;
    private int next = 2;
    private Overflow overflow = Overflow.WRAP;

    // The operation read last.
    private Action action;
    private boolean signed;
    private int bits;
    private long offset;
    private long operand;

    // Whether the string was made or grew, and whether an operation changed a value.
    private boolean grown;
    private boolean changed;

    private BitFieldCommands(Invocation in) {
        this.in = in;
    }

    static void bitfield(Invocation in) {
        run(in, false);
    }

    static void bitfieldRo(Invocation in) {
        run(in, true);
    }

    private static void run(Invocation in, boolean readOnly) {
        BitFieldCommands check = new BitFieldCommands(in);
        int count = 0;
        long lastBit = -1;
        while (check.hasNext()) {
            if (!check.read()) {
                return;
            }
            if (check.action != null) {
                count++;
                if (check.action != Action.GET) {
                    lastBit = Math.max(lastBit, check.offset + check.bits - 1);
                }
            }
        }
        BitFieldCommands operations = new BitFieldCommands(in);
        if (lastBit < 0) {
            operations.readAll(count);
        } else if (readOnly) {
            in.reply().errorLine(ONLY_GET);
        } else {
            operations.writeAll(count, lastBit);
        }
    }

    private boolean hasNext() {
        return next < in.argc();
    }

    /** Reads an operation, or the rule of overflow, which leaves no action; answers the error itself. */
    private boolean read() {
        int left = in.argc() - next - 1;
        action = null;
        if (in.argIs(next, "GET") && left >= 2) {
            action = Action.GET;
        } else if (in.argIs(next, "SET") && left >= 3) {
            action = Action.SET;
        } else if (in.argIs(next, "INCRBY") && left >= 3) {
            action = Action.INCRBY;
        } else if (in.argIs(next, "OVERFLOW") && left >= 1) {
            return readOverflow();
        } else {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return false;
        }
        if (!readType(in.argString(next + 1))) {
            in.reply().errorLine(BAD_TYPE);
            return false;
        }
        if (!readOffset(in.argString(next + 2))) {
            in.reply().errorLine(BitmapCommands.BAD_OFFSET);
            return false;
        }
        if (action == Action.GET) {
            next += 3;
            return true;
        }
        if (!in.requireLong(next + 3)) {
            return false;
        }
        operand = in.longValue();
        next += 4;
        return true;
    }

    private boolean readOverflow() {
        if (in.argIs(next + 1, "WRAP")) {
            overflow = Overflow.WRAP;
        } else if (in.argIs(next + 1, "SAT")) {
            overflow = Overflow.SAT;
        } else if (in.argIs(next + 1, "FAIL")) {
            overflow = Overflow.FAIL;
        } else {
            in.reply().errorLine(BAD_OVERFLOW);
            return false;
        }
        next += 2;
        return true;
    }

    private boolean readType(String text) {
        signed = text.startsWith("i");
        if (!signed && !text.startsWith("u")) {
            return false;
        }
        long width = number(text.substring(1));
        if (width < 1 || width > (signed ? MAX_SIGNED_BITS : MAX_UNSIGNED_BITS)) {
            return false;
        }
        bits = (int) width;
        return true;
    }

    // The number that a text strictly is, or -1.
    private static long number(String text) {
        LongResult parsed = new LongResult();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Numbers.parseLong(bytes, parsed) ? parsed.value : -1;
    }

    // "#n" counts in units of the type's width.
    private boolean readOffset(String text) {
        boolean units = text.startsWith("#");
        long number = number(units ? text.substring(1) : text);
        if (number < 0 || units && number > Long.MAX_VALUE / bits) {
            return false;
        }
        offset = units ? number * bits : number;
        return BitmapCommands.isOffset(in, offset);
    }

    private void readAll(int count) {
        long entry = in.lookupRead(1);
        Memory memory = in.db().memory();
        if (entry != 0 && !StringType.isString(Entry.header(memory, entry))) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        ByteView value = entry == 0 ? null : in.engine().strings().view(memory, entry);
        in.reply().array(count);
        while (hasNext()) {
            read();
            if (action != null) {
                long field =
                        value == null
                                ? 0
                                : Bits.getField(value.address(), value.length(), offset, bits);
                in.reply().integer(extended(field));
            }
        }
    }

    private void writeAll(int count, long lastBit) {
        long old = in.writeAs(1, ValueType.STRING);
        if (old == Invocation.WRONG_TYPE) {
            return;
        }
        grown = BitmapCommands.isShort(in, old, lastBit >>> 3);
        long entry = BitmapCommands.writable(in, old, lastBit >>> 3);
        Memory memory = in.db().memory();
        ByteView value = in.engine().strings().view(memory, entry);
        in.reply().array(count);
        while (hasNext()) {
            read();
            if (action != null) {
                execute(memory, value);
            }
        }
        // What fails to overflow changes nothing, but the key was made or grew for it all the same.
        if (changed || grown) {
            in.modified(1);
        }
        if (changed) {
            in.event(BitmapCommands.SETBIT, 1);
        }
    }

    private void execute(Memory memory, ByteView value) {
        long before = extended(Bits.getField(value.address(), value.length(), offset, bits));
        if (action == Action.GET) {
            in.reply().integer(before);
            return;
        }
        boolean increments = action == Action.INCRBY;
        long base = increments ? before : operand;
        long added = increments ? operand : 0;
        long after = base + added;
        int direction = signed ? signedOverflow(base, added) : unsignedOverflow(base, added);
        if (direction != 0) {
            if (overflow == Overflow.FAIL) {
                in.reply().nullBulk();
                return;
            }
            after = overflow == Overflow.SAT ? limit(direction) : extended(after & mask());
        }
        Bits.putField(memory, value.address(), offset, bits, after);
        changed |= grown || extended(after & mask()) != before;
        in.reply().integer(increments ? after : before);
    }

    private long mask() {
        return bits == MAX_SIGNED_BITS ? -1L : (1L << bits) - 1;
    }

    // Sign-extends a field of a signed type.
    private long extended(long field) {
        int unused = Long.SIZE - bits;
        return signed ? field << unused >> unused : field;
    }

    private long limit(int direction) {
        long most = signed ? Long.MAX_VALUE >>> (MAX_SIGNED_BITS - bits) : mask();
        if (direction > 0) {
            return most;
        }
        return signed ? -most - 1 : 0;
    }

    // 1 when the sum is above what the type holds, -1 when below, 0 when it fits.
    private int signedOverflow(long base, long added) {
        long sum = base + added;
        if (((base ^ sum) & (added ^ sum)) < 0) {
            return added > 0 ? 1 : -1;
        }
        // Redis takes the distance to the largest value in 64 bits, where it wraps: what SET puts
        // so far below a short type counts as above it, as SAT shows.
        boolean farBelow = bits < MAX_SIGNED_BITS && base < limit(1) - Long.MAX_VALUE;
        if (sum > limit(1) || farBelow) {
            return 1;
        }
        return sum < limit(-1) ? -1 : 0;
    }

    private int unsignedOverflow(long base, long added) {
        // A negative value to be set is a large number to an unsigned type.
        if (base < 0 || base > mask() || added > 0 && added > mask() - base) {
            return 1;
        }
        return added < 0 && base + added < 0 ? -1 : 0;
    }
}
