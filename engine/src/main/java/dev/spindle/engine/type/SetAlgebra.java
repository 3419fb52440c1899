package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;
import java.util.Arrays;

/**
 * Intersection, union and difference of sets.
 *
 * <p>An intersection walks the smallest set and probes the others; the first form of a difference walks the first set and probes
 * those to subtract. Both leave references into the set walked ({@link #ref}), not copies. Members are probed in batches: all of a
 * batch are looked up in one set before the next set has its turn, and the lines they need are loaded together before, so that
 * cache misses overlap. Hashes are the same in every set, so each is computed once.
 *
 * <p>A union, and the second form of a difference (copy the first set, take the members of the others out), make a new set that is
 * in no table of keys. The form is chosen by Redis's estimate of work, and members are added in the same manner, since the
 * result's encoding shows it.
 */
public final class SetAlgebra {

    private final Memory memory;
    private final SetType sets;
    private final SetWalk walk;
    private final Scratch refs = new Scratch();
    private long[] sources = new long[8];
    private int count;
    private int missing;
    private boolean firstTwice;
    private boolean onlyNumbers;
    private long longest;
    private long touched;

    // A batch: references, hashes and lines of members that are still in question.
    private long[] batch = new long[2 * SetWalk.BATCH];
    private long[] hashes = new long[2 * SetWalk.BATCH];
    private long[] roots = new long[2 * SetWalk.BATCH];
    private long[] lines = new long[2 * SetWalk.BATCH];

    /**
     * Makes the algebra.
     *
     * @param seed of member hashes.
     */
    public SetAlgebra(Arena arena, SetType sets, long seed) {
        memory = arena.memory();
        this.sets = sets;
        walk = new SetWalk(arena, seed);
    }

    /** Forgets the operands. */
    public void clear() {
        count = 0;
        missing = 0;
        firstTwice = false;
        refs.clear();
    }

    /** Adds an operand; 0 stands for a key that does not exist. */
    public void operand(long entry) {
        if (count == sources.length) {
            sources = Arrays.copyOf(sources, 2 * count);
        }
        if (entry == 0) {
            missing++;
        } else if (count > 0 && entry == sources[0]) {
            firstTwice = true;
        }
        sources[count++] = entry;
    }

    /** Operands that do not exist. */
    public int missing() {
        return missing;
    }

    /** The only operand that exists, or 0 when there are none or several. */
    public long onlyOperand() {
        long only = 0;
        for (int i = 0; i < count; i++) {
            if (sources[i] != 0 && sources[i] != only) {
                if (only != 0) {
                    return 0;
                }
                only = sources[i];
            }
        }
        return only;
    }

    /** The encoding of the references that are the result. */
    public int encoding() {
        return walk.encoding();
    }

    /** A reference of the result. */
    public long ref(long index) {
        return refs.longAt(index * Long.BYTES);
    }

    // By size, the smallest first, or the largest first from the second on. Shell's sort: there may
    // be thousands.
    private void sort(int from, boolean smallestFirst) {
        int length = count - from;
        for (int gap = length / 2; gap > 0; gap /= 2) {
            for (int i = from + gap; i < count; i++) {
                long moved = sources[i];
                long size = sizeOf(moved);
                int j = i;
                while (j - gap >= from
                        && (smallestFirst
                                ? sizeOf(sources[j - gap]) > size
                                : sizeOf(sources[j - gap]) < size)) {
                    sources[j] = sources[j - gap];
                    j -= gap;
                }
                sources[j] = moved;
            }
        }
    }

    private long sizeOf(long entry) {
        return entry == 0 ? 0 : sets.size(entry);
    }

    /** Intersects; all operands must exist. Answers how many members the result has, at {@link #ref}. */
    public long intersect() {
        sort(0, true);
        return probe(true, 0, true);
    }

    /** How many members all operands share; they must exist. At most {@code limit}, unless it is 0. */
    public long count(long limit) {
        sort(0, true);
        long found = probe(true, limit, false);
        return limit == 0 ? found : Math.min(found, limit);
    }

    /** Whether {@link #subtract} should be used, else {@link #subtractByCopy}. */
    public boolean probesToSubtract() {
        long probing = 0;
        long copying = 0;
        long first = sizeOf(sources[0]);
        for (int i = 0; i < count; i++) {
            if (sources[i] != 0) {
                probing += first;
                copying += sizeOf(sources[i]);
            }
        }
        // Probing has the better constant and may end early.
        return firstTwice || sources[0] == 0 || probing / 2 <= copying;
    }

    /** Subtracts all others from the first operand; answers how many members are left, at {@link #ref}. */
    public long subtract() {
        if (firstTwice || sources[0] == 0) {
            return 0;
        }
        sort(1, false);
        return probe(false, 0, true);
    }

    private long probe(boolean wanted, long limit, boolean kept) {
        long found = 0;
        boolean hashed = anyTable();
        walk.start(sources[0]);
        for (int left = walk.next(); left > 0; left = walk.next()) {
            take(left, hashed);
            for (int i = 1; i < count && left > 0; i++) {
                if (sources[i] != 0 && sources[i] != sources[0]) {
                    left = filter(sources[i], left, wanted);
                }
            }
            found += left;
            for (int i = 0; i < left && kept; i++) {
                refs.appendLong(batch[i]);
            }
            if (limit != 0 && found >= limit) {
                return found;
            }
        }
        return found;
    }

    private boolean anyTable() {
        for (int i = 1; i < count; i++) {
            if (sources[i] != 0
                    && Entry.encoding(Entry.header(memory, sources[i])) == ValueType.HASHTABLE) {
                return true;
            }
        }
        return false;
    }

    // Makes what the walk has at hand the batch.
    private void take(int members, boolean hashed) {
        if (batch.length < members) {
            batch = new long[2 * members];
            hashes = new long[2 * members];
            roots = new long[2 * members];
            lines = new long[2 * members];
        }
        for (int i = 0; i < members; i++) {
            batch[i] = walk.ref(i);
        }
        if (hashed) {
            hash(members);
        }
    }

    private void hash(int members) {
        for (int i = 0; i < members; i++) {
            ByteView bytes = sets.view(walk.encoding(), batch[i]);
            hashes[i] = sets.hash(bytes.address(), (int) bytes.length());
        }
    }

    // Keeps the members of the batch that are in a set, or those that are not; answers how many.
    private int filter(long entry, int members, boolean wanted) {
        long header = Entry.header(memory, entry);
        int encoding = Entry.encoding(header);
        if (encoding == ValueType.HASHTABLE) {
            sets.touch(entry, roots, hashes, lines, members);
        }
        int left = 0;
        for (int i = 0; i < members; i++) {
            if (isIn(entry, header, encoding, i) == wanted) {
                batch[left] = batch[i];
                hashes[left++] = hashes[i];
            }
        }
        return left;
    }

    private boolean isIn(long entry, long header, int encoding, int index) {
        long ref = batch[index];
        if (encoding == ValueType.INTSET) {
            if (walk.encoding() == ValueType.INTSET) {
                return sets.containsNumber(entry, header, ref);
            }
            if (walk.encoding() == ValueType.LISTPACK) {
                return Listpack.isLong(memory, ref)
                        && sets.containsNumber(entry, header, Listpack.longAt(memory, ref));
            }
        }
        ByteView bytes = sets.view(walk.encoding(), ref);
        return encoding == ValueType.HASHTABLE
                ? sets.contains(entry, header, hashes[index], bytes.address(), (int) bytes.length())
                : sets.contains(entry, bytes.address(), (int) bytes.length());
    }

    // Results in a set of their own.

    /**
     * Makes a set of an intersection's members; there is at least one. Its encoding is the one that Redis's way of building it
     * leaves behind.
     */
    public long collectIntersection(Keyspace db, long key, int keyLength, long members) {
        look(members);
        int encoding;
        if (onlyNumbers && members <= sets.maxIntsetEntries()) {
            encoding = ValueType.INTSET;
        } else if (walk.encoding() == ValueType.INTSET || !sets.fitsListpack(members, longest)) {
            encoding = ValueType.HASHTABLE;
        } else {
            encoding = ValueType.LISTPACK;
        }
        return collect(db, key, keyLength, encoding, members);
    }

    private void look(long members) {
        onlyNumbers = true;
        longest = 0;
        for (long i = 0; i < members; i++) {
            ByteView bytes = sets.view(walk.encoding(), ref(i));
            longest = Math.max(longest, bytes.length());
            onlyNumbers = onlyNumbers && sets.isNumber(bytes.address(), (int) bytes.length());
        }
    }

    /** Makes a set of a difference's members; there is at least one. */
    public long collectDifference(Keyspace db, long key, int keyLength, long members) {
        ByteView first = sets.view(walk.encoding(), ref(0));
        int encoding = sets.resultEncoding(first.address(), (int) first.length());
        return collect(db, key, keyLength, encoding, members);
    }

    private long collect(Keyspace db, long key, int keyLength, int encoding, long members) {
        ByteView first = sets.view(walk.encoding(), ref(0));
        long made = sets.make(db, encoding, key, keyLength, first.address(), (int) first.length());
        try {
            for (long from = 1; from < members; from += SetWalk.BATCH) {
                int some = (int) Math.min(SetWalk.BATCH, members - from);
                touchRefs(from, some);
                for (int i = 0; i < some; i++) {
                    batch[i] = ref(from + i);
                }
                hash(some);
                addBatch(db, made, 0, some);
            }
        } catch (OutOfMemory full) {
            db.discard(made);
            throw full;
        }
        return made;
    }

    /** Loads the members that some references of the result stand for. */
    public void touchRefs(long from, int some) {
        if (walk.encoding() == ValueType.HASHTABLE) {
            for (int i = 0; i < some; i++) {
                lines[i] = ref(from + i);
            }
            touched += memory.touch(lines, some);
        }
    }

    /** What touches summed up to; there to keep the loads alive. */
    public long touched() {
        return touched;
    }

    private void addBatch(Keyspace db, long to, int from, int members) {
        sets.touch(to, roots, hashes, lines, members);
        for (int i = from; i < members; i++) {
            ByteView bytes = sets.view(walk.encoding(), batch[i]);
            sets.add(db, to, hashes[i], bytes.address(), (int) bytes.length());
        }
    }

    /** Makes a set of what is in any operand; 0 when there is nothing. */
    public long unite(Keyspace db, long key, int keyLength) {
        long made = 0;
        try {
            for (int i = 0; i < count; i++) {
                if (sources[i] != 0) {
                    made = addAll(db, key, keyLength, made, sources[i]);
                }
            }
        } catch (OutOfMemory full) {
            discard(db, made);
            throw full;
        }
        return made;
    }

    private static void discard(Keyspace db, long made) {
        if (made != 0) {
            db.discard(made);
        }
    }

    private long addAll(Keyspace db, long key, int keyLength, long to, long entry) {
        long made = to;
        walk.start(entry);
        for (int members = walk.next(); members > 0; members = walk.next()) {
            int from = 0;
            if (made == 0) {
                ByteView first = sets.view(walk.encoding(), walk.ref(0));
                int length = (int) first.length();
                made =
                        sets.make(
                                db,
                                sets.resultEncoding(first.address(), length),
                                key,
                                keyLength,
                                first.address(),
                                length);
                from = 1;
            }
            take(members, true);
            try {
                addBatch(db, made, from, members);
            } catch (OutOfMemory full) {
                if (to == 0) {
                    db.discard(made);
                }
                throw full;
            }
        }
        return made;
    }

    /** Makes a set of the first operand's members without those of the others, by taking them out; 0 when nothing is left. */
    public long subtractByCopy(Keyspace db, long key, int keyLength) {
        long made = addAll(db, key, keyLength, 0, sources[0]);
        for (int i = 1; i < count; i++) {
            if (sources[i] == 0) {
                continue;
            }
            walk.start(sources[i]);
            for (int members = walk.next(); members > 0; members = walk.next()) {
                take(members, true);
                sets.touch(made, roots, hashes, lines, members);
                for (int n = 0; n < members; n++) {
                    ByteView bytes = sets.view(walk.encoding(), batch[n]);
                    sets.remove(db, made, bytes.address(), (int) bytes.length());
                }
                if (sets.size(made) == 0) {
                    db.discard(made);
                    return 0;
                }
            }
        }
        return made;
    }
}
