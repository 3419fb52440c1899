package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.text.LongResult;

/**
 * A sorted set in the making, that belongs to no key yet: what a union adds up to, what a search has found. Elements come in any
 * order and may be met again; {@link #order} sorts them, then they are walked over or become a value.
 *
 * <p>{@link #begin} and {@link #close} go around every use, so that nothing is left behind when memory runs out.
 */
public final class SortedSetBuilder {

    private final Memory memory;
    private final IndexedSet indexed;
    private final ByteView view = new ByteView();
    private final LongResult number = new LongResult();
    private long root;
    private long found;
    private long longest;
    private long key;
    private int keyLength;

    SortedSetBuilder(Arena arena, long seed) {
        this.memory = arena.memory();
        this.indexed = new IndexedSet(arena, seed);
    }

    /** Starts with nothing. */
    public void begin() {
        assert root == 0 : "not closed";
        root = indexed.createUnordered();
        longest = 0;
    }

    /** Whether there is an element with these bytes. */
    public boolean find(long keyAddress, int length) {
        key = keyAddress;
        keyLength = length;
        found = indexed.find(keyAddress, length);
        return found != 0;
    }

    /** Score of the element found. */
    public double foundScore() {
        return indexed.score(found);
    }

    /** Changes the score of the element found; only before {@link #order}. */
    public void rescore(double score) {
        indexed.score(found, score);
    }

    /** Adds the element that {@link #find} has not found; only before {@link #order}. */
    public void add(double score) {
        indexed.addUnordered(score, key, keyLength);
        longest = Math.max(longest, keyLength);
    }

    /** Adds an element, or changes its score. */
    public void put(double score, long keyAddress, int length) {
        if (find(keyAddress, length)) {
            rescore(score);
        } else {
            add(score);
        }
    }

    /** Number of elements. */
    public long size() {
        return indexed.table().size();
    }

    /** Sorts the elements. */
    public void order() {
        indexed.order();
    }

    /** Starts a walk at a rank, which must exist; see {@link SortedSet#seek}. */
    public void seek(long rank, long steps) {
        indexed.tree().seek(rank, steps);
    }

    /** Goes on to the next element. */
    public boolean next() {
        return indexed.tree().next();
    }

    /** The member that the walk is at. */
    public ByteView member() {
        long member = indexed.tree().member();
        view.wrap(Member.keyAddress(memory, member), Member.keyLength(memory, member));
        return view;
    }

    /** Its score. */
    public double score() {
        return indexed.tree().score();
    }

    /**
     * Makes an entry of the elements, which must be in order and at least one; in no table yet, see {@link StringType#place}.
     *
     * @param mostEntries of a compact set.
     * @param mostBytes of a member of a compact set.
     */
    public long entry(Keyspace db, long keyAddress, int length, long mostEntries, long mostBytes) {
        long size = size();
        if (size > Math.min(mostEntries, CollectionEntry.MOST_COMPACT) || longest > mostBytes) {
            long entry =
                    CollectionEntry.large(
                            db,
                            ValueType.SORTED_SET,
                            ValueType.SKIPLIST,
                            keyAddress,
                            length,
                            memory.handle(root) & 0xFFFF_FFFFL);
            root = 0;
            return entry;
        }
        long bytes = 0;
        seek(0, size);
        do {
            ByteView member = member();
            bytes += Listpack.sizeOf(member.address(), (int) member.length(), number);
            bytes += SortedPack.sizeOfScore(score());
        } while (next());
        long entry =
                CollectionEntry.compact(
                        db,
                        ValueType.SORTED_SET,
                        ValueType.LISTPACK,
                        keyAddress,
                        length,
                        bytes,
                        (int) size);
        long to = CollectionEntry.block(memory, entry, memory.getLong(entry));
        seek(0, size);
        do {
            ByteView member = member();
            to = Listpack.write(memory, to, member.address(), (int) member.length(), number);
            to = SortedPack.writeScore(memory, to, score());
        } while (next());
        return entry;
    }

    /** Frees what did not become a value. */
    public void close() {
        if (root != 0) {
            indexed.wrap(root);
            indexed.free();
            root = 0;
        }
    }

    /** Copies a large set; answers the root of the copy. */
    long copy(SortedSet from) {
        begin();
        try {
            from.seek(0, from.size());
            do {
                ByteView member = from.member();
                put(from.score(), member.address(), (int) member.length());
            } while (from.next());
            order();
        } catch (OutOfMemory full) {
            close();
            throw full;
        }
        long made = root;
        root = 0;
        return made;
    }
}
