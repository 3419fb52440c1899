package dev.spindle.engine.command.hash;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.LongDouble;
import dev.spindle.engine.text.Numbers;
import dev.spindle.engine.type.HashType;
import dev.spindle.engine.type.StringType;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/** Commands that set fields or add to them. */
final class HashWriteCommands {

    static final KeyspaceEvent HSET = new KeyspaceEvent(KeyspaceEvent.Kind.HASH, "hset");
    private static final KeyspaceEvent HINCRBY =
            new KeyspaceEvent(KeyspaceEvent.Kind.HASH, "hincrby");
    private static final KeyspaceEvent HINCRBYFLOAT =
            new KeyspaceEvent(KeyspaceEvent.Kind.HASH, "hincrbyfloat");
    private static final byte[] VALUE_NOT_INTEGER =
            Reply.errorLine("ERR hash value is not an integer");
    private static final byte[] VALUE_NOT_FLOAT = Reply.errorLine("ERR hash value is not a float");
    private static final byte[] NOT_FINITE = Reply.errorLine("ERR value is NaN or Infinity");
    private static final LongDouble ZERO = LongDouble.parse(new byte[] {'0'});

    private final Scratch text = new Scratch();

    CommandSpec[] rows() {
        return new CommandSpec[] {
            row("hset", -4, "RW update", in -> set(in, false)).member(2),
            row("hmset", -4, "RW update", in -> set(in, true)).member(2),
            row("hsetnx", 4, "RW insert", HashWriteCommands::hsetnx).member(2),
            row("hincrby", 4, "RW access update", HashWriteCommands::hincrby).member(2),
            row("hincrbyfloat", 4, "RW access update", this::hincrbyfloat).member(2),
        };
    }

    private static CommandSpec row(
            String name, int arity, String keyFlags, CommandHandler handler) {
        return command(name, arity, "write denyoom fast", "hash", handler)
                .keys(range(keyFlags, 1, 0, 1));
    }

    private static void set(Invocation in, boolean saysOk) {
        int argc = in.argc();
        if ((argc & 1) != 0) {
            HashKey.wrongArity(in);
            return;
        }
        long entry = HashKey.write(in, 2, argc, 2);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        long created = setPairs(in, entry, 2, argc, HashType.NEVER);
        HashKey.changed(in, (argc - 2L) / 2, HSET);
        if (saysOk) {
            in.reply().ok();
        } else {
            in.reply().integer(created);
        }
    }

    private static HashType limited(Invocation in) {
        HotParameters hot = in.engine().config().hot();
        HashType hashes = in.engine().hashes();
        hashes.limits(hot.hashMaxListpackEntries(), hot.hashMaxListpackValue());
        return hashes;
    }

    /**
     * Sets the fields and values of arguments.
     *
     * @param entry of the hash, or 0 to make it.
     * @param until of each field: an expiry, {@link HashType#NEVER} or {@link HashType#KEEP}.
     * @return how many fields are new.
     */
    static long setPairs(Invocation in, long entry, int first, int end, long until) {
        HashType hashes = limited(in);
        if (entry == 0) {
            return createWith(in, hashes, first, end, until);
        }
        if ((end - first) / 2 > in.engine().config().hot().hashMaxListpackEntries()
                && hashes.isCompact(entry)) {
            hashes.enlarge(in.db(), entry);
        }
        return setEach(in, hashes, entry, first, end, until);
    }

    private static long setEach(
            Invocation in, HashType hashes, long entry, int first, int end, long until) {
        long created = 0;
        int i = first;
        try {
            for (; i < end; i += 2) {
                hashes.newValue(in.argAddress(i + 1), in.argLength(i + 1));
                boolean isNew =
                        hashes.set(in.db(), entry, in.argAddress(i), in.argLength(i), until);
                created += isNew ? 1 : 0;
            }
        } catch (OutOfMemory full) {
            // Those before are in.
            if (i > first) {
                HashEffects.set(in, first, i, until);
                HashKey.changed(in, (i - first) / 2, HSET);
            }
            throw full;
        }
        return created;
    }

    private static long createWith(Invocation in, HashType hashes, int first, int end, long until) {
        long longest = 0;
        long bytes = 0;
        for (int i = first; i < end; i++) {
            longest = Math.max(longest, in.argLength(i));
            bytes += hashes.sizeOf(in.argAddress(i), in.argLength(i));
        }
        if (hashes.fits((end - first) / 2, longest, bytes)) {
            return createCompact(in, hashes, first, end, bytes, until);
        }
        long created = createLarge(in, hashes, first, end, until);
        in.event(KeyspaceEvent.NEW, 1);
        return created;
    }

    // Written in one go: the block is allocated once for all fields.
    private static long createCompact(
            Invocation in, HashType hashes, int first, int end, long bytes, long until) {
        Keyspace db = in.db();
        long created = 0;
        long made = hashes.begin(db, in.argAddress(1), in.argLength(1), bytes);
        for (int i = first; i < end; i += 2) {
            boolean isNew =
                    hashes.fill(
                            made,
                            in.argAddress(i),
                            in.argLength(i),
                            in.argAddress(i + 1),
                            in.argLength(i + 1));
            created += isNew ? 1 : 0;
        }
        boolean timed = until != HashType.NEVER && until != HashType.KEEP;
        if (timed) {
            hashes.filledToExpire(db, made);
        } else {
            hashes.filled(db, made);
        }
        StringType.place(db, in.keyHash(1), 0, made);
        in.event(KeyspaceEvent.NEW, 1);
        if (timed) {
            date(in, hashes, made, first, end, until);
        }
        return created;
    }

    private static void date(
            Invocation in, HashType hashes, long made, int first, int end, long until) {
        try {
            setEach(in, hashes, made, first, end, until);
        } catch (OutOfMemory full) {
            // Some have no time yet.
            in.db().delete(in.keyHash(1), in.argAddress(1), in.argLength(1));
            if (in.engine().propagation().isActive()) {
                HashEffects.deletedKey(in);
            }
            throw full;
        }
    }

    private static long createLarge(
            Invocation in, HashType hashes, int first, int end, long until) {
        Keyspace db = in.db();
        long made = hashes.createLarge(db, in.keyHash(1), in.argAddress(1), in.argLength(1));
        try {
            return setEach(in, hashes, made, first, end, until);
        } catch (OutOfMemory full) {
            if (HashKey.size(in, made) == 0) {
                db.delete(in.keyHash(1), in.argAddress(1), in.argLength(1));
            }
            throw full;
        }
    }

    static void hsetnx(Invocation in) {
        long entry = HashKey.write(in, 2, 3, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry != 0 && in.engine().hashes().find(entry, in.argAddress(2), in.argLength(2))) {
            in.reply().integer(0);
            return;
        }
        setPairs(in, entry, 2, 4, HashType.NEVER);
        HashKey.changed(in, 1, HSET);
        in.reply().integer(1);
    }

    static void hincrby(Invocation in) {
        if (!in.requireLong(3)) {
            return;
        }
        long by = in.longValue();
        long entry = HashKey.write(in, 2, 3, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        HashType hashes = limited(in);
        Memory memory = in.db().memory();
        long before = 0;
        if (entry != 0 && hashes.find(entry, in.argAddress(2), in.argLength(2))) {
            // Whatever reads as an integer is kept as one.
            if (!Listpack.isLong(memory, hashes.value())) {
                in.reply().errorLine(VALUE_NOT_INTEGER);
                return;
            }
            before = Listpack.longAt(memory, hashes.value());
        }
        long after = before + by;
        if (((before ^ after) & (by ^ after)) < 0) {
            in.reply().errorLine(ReplyErrors.OVERFLOW);
            return;
        }
        if (entry == 0) {
            entry = createEmpty(in, hashes, Numbers.longLength(after));
        }
        hashes.newValue(after);
        setOne(in, hashes, entry);
        HashKey.changed(in, 1, HINCRBY);
        in.reply().integer(after);
    }

    // A hash that gets its first field at once, by setOne.
    private static long createEmpty(Invocation in, HashType hashes, int valueLength) {
        Keyspace db = in.db();
        int longest = Math.max(in.argLength(2), valueLength);
        long made;
        if (hashes.fits(1, longest, 0)) {
            // The block grows to what the field takes.
            made = hashes.begin(db, in.argAddress(1), in.argLength(1), 1);
            hashes.filled(db, made);
            StringType.place(db, in.keyHash(1), 0, made);
        } else {
            made = hashes.createLarge(db, in.keyHash(1), in.argAddress(1), in.argLength(1));
        }
        in.event(KeyspaceEvent.NEW, 1);
        return made;
    }

    private static void setOne(Invocation in, HashType hashes, long entry) {
        try {
            hashes.set(in.db(), entry, in.argAddress(2), in.argLength(2), HashType.KEEP);
        } catch (OutOfMemory full) {
            if (HashKey.size(in, entry) == 0) {
                in.db().delete(in.keyHash(1), in.argAddress(1), in.argLength(1));
            }
            throw full;
        }
    }

    void hincrbyfloat(Invocation in) {
        LongDouble by = LongDouble.parse(in.argBytes(3));
        if (by == null) {
            in.reply().errorLine(ReplyErrors.NOT_FLOAT);
            return;
        }
        if (!by.isFinite()) {
            in.reply().errorLine(NOT_FINITE);
            return;
        }
        long entry = HashKey.write(in, 2, 3, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        HashType hashes = limited(in);
        LongDouble before = ZERO;
        boolean timed = false;
        if (entry != 0 && hashes.find(entry, in.argAddress(2), in.argLength(2))) {
            timed = hashes.expiry() != HashType.NEVER;
            before = parse(hashes.text(hashes.value()));
            if (before == null) {
                in.reply().errorLine(VALUE_NOT_FLOAT);
                return;
            }
        }
        LongDouble after = before.plus(by);
        if (after == null || !after.isFinite()) {
            in.reply().errorLine(ReplyErrors.NOT_A_FINITE_SUM);
            return;
        }
        byte[] digits = after.toText().getBytes(StandardCharsets.US_ASCII);
        if (entry == 0) {
            entry = createEmpty(in, hashes, digits.length);
        }
        text.clear();
        for (byte digit : digits) {
            text.appendByte(digit);
        }
        hashes.newValue(text.address(), digits.length);
        setOne(in, hashes, entry);
        HashKey.changed(in, 1, HINCRBYFLOAT);
        HashEffects.computed(in, digits, timed);
        in.reply().bulk(digits);
    }

    private static LongDouble parse(ByteView value) {
        if (value.length() > LongDouble.MAX_TEXT_LENGTH) {
            return null;
        }
        byte[] bytes = new byte[(int) value.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = UnsafeApi.getByte(value.address() + i);
        }
        return LongDouble.parse(bytes);
    }
}
