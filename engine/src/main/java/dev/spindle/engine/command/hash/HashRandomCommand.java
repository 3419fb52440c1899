package dev.spindle.engine.command.hash;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.FieldVisitor;
import dev.spindle.engine.type.HashType;
import java.util.function.LongSupplier;

/**
 * HRANDFIELD. Every set of distinct fields is equally likely, and so is every field of a repeated pick. Three ways to the
 * fields:
 *
 * <pre>
 *   repeated, compact        the fields are listed once, then picked from the list
 *   repeated, or few of      picked one by one from the table; those already taken are known from a table of addresses
 *   a large hash
 *   otherwise                one walk that takes each field with the chance (still wanted) / (still to come)
 * </pre>
 */
final class HashRandomCommand {

    private static final byte[] WITHVALUES = {'w', 'i', 't', 'h', 'v', 'a', 'l', 'u', 'e', 's'};
    private static final byte[] OUT_OF_RANGE = Reply.errorLine("ERR value is out of range");
    private static final byte[] NO_COUNT =
            Reply.errorLine(
                    "ERR value is out of range, value must between -9223372036854775807 and"
                            + " 9223372036854775807");

    /** Distinct picks one by one pay where they are at most this part of a hash, and so many. */
    private static final int PICKED_SHARE = 3;

    private static final int MOST_PICKED = 1 << 16;
    private static final int MIX = 0x9E3779B9;

    private final Scratch places = new Scratch();
    private final FieldVisitor take = this::take;
    private Reply out;
    private Memory memory;
    private LongSupplier random;
    private boolean withValues;
    private long wanted;
    private long toCome;

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("hrandfield", -2, "readonly", "hash", this::hrandfield)
                    .keys(range("RO access", 1, 0, 1))
                    .tips("nondeterministic_output")
        };
    }

    void hrandfield(Invocation in) {
        withValues = false;
        if (in.argc() == 2) {
            one(in);
            return;
        }
        if (!in.requireLong(2)) {
            return;
        }
        long count = in.longValue();
        if (count == Long.MIN_VALUE) {
            in.reply().errorLine(NO_COUNT);
            return;
        }
        if (in.argc() > 4 || in.argc() == 4 && !in.argIs(3, WITHVALUES)) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        if (in.argc() == 4) {
            withValues = true;
            if (Math.abs(count) > Long.MAX_VALUE / 2) {
                in.reply().errorLine(OUT_OF_RANGE);
                return;
            }
        }
        some(in, count);
    }

    private void one(Invocation in) {
        long entry = HashKey.read(in, 0, 0, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        HashType hashes = in.engine().hashes();
        if (entry == 0 || !hashes.random(entry, in.db().shared().random())) {
            in.reply().nullBulk();
            return;
        }
        ByteView name = hashes.name();
        in.reply().bulk(name.address(), name.length());
    }

    private void some(Invocation in, long count) {
        long entry = HashKey.read(in, 0, 0, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        HashType hashes = in.engine().hashes();
        long live = entry == 0 || count == 0 ? 0 : hashes.liveSize(entry);
        if (live == 0) {
            in.reply().array(0);
            return;
        }
        out = in.reply();
        memory = in.db().memory();
        random = in.db().shared().random();
        wanted = count < 0 ? -count : Math.min(count, live);
        toCome = live;
        out.array(withValues && out.protocol() == 2 ? wanted * 2 : wanted);
        places.clear();
        if (count < 0) {
            repeated(hashes, entry);
        } else if (!hashes.isCompact(entry)
                && wanted <= MOST_PICKED
                && wanted * PICKED_SHARE <= live) {
            distinct(hashes, entry);
        } else {
            hashes.walk(entry, take);
        }
    }

    private void repeated(HashType hashes, long entry) {
        boolean listed = hashes.isCompact(entry);
        if (listed) {
            hashes.list(entry, places);
        }
        long count = places.length() / 8;
        for (long i = 0; i < wanted; i++) {
            if (listed) {
                hashes.moveTo(entry, places.longAt(below(count) * 8));
            } else {
                hashes.random(entry, random);
            }
            write(hashes.name(), hashes.value());
        }
    }

    // Takes fields one by one; an open table of their addresses, at most half full, knows which.
    private void distinct(HashType hashes, long entry) {
        int slots = Integer.highestOneBit((int) wanted * 2) << 1;
        places.extend(8L * slots);
        for (int i = 0; i < slots; i++) {
            places.longAt(8L * i, 0);
        }
        long taken = 0;
        while (taken < wanted && hashes.random(entry, random)) {
            if (isNew(hashes.identity(), slots)) {
                taken++;
                write(hashes.name(), hashes.value());
            }
        }
        assert taken == wanted : "there are more live fields than wanted ones";
    }

    private boolean isNew(long identity, int slots) {
        int slot = (int) (identity >>> 3) * MIX >>> 7 & slots - 1;
        while (true) {
            long there = places.longAt(8L * slot);
            if (there == 0) {
                places.longAt(8L * slot, identity);
                return true;
            }
            if (there == identity) {
                return false;
            }
            slot = slot + 1 & slots - 1;
        }
    }

    private void take(ByteView name, long value) {
        if (wanted == 0) {
            return;
        }
        if (wanted == toCome || below(toCome) < wanted) {
            wanted--;
            write(name, value);
        }
        toCome--;
    }

    private long below(long bound) {
        return (random.getAsLong() >>> 1) % bound;
    }

    private void write(ByteView name, long value) {
        if (withValues && out.protocol() == 3) {
            out.array(2);
        }
        out.bulk(name.address(), name.length());
        if (withValues) {
            HashKey.write(out, memory, value);
        }
    }
}
