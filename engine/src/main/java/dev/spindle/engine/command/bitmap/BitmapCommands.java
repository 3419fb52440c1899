package dev.spindle.engine.command.bitmap;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.Bits;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.agrona.UnsafeApi;

/** Single bits, counts and positions in strings, and the rows of the family. */
public final class BitmapCommands {

    static final byte[] BAD_OFFSET =
            Reply.errorLine("ERR bit offset is not an integer or out of range");
    private static final byte[] BAD_BIT =
            Reply.errorLine("ERR bit is not an integer or out of range");
    private static final byte[] BIT_NOT_BINARY =
            Reply.errorLine("ERR The bit argument must be 1 or 0.");

    static final KeyspaceEvent SETBIT = new KeyspaceEvent(KeyspaceEvent.Kind.STRING, "setbit");

    private static final byte[] BIT = {'b', 'i', 't'};
    private static final byte[] BYTE = {'b', 'y', 't', 'e'};

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        CommandSpec[] own = {
            command("getbit", 3, "readonly fast", "bitmap", BitmapCommands::getbit)
                    .keys(range("RO access", 1, 0, 1)),
            command("setbit", 4, "write denyoom", "bitmap", BitmapCommands::setbit)
                    .keys(range("RW access update", 1, 0, 1)),
            command("bitcount", -2, "readonly", "bitmap", BitmapCommands::bitcount)
                    .keys(range("RO access", 1, 0, 1)),
            command("bitpos", -3, "readonly", "bitmap", BitmapCommands::bitpos)
                    .keys(range("RO access", 1, 0, 1)),
        };
        return Stream.of(own, BitOperation.rows(), BitFieldCommands.rows())
                .flatMap(Arrays::stream)
                .toArray(CommandSpec[]::new);
    }

    private BitmapCommands() {}

    /** Whether an offset in bits is within the longest string allowed. */
    static boolean isOffset(Invocation in, long offset) {
        return offset >= 0
                && offset >>> 3 < in.engine().settings().maxBulkLength
                && offset >>> 3 < StringType.MAX_LENGTH - Long.BYTES;
    }

    private static boolean requireOffset(Invocation in, int index) {
        if (in.isLong(index) && isOffset(in, in.longValue())) {
            return true;
        }
        in.reply().errorLine(BAD_OFFSET);
        return false;
    }

    static void getbit(Invocation in) {
        if (!requireOffset(in, 2)) {
            return;
        }
        long offset = in.longValue();
        long entry = in.readAs(1, ValueType.STRING);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().integer(0);
            return;
        }
        ByteView value = in.engine().strings().view(in.db().memory(), entry);
        long at = offset >>> 3;
        int bits = at < value.length() ? UnsafeApi.getByte(value.address() + at) : 0;
        in.reply().integer(bits >>> (7 - (int) (offset & 7)) & 1);
    }

    static void setbit(Invocation in) {
        if (!requireOffset(in, 2)) {
            return;
        }
        long offset = in.longValue();
        if (!in.isLong(3) || (in.longValue() & ~1) != 0) {
            in.reply().errorLine(BAD_BIT);
            return;
        }
        int bit = (int) in.longValue();
        long old = in.writeAs(1, ValueType.STRING);
        if (old == Invocation.WRONG_TYPE) {
            return;
        }
        boolean changed = isShort(in, old, offset >>> 3);
        long entry = writable(in, old, offset >>> 3);
        Memory memory = in.db().memory();
        long at = in.engine().strings().view(memory, entry).address() + (offset >>> 3);
        int shift = 7 - (int) (offset & 7);
        int before = memory.getByte(at);
        changed |= (before >>> shift & 1) != bit;
        if (changed) {
            memory.putByte(at, (byte) (before & ~(1 << shift) | bit << shift));
            in.modified(1);
            in.event(SETBIT, 1);
        }
        in.reply().integer(before >>> shift & 1);
    }

    /** Whether a string must be made or grow to hold a byte. */
    static boolean isShort(Invocation in, long entry, long lastByte) {
        return entry == 0 || StringType.length(in.db().memory(), entry) <= lastByte;
    }

    /**
     * Makes the string at the first key raw and long enough to hold a byte.
     *
     * @param entry of the string, found last; 0: it is made, and that is told.
     * @return its entry.
     */
    static long writable(Invocation in, long entry, long lastByte) {
        StringType strings = in.engine().strings();
        Memory memory = in.db().memory();
        if (entry == 0) {
            long made =
                    strings.create(
                            in.db(),
                            in.keyHash(1),
                            in.argAddress(1),
                            in.argLength(1),
                            lastByte + 1);
            in.event(KeyspaceEvent.NEW, 1);
            return made;
        }
        long length = Math.max(StringType.length(memory, entry), lastByte + 1);
        return strings.grow(in.db(), entry, length);
    }

    static void bitcount(Invocation in) {
        long entry = in.readAs(1, ValueType.STRING);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().integer(0);
            return;
        }
        int argc = in.argc();
        long start = 0;
        long end = -1;
        boolean inBits = false;
        if (argc == 4 || argc == 5) {
            if (!in.requireLong(2)) {
                return;
            }
            start = in.longValue();
            if (!in.requireLong(3)) {
                return;
            }
            end = in.longValue();
            if (start < 0 && end < 0 && start > end) {
                in.reply().integer(0);
                return;
            }
            if (argc == 5) {
                inBits = in.argIs(4, BIT);
                if (!inBits && !in.argIs(4, BYTE)) {
                    in.reply().errorLine(ReplyErrors.SYNTAX);
                    return;
                }
            }
        } else if (argc != 2) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        ByteView value = in.engine().strings().view(in.db().memory(), entry);
        long units = inBits ? value.length() << 3 : value.length();
        long from = first(start, units);
        long to = last(end, units);
        if (from > to) {
            in.reply().integer(0);
        } else if (inBits) {
            in.reply().integer(Bits.count(value.address(), from, to));
        } else {
            in.reply().integer(Bits.countBytes(value.address() + from, to - from + 1));
        }
    }

    // Negative positions count from the end; what is outside is cut.
    private static long first(long start, long units) {
        return Math.max(0, start < 0 ? start + units : start);
    }

    private static long last(long end, long units) {
        return Math.min(units - 1, Math.max(0, end < 0 ? end + units : end));
    }

    static void bitpos(Invocation in) {
        if (!in.requireLong(2)) {
            return;
        }
        long bit = in.longValue();
        if (bit != 0 && bit != 1) {
            in.reply().errorLine(BIT_NOT_BINARY);
            return;
        }
        long entry = in.readAs(1, ValueType.STRING);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().integer(bit == 1 ? -1 : 0);
            return;
        }
        int argc = in.argc();
        if (argc > 6) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        long start = 0;
        long end = -1;
        boolean inBits = false;
        if (argc >= 4) {
            if (!in.requireLong(3)) {
                return;
            }
            start = in.longValue();
        }
        if (argc == 6) {
            inBits = in.argIs(5, BIT);
            if (!inBits && !in.argIs(5, BYTE)) {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return;
            }
        }
        if (argc >= 5) {
            if (!in.requireLong(4)) {
                return;
            }
            end = in.longValue();
        }
        ByteView value = in.engine().strings().view(in.db().memory(), entry);
        in.reply().integer(find(value, (int) bit, start, end, inBits, argc >= 5));
    }

    private static long find(
            ByteView value, int bit, long start, long end, boolean inBits, boolean endGiven) {
        long units = inBits ? value.length() << 3 : value.length();
        long from = first(start, units);
        long to = last(end, units);
        if (from > to) {
            return -1;
        }
        long found =
                inBits
                        ? Bits.find(value.address(), from, to, bit)
                        : Bits.find(value.address(), from << 3, (to << 3) + 7, bit);
        if (found >= 0) {
            return found;
        }
        // Without an end the string goes on as zeros for ever.
        return bit == 0 && !endGiven ? value.length() << 3 : -1;
    }
}
