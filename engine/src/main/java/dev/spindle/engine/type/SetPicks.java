package dev.spindle.engine.type;

import dev.spindle.engine.encoding.IntSet;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;
import java.util.function.LongSupplier;
import org.agrona.collections.LongHashSet;

/**
 * Random members of sets, for SRANDMEMBER and SPOP. Every member is equally likely, and so is every choice of several.
 *
 * <p>Several different members are found in one of two ways. Few of many: single picks, and those seen already are passed over.
 * Many: one walk that takes each member with the odds that so many are still wanted of so many that are left (selection
 * sampling, Knuth's algorithm S), which needs no memory of what it took.
 *
 * <p>SPOP that takes nearly all of a table does not take members out one by one: the few that stay move to a new table, or into
 * a listpack, and the old one goes as a whole.
 */
public final class SetPicks {

    /** A set is walked when more than a third of it is wanted. */
    private static final long WALK_SHARE = 3;

    /** What stays gets a place of its own when five times as many go. */
    private static final long REBUILD_SHARE = 5;

    private static final int MOST_REMEMBERED = 1 << 16;

    private final Arena arena;
    private final Memory memory;
    private final SetType sets;
    private final MemberTable table;
    private final SetWalk walk;
    private final Scratch picked = new Scratch();
    private final RefVisitor keep = this::keep;
    private long longest;
    private LongHashSet seen = new LongHashSet();

    /**
     * Makes a picker.
     *
     * @param seed of member hashes.
     */
    public SetPicks(Arena arena, SetType sets, long seed) {
        this.arena = arena;
        this.sets = sets;
        memory = arena.memory();
        table = new MemberTable(arena, seed);
        walk = new SetWalk(arena, seed);
    }

    // A number from 0 to bound - 1: the upper half of a product, which takes no division.
    private static long below(long bound, LongSupplier random) {
        return Math.multiplyHigh(random.getAsLong() >>> 1, bound << 1);
    }

    /** A random member of a set that is not empty. */
    public long random(long entry, LongSupplier random) {
        long header = Entry.header(memory, entry);
        if (!CollectionEntry.isCompact(header)) {
            return table.wrap(CollectionEntry.root(memory, entry, header)).random(random);
        }
        int count = CollectionEntry.count(header);
        int place = (int) below(count, random);
        long block = CollectionEntry.block(memory, entry, header);
        if (Entry.encoding(header) == ValueType.INTSET) {
            return IntSet.get(memory, block, width(entry, header, count), place);
        }
        return Listpack.skip(memory, block, place);
    }

    private int width(long entry, long header, int count) {
        return (int) (CollectionEntry.blockLength(memory, entry, header) / count);
    }

    /** Random members, the same one possibly several times. */
    public void visitAny(long entry, long count, LongSupplier random, RefVisitor visitor) {
        int encoding = Entry.encoding(Entry.header(memory, entry));
        if (encoding != ValueType.LISTPACK || count == 1) {
            for (long i = 0; i < count; i++) {
                visitor.member(encoding, random(entry, random));
            }
            return;
        }
        picked.clear();
        walk.start(entry);
        for (int batch = walk.next(); batch > 0; batch = walk.next()) {
            for (int i = 0; i < batch; i++) {
                picked.appendLong(walk.ref(i));
            }
        }
        long members = picked.length() / Long.BYTES;
        for (long i = 0; i < count; i++) {
            visitor.member(encoding, picked.longAt(below(members, random) * Long.BYTES));
        }
    }

    /** Different members at random; {@code count} is less than there are. */
    public void visitSome(long entry, long count, LongSupplier random, RefVisitor visitor) {
        int encoding = Entry.encoding(Entry.header(memory, entry));
        if (encoding == ValueType.LISTPACK || count > sets.size(entry) / WALK_SHARE) {
            visitInOneWalk(entry, count, random, visitor);
            return;
        }
        long left = count;
        while (left > 0) {
            long ref = random(entry, random);
            if (seen.add(ref)) {
                visitor.member(encoding, ref);
                left--;
            }
        }
        seen.clear();
        if (count > MOST_REMEMBERED) {
            seen = new LongHashSet();
        }
    }

    private void visitInOneWalk(long entry, long count, LongSupplier random, RefVisitor visitor) {
        long left = sets.size(entry);
        long wanted = count;
        walk.start(entry);
        for (int batch = walk.next(); batch > 0 && wanted > 0; batch = walk.next()) {
            for (int i = 0; i < batch; i++) {
                if (below(left--, random) < wanted) {
                    wanted--;
                    visitor.member(walk.encoding(), walk.ref(i));
                }
            }
        }
    }

    /** All members. */
    public void visitAll(long entry, RefVisitor visitor) {
        walk.start(entry);
        for (int batch = walk.next(); batch > 0; batch = walk.next()) {
            for (int i = 0; i < batch; i++) {
                visitor.member(walk.encoding(), walk.ref(i));
            }
        }
    }

    /** Takes a random member out; a compact set that loses its last one only says that it has none. */
    public void popOne(Keyspace db, long entry, LongSupplier random, RefVisitor visitor) {
        long header = Entry.header(memory, entry);
        int encoding = Entry.encoding(header);
        long ref = random(entry, random);
        visitor.member(encoding, ref);
        if (!CollectionEntry.isCompact(header)) {
            table.removeFound();
            arena.free(ref);
            return;
        }
        int count = CollectionEntry.count(header);
        long offset;
        long bytes;
        long block = CollectionEntry.block(memory, entry, header);
        if (encoding == ValueType.INTSET) {
            int width = width(entry, header, count);
            offset = (long) IntSet.search(memory, block, width, count, ref) * width;
            bytes = width;
        } else {
            offset = ref - block;
            bytes = Listpack.next(memory, ref) - ref;
        }
        if (count > 1) {
            CollectionEntry.splice(db, entry, offset, bytes, 0);
        }
        CollectionEntry.count(memory, entry, count - 1);
    }

    /** Takes random members out; {@code count} is less than there are. */
    public void popSome(
            Keyspace db, long entry, long count, LongSupplier random, RefVisitor visitor) {
        long header = Entry.header(memory, entry);
        if (CollectionEntry.isCompact(header)) {
            popCompact(db, entry, header, (int) count, random, visitor);
            return;
        }
        long stay = sets.size(entry) - count;
        if (stay * REBUILD_SHARE <= count) {
            rebuild(db, entry, header, stay, random, visitor);
            return;
        }
        for (long i = 0; i < count; i++) {
            popOne(db, entry, random, visitor);
        }
    }

    // What stays moves together towards the front of the block.
    private void popCompact(
            Keyspace db,
            long entry,
            long header,
            int count,
            LongSupplier random,
            RefVisitor visitor) {
        int left = CollectionEntry.count(header);
        int encoding = Entry.encoding(header);
        int width = width(entry, header, left);
        int stay = left - count;
        int wanted = count;
        long block = CollectionEntry.block(memory, entry, header);
        long length = CollectionEntry.blockLength(memory, entry, header);
        long to = block;
        long at = block;
        while (left > 0) {
            boolean isNumber = encoding == ValueType.INTSET;
            long next = isNumber ? at + width : Listpack.next(memory, at);
            if (below(left--, random) < wanted) {
                wanted--;
                visitor.member(encoding, isNumber ? IntSet.get(memory, at, width, 0) : at);
            } else {
                if (to != at) {
                    memory.move(at, to, next - at);
                }
                to += next - at;
            }
            at = next;
        }
        CollectionEntry.splice(db, entry, to - block, block + length - to, 0);
        CollectionEntry.count(memory, entry, stay);
    }

    private void rebuild(
            Keyspace db,
            long entry,
            long header,
            long stay,
            LongSupplier random,
            RefVisitor visitor) {
        picked.clear();
        longest = 0;
        visitInOneWalk(entry, stay, random, keep);
        long oldRoot = CollectionEntry.root(memory, entry, header);
        boolean small = sets.fitsListpack(stay, longest);
        if (small) {
            compress(db, entry, (int) stay);
        } else {
            long made = tableOfPicked();
            memory.putLong(Entry.wordAddress(entry, header), memory.handle(made) & 0xFFFF_FFFFL);
        }
        // The second walk meets what stays in the same order as the first.
        long kept = 0;
        table.wrap(oldRoot);
        walk.startTable(oldRoot);
        for (int batch = walk.next(); batch > 0; batch = walk.next()) {
            for (int i = 0; i < batch; i++) {
                long ref = walk.ref(i);
                boolean stays = kept < stay && picked.longAt(kept * Long.BYTES) == ref;
                if (stays) {
                    kept++;
                } else {
                    visitor.member(ValueType.HASHTABLE, ref);
                }
                if (small || !stays) {
                    arena.free(ref);
                }
            }
        }
        assert kept == stay : "walks differ";
        table.release();
        picked.clear();
    }

    private void keep(int encoding, long ref) {
        picked.appendLong(ref);
        longest = Math.max(longest, Member.keyLength(memory, ref));
    }

    private void compress(Keyspace db, long entry, int stay) {
        long bytes = 0;
        for (int i = 0; i < stay; i++) {
            long ref = picked.longAt((long) i * Long.BYTES);
            bytes +=
                    sets.listpackBytes(
                            Member.keyAddress(memory, ref), Member.keyLength(memory, ref));
        }
        long to = CollectionEntry.compress(db, entry, ValueType.LISTPACK, bytes, stay);
        for (int i = 0; i < stay; i++) {
            long ref = picked.longAt((long) i * Long.BYTES);
            to =
                    sets.writeListpack(
                            to, Member.keyAddress(memory, ref), Member.keyLength(memory, ref));
        }
    }

    private long tableOfPicked() {
        long made = table.create();
        try {
            for (long i = 0; i < picked.length(); i += Long.BYTES) {
                long member = picked.longAt(i);
                table.insert(table.hashOf(member), member);
            }
        } catch (OutOfMemory full) {
            table.release();
            throw full;
        }
        return made;
    }
}
