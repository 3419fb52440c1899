package dev.spindle.rdb.write;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.Doubles;
import dev.spindle.engine.type.CollectionEntry;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.SortedSetType;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.format.RdbType;

/**
 * Writes sorted sets: compact ones as a listpack of members and scores, large ones from the greatest element to the least, so that
 * whoever loads them inserts at the front of what is there.
 */
final class SortedSetWriter {

    /** Whole scores up to here stand as integers in a listpack of Redis. */
    private static final double MOST_WHOLE = (double) (Long.MAX_VALUE / 2);

    private final SortedSetType types;
    private final RdbOutput out;
    private final StringWriter strings;
    private final PackBuilder pack;
    private final Scratch text = new Scratch();
    private WriteOptions options = WriteOptions.DEFAULT;

    SortedSetWriter(Arena arena, long seed, RdbOutput out, StringWriter strings, PackBuilder pack) {
        types = new SortedSetType(arena, seed);
        this.out = out;
        this.strings = strings;
        this.pack = pack;
    }

    void options(WriteOptions chosen) {
        options = chosen;
    }

    static int type(long header) {
        return CollectionEntry.isCompact(header) ? RdbType.ZSET_LISTPACK : RdbType.ZSET_2;
    }

    void write(long entry) {
        SortedSet set = types.wrap(null, entry);
        if (set.isCompact()) {
            writePack(set);
        } else {
            writeElements(set);
        }
    }

    private void writePack(SortedSet set) {
        pack.begin();
        set.seek(0, set.size());
        do {
            ByteView member = set.member();
            pack.add(member.address(), member.length());
            addScore(set.score());
        } while (set.next());
        pack.end();
        strings.writeNative(pack.address(), pack.bytes());
    }

    private void addScore(double score) {
        if (Math.abs(score) <= MOST_WHOLE && score == (long) score) {
            pack.addLong((long) score);
            return;
        }
        text.clear();
        long to = text.extend(Doubles.MAX_LENGTH);
        int length =
                options.isRedis72() ? Doubles.writeShortest(to, score) : Doubles.write(to, score);
        pack.addNative(to, length);
    }

    private void writeElements(SortedSet set) {
        long size = set.size();
        out.putLength(size);
        set.seek(size - 1, -size);
        do {
            ByteView member = set.member();
            strings.write(member.address(), member.length());
            out.putLong(Double.doubleToRawLongBits(set.score()));
        } while (set.previous());
    }
}
