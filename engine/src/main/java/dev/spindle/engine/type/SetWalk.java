package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.encoding.IntSet;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.util.Arrays;

/**
 * A walk over a set in batches of references (see {@link SetType}); the set must not be changed meanwhile. Members of a table are
 * loaded a batch at a time, so that the walk waits for many cache misses at once. One object serves many walks.
 */
public final class SetWalk {

    /** Members of a batch that is full; a few more where a bucket is. */
    public static final int BATCH = 64;

    private static final int BUCKETS_AHEAD = 8;

    private final Memory memory;
    private final MemberTable table;
    private final ElementVisitor collect = this::collect;
    private long[] refs = new long[2 * BATCH];
    private int count;
    private int encoding;
    private long root;
    private long at;
    private long end;
    private int next;
    private int width;

    /**
     * Makes a walker.
     *
     * @param seed of member hashes.
     */
    public SetWalk(Arena arena, long seed) {
        memory = arena.memory();
        table = new MemberTable(arena, seed);
    }

    /** Begins a walk. */
    public void start(long entry) {
        long header = Entry.header(memory, entry);
        encoding = Entry.encoding(header);
        next = 0;
        if (!CollectionEntry.isCompact(header)) {
            root = CollectionEntry.root(memory, entry, header);
            return;
        }
        at = CollectionEntry.block(memory, entry, header);
        long length = CollectionEntry.blockLength(memory, entry, header);
        end = at + length;
        if (encoding == ValueType.INTSET) {
            width = (int) (length / CollectionEntry.count(header));
        }
    }

    /** Begins a walk over a table that no set has any more. */
    void startTable(long tableRoot) {
        encoding = ValueType.HASHTABLE;
        next = 0;
        root = tableRoot;
    }

    /** The encoding of the set walked, in which its references are. */
    public int encoding() {
        return encoding;
    }

    /** Bytes of each integer of a set of integers that is walked. */
    public int width() {
        return width;
    }

    /** Number of members of the set walked. */
    public long size(long header) {
        return CollectionEntry.isCompact(header)
                ? CollectionEntry.count(header)
                : table.wrap(root).size();
    }

    /** Goes on to the next batch; answers how many members it has, 0 at the end. */
    public int next() {
        count = 0;
        switch (encoding) {
            case ValueType.INTSET -> {
                int members = (int) ((end - at) / width);
                while (next < members && count < BATCH) {
                    refs[count++] = IntSet.get(memory, at, width, next++);
                }
            }
            case ValueType.LISTPACK -> {
                while (at < end && count < BATCH) {
                    refs[count++] = at;
                    at = Listpack.next(memory, at);
                }
            }
            default -> nextBuckets();
        }
        return count;
    }

    private void nextBuckets() {
        table.wrap(root);
        int buckets = table.buckets();
        while (next < buckets && count < BATCH) {
            int to = Math.min(next + BUCKETS_AHEAD, buckets);
            table.touchBuckets(next, to);
            while (next < to && count < BATCH) {
                table.visitBucket(next++, collect);
            }
        }
    }

    private void collect(long member) {
        if (count == refs.length) {
            refs = Arrays.copyOf(refs, 2 * count);
        }
        refs[count++] = member;
    }

    /** One step of a scan over a set that is a table: its members are the batch. Answers the next cursor; 0 at the end. */
    public long scan(long cursor) {
        count = 0;
        return table.wrap(root).scan(cursor, collect);
    }

    /** Number of references of the batch at hand. */
    public int count() {
        return count;
    }

    /** A reference of the batch at hand. */
    public long ref(int index) {
        return refs[index];
    }
}
