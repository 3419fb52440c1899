package dev.spindle.rdb.write;

import dev.spindle.engine.encoding.IntSet;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.type.CollectionEntry;
import dev.spindle.engine.type.SetWalk;
import dev.spindle.engine.type.ValueType;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.format.RdbType;
import org.agrona.UnsafeApi;

/** Writes sets: integer sets and listpacks as such, tables member by member. */
final class SetWriter {

    private static final int INTSET_HEAD = 8;

    private final Memory memory;
    private final SetWalk walk;
    private final RdbOutput out;
    private final StringWriter strings;
    private final PackBuilder pack;
    private final Scratch integers = new Scratch();
    private WriteOptions options = WriteOptions.DEFAULT;

    SetWriter(Arena arena, long seed, RdbOutput out, StringWriter strings, PackBuilder pack) {
        memory = arena.memory();
        walk = new SetWalk(arena, seed);
        this.out = out;
        this.strings = strings;
        this.pack = pack;
    }

    void options(WriteOptions chosen) {
        options = chosen;
    }

    int type(long header) {
        return switch (Entry.encoding(header)) {
            case ValueType.INTSET -> RdbType.SET_INTSET;
            case ValueType.LISTPACK -> options.isRedis72() ? RdbType.SET_LISTPACK : RdbType.SET;
            default -> RdbType.SET;
        };
    }

    void write(long entry, long header) {
        walk.start(entry);
        switch (type(header)) {
            case RdbType.SET_INTSET -> writeIntegers(header);
            case RdbType.SET_LISTPACK -> writePack();
            default -> writeMembers(header);
        }
    }

    // A block may be wider than its integers need; Redis reads either.
    private void writeIntegers(long header) {
        int count = CollectionEntry.count(header);
        integers.clear();
        integers.extend(INTSET_HEAD + (long) count * Long.BYTES);
        long at = integers.address() + INTSET_HEAD;
        int width = walk.width();
        for (int batch = walk.next(); batch > 0; batch = walk.next()) {
            for (int i = 0; i < batch; i++) {
                at = put(at, width, walk.ref(i));
            }
        }
        long head = integers.address();
        UnsafeApi.putInt(head, width);
        UnsafeApi.putInt(head + 4, count);
        strings.writeNative(head, (int) (at - head));
    }

    private static long put(long to, int width, long value) {
        assert IntSet.widthOf(value) <= width : "does not fit";
        switch (width) {
            case Short.BYTES -> UnsafeApi.putShort(to, (short) value);
            case Integer.BYTES -> UnsafeApi.putInt(to, (int) value);
            default -> UnsafeApi.putLong(to, value);
        }
        return to + width;
    }

    private void writePack() {
        pack.begin();
        for (int batch = walk.next(); batch > 0; batch = walk.next()) {
            for (int i = 0; i < batch; i++) {
                long at = walk.ref(i);
                pack.addWritten(at, Listpack.next(memory, at) - at);
            }
        }
        pack.end();
        strings.writeNative(pack.address(), pack.bytes());
    }

    private void writeMembers(long header) {
        out.putLength(walk.size(header));
        for (int batch = walk.next(); batch > 0; batch = walk.next()) {
            for (int i = 0; i < batch; i++) {
                long at = walk.ref(i);
                if (walk.encoding() != ValueType.LISTPACK) {
                    strings.write(Member.keyAddress(memory, at), Member.keyLength(memory, at));
                } else if (Listpack.isLong(memory, at)) {
                    strings.writeLong(Listpack.longAt(memory, at));
                } else {
                    strings.write(
                            Listpack.stringAddress(memory, at), Listpack.stringLength(memory, at));
                }
            }
        }
    }
}
