package dev.spindle.engine.command.hash;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ScanArguments;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.FieldVisitor;
import dev.spindle.engine.type.HashType;

/**
 * HSCAN. A compact hash is answered whole, with cursor 0; so a scan that began on it and goes on after it grew large begins
 * anew at 0, and one that began on the table never meets a compact hash, since none becomes small again. Either way a field
 * that stays from start to end is answered.
 */
final class HashScanCommand {

    private static final int PICK_BYTES = 24;

    private final ScanArguments arguments = new ScanArguments();
    private final Scratch picked = new Scratch();
    private final FieldVisitor pick = this::pick;
    private final FieldVisitor count = this::count;
    private final FieldVisitor write = this::write;
    private Reply out;
    private Memory memory;
    private boolean withValues;
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
        if (!arguments.parseCursor(in, 2)) {
            return;
        }
        long entry = HashKey.read(in, 0, 0, 1);
        if (!arguments.begin(in, entry, true)) {
            return;
        }
        withValues = !arguments.noValues();
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
        long next = arguments.cursor();
        long buckets = arguments.mostBuckets();
        do {
            next = hashes.scan(entry, next, pick);
        } while (next != 0 && visited < arguments.count() && --buckets > 0);
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
        return arguments.matches(name.address(), (int) name.length());
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
