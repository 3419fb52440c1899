package dev.spindle.rdb.write;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.type.HashType;
import dev.spindle.engine.type.HashWalk;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.format.RdbType;
import java.util.Arrays;

/**
 * Writes hashes: compact ones as a listpack, large ones field by field; where a field has a time, in the forms of Redis 7.4, which
 * need version 12.
 *
 * <pre>
 *   large, with times    least time (8 bytes), fields; of each 0 or its time above the least + 1, name, value
 *   compact, with times  least time (8 bytes), listpack of names, values, times (0: none), by time, those without at the end
 * </pre>
 *
 * Fields whose time has come but that are still there are written, too: their times say so to whoever reads them.
 */
final class HashWriter {

    private final Memory memory;
    private final HashWalk walk;
    private final RdbOutput out;
    private final StringWriter strings;
    private final PackBuilder pack;

    // Fields of a compact hash: the time, or the greatest long for none, where field and value are,
    // and
    // the numbers of the fields by time.
    private long[] times = new long[64];
    private long[] order = new long[64];
    private long[] fields = new long[64];
    private long[] values = new long[64];
    private long[] spare = new long[64];

    HashWriter(Arena arena, long seed, RdbOutput out, StringWriter strings, PackBuilder pack) {
        memory = arena.memory();
        walk = new HashWalk(arena, seed);
        this.out = out;
        this.strings = strings;
        this.pack = pack;
    }

    /** The form of a hash; {@link #write} then writes that hash. */
    int open(long entry) {
        walk.start(entry);
        if (walk.hasTimes()) {
            return walk.isCompact() ? RdbType.HASH_LISTPACK_EX : RdbType.HASH_METADATA;
        }
        return walk.isCompact() ? RdbType.HASH_LISTPACK : RdbType.HASH;
    }

    void write(long entry) {
        boolean timed = walk.hasTimes();
        if (walk.isCompact()) {
            if (timed) {
                writeTimedPack();
            } else {
                writePack();
            }
        } else {
            writeFields(entry, timed);
        }
    }

    private void writePack() {
        pack.begin();
        while (walk.next()) {
            addElement(walk.element());
            addElement(walk.value());
        }
        pack.end();
        strings.writeNative(pack.address(), pack.bytes());
    }

    private void addElement(long at) {
        pack.addWritten(at, Listpack.next(memory, at) - at);
    }

    private void writeTimedPack() {
        int count = collect();
        out.putLong(times[(int) order[0]]);
        pack.begin();
        for (int i = 0; i < count; i++) {
            int field = (int) order[i];
            addElement(fields[field]);
            addElement(values[field]);
            long until = times[field];
            pack.addLong(until == Long.MAX_VALUE ? HashType.NEVER : until);
        }
        pack.end();
        strings.writeNative(pack.address(), pack.bytes());
    }

    // Fields of the hash at hand, and their order by time.
    private int collect() {
        int count = 0;
        while (walk.next()) {
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
                order = Arrays.copyOf(order, 2 * count);
                fields = Arrays.copyOf(fields, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            long until = walk.expiry();
            times[count] = until == HashType.NEVER ? Long.MAX_VALUE : until;
            fields[count] = walk.element();
            values[count] = walk.value();
            count++;
        }
        sort(count);
        return count;
    }

    private void sort(int count) {
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        if (spare.length < count) {
            spare = new long[order.length];
        }
        mergeSort(0, count);
    }

    private void mergeSort(int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = from + to >>> 1;
        mergeSort(from, middle);
        mergeSort(middle, to);
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            boolean takesLeft =
                    right == to
                            || left < middle
                                    && times[(int) order[left]] <= times[(int) order[right]];
            spare[i] = takesLeft ? order[left++] : order[right++];
        }
        System.arraycopy(spare, from, order, from, to - from);
    }

    private void writeFields(long entry, boolean timed) {
        long least = timed ? leastTime() : HashType.NEVER;
        if (timed) {
            out.putLong(least);
            walk.start(entry);
        }
        out.putLength(walk.size());
        while (walk.next()) {
            if (timed) {
                long until = walk.expiry();
                out.putLength(until == HashType.NEVER ? 0 : until - least + 1);
            }
            ByteView name = walk.name();
            strings.write(name.address(), name.length());
            writeValue(walk.value());
        }
    }

    private long leastTime() {
        long least = Long.MAX_VALUE;
        while (walk.next()) {
            long until = walk.expiry();
            if (until != HashType.NEVER) {
                least = Math.min(least, until);
            }
        }
        return least;
    }

    private void writeValue(long at) {
        if (Listpack.isLong(memory, at)) {
            strings.writeLong(Listpack.longAt(memory, at));
        } else {
            strings.write(Listpack.stringAddress(memory, at), Listpack.stringLength(memory, at));
        }
    }
}
