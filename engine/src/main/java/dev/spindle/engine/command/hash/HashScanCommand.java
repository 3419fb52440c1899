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
import dev.spindle.engine.text.GlobPattern;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.type.FieldVisitor;
import dev.spindle.engine.type.HashType;

/**
 * HSCAN. A compact hash is answered whole, with cursor 0; so a scan that began on it and goes on after it grew large begins
 * anew at 0, and one that began on the table never meets a compact hash, since none becomes small again. Either way a field
 * that stays from start to end is answered.
 */
final class HashScanCommand {

    private static final byte[] INVALID_CURSOR = Reply.errorLine("ERR invalid cursor");
    private static final byte[] COUNT = {'c', 'o', 'u', 'n', 't'};
    private static final byte[] MATCH = {'m', 'a', 't', 'c', 'h'};
    private static final byte[] NOVALUES = {'n', 'o', 'v', 'a', 'l', 'u', 'e', 's'};
    private static final long DEFAULT_COUNT = 10;
    private static final int BUCKETS_PER_ELEMENT = 10;
    private static final int PICK_BYTES = 24;

    private final LongResult cursor = new LongResult();
    private final Scratch picked = new Scratch();
    private final FieldVisitor pick = this::pick;
    private final FieldVisitor count = this::count;
    private final FieldVisitor write = this::write;
    private Reply out;
    private Memory memory;
    private long pattern;
    private int patternLength;
    private boolean all;
    private boolean withValues;
    private long most;
    private long visited;
    private long matching;

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("hscan", -3, "readonly", "hash", this::hscan)
                    .keys(range("RO access", 1, 0, 1))
                    .tips("nondeterministic_output")
        };
    }

    void hscan(Invocation in) {
        if (!ScanCursor.parse(in.argAddress(2), in.argLength(2), cursor)) {
            in.reply().errorLine(INVALID_CURSOR);
            return;
        }
        long entry = HashKey.read(in, 0, 0, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            // Whatever the options are.
            in.reply().array(2);
            in.reply().bulkInteger(0);
            in.reply().array(0);
            return;
        }
        if (!options(in)) {
            return;
        }
        out = in.reply();
        memory = in.db().memory();
        visited = 0;
        matching = 0;
        if (in.engine().hashes().isCompact(entry)) {
            compact(in.engine().hashes(), entry);
        } else {
            large(in.engine().hashes(), entry);
        }
    }

    private boolean options(Invocation in) {
        most = DEFAULT_COUNT;
        all = true;
        withValues = true;
        for (int i = 3; i < in.argc(); i++) {
            boolean hasValue = i + 1 < in.argc();
            if (hasValue && in.argIs(i, COUNT)) {
                if (!in.requireLong(++i)) {
                    return false;
                }
                most = in.longValue();
                if (most < 1) {
                    in.reply().errorLine(ReplyErrors.SYNTAX);
                    return false;
                }
            } else if (hasValue && in.argIs(i, MATCH)) {
                i++;
                pattern = in.argAddress(i);
                patternLength = in.argLength(i);
                all = GlobPattern.matchesAll(pattern, patternLength);
            } else if (in.argIs(i, NOVALUES)) {
                withValues = false;
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return false;
            }
        }
        return true;
    }

    // The number comes before the fields: two walks over a small block.
    private void compact(HashType hashes, long entry) {
        hashes.walk(entry, count);
        head(0);
        hashes.walk(entry, write);
    }

    private void head(long next) {
        out.array(2);
        out.bulkInteger(next);
        out.array(withValues ? matching * 2 : matching);
    }

    private void large(HashType hashes, long entry) {
        picked.clear();
        long next = cursor.value;
        long buckets =
                most > Long.MAX_VALUE / BUCKETS_PER_ELEMENT ? most : most * BUCKETS_PER_ELEMENT;
        do {
            next = hashes.scan(entry, next, pick);
        } while (next != 0 && visited < most && --buckets > 0);
        matching = picked.length() / PICK_BYTES;
        head(next);
        for (long at = 0; at < picked.length(); at += PICK_BYTES) {
            out.bulk(picked.longAt(at), picked.longAt(at + 8));
            if (withValues) {
                HashKey.write(out, memory, picked.longAt(at + 16));
            }
        }
    }

    private boolean matches(ByteView name) {
        return all
                || GlobPattern.matches(
                        pattern, patternLength, name.address(), (int) name.length(), false);
    }

    private void pick(ByteView name, long value) {
        visited++;
        if (matches(name)) {
            picked.appendLong(name.address());
            picked.appendLong(name.length());
            picked.appendLong(value);
        }
    }

    private void count(ByteView name, long value) {
        matching += matches(name) ? 1 : 0;
    }

    private void write(ByteView name, long value) {
        if (matches(name)) {
            out.bulk(name.address(), name.length());
            if (withValues) {
                HashKey.write(out, memory, value);
            }
        }
    }
}
