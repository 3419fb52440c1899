package dev.spindle.engine.keyspace;

import dev.spindle.engine.encoding.ElementMover;
import dev.spindle.engine.memory.Compaction;
import dev.spindle.engine.memory.Memory;
import org.agrona.collections.LongArrayList;

/**
 * The walk of the defragmenter over all databases: every entry, blob and overflow bucket that stands in a slab that is being
 * emptied is moved to another.
 *
 * <p>It goes by the tables, not by the slabs: an object does not know who points at it, while a table's place points at its
 * entry and the entry at its value. One walk meets every object of every key that is there from its start to its end. What it
 * does not meet (the new half of a bucket that was merged into one passed before, keys that wait to be freed) keeps its slab
 * for this time.
 *
 * <p>Values that are a structure of many objects are handed to their type, a part per step.
 */
public final class Relocation {

    /** Buckets whose lines and entries are loaded together. */
    private static final int BUCKETS_AHEAD = 4;

    private final Keyspaces keyspaces;
    private final KeyspaceShared shared;
    private final Memory memory;
    private final Compaction compaction;
    private final KeyspaceStats stats;
    private final ElementMover mover = this::move;
    private final LongArrayList largeEntries = new LongArrayList();
    private final LongArrayList largeHashes = new LongArrayList();
    private int database;
    private long bucket;
    private long cursor;

    public Relocation(Keyspaces keyspaces) {
        this.keyspaces = keyspaces;
        this.shared = keyspaces.shared();
        this.memory = shared.arena().memory();
        this.compaction = shared.arena().compaction();
        this.stats = shared.stats();
    }

    /** Begins a walk. */
    public void begin() {
        database = 0;
        bucket = 0;
        cursor = 0;
        largeEntries.clear();
        largeHashes.clear();
    }

    /**
     * Looks at a bucket, or at a part of a large value. No more, so that a slice ends in time even while this code is not compiled yet.
     *
     * @param most objects of a large value to look at.
     * @return whether there is more.
     */
    public boolean step(int most) {
        if (database == keyspaces.count()) {
            return false;
        }
        KeyTable table = keyspaces.get(database).table();
        if (!largeEntries.isEmpty()) {
            large(table, most);
            return true;
        }
        if (bucket >= table.buckets()) {
            database++;
            bucket = 0;
            return true;
        }
        if (bucket % BUCKETS_AHEAD == 0) {
            table.touchBuckets(bucket, bucket + BUCKETS_AHEAD);
        }
        table.relocateBucket(bucket++, mover);
        return true;
    }

    private void large(KeyTable table, int most) {
        int last = largeEntries.size() - 1;
        long entry = largeEntries.getLong(last);
        long moved = compaction.moves();
        if (table.findEntry(largeHashes.getLong(last), entry)) {
            long header = Entry.header(memory, entry);
            if (isLarge(header)) {
                cursor = shared.mover(Entry.type(header)).relocate(entry, header, cursor, most);
            } else {
                cursor = 0;
            }
        } else {
            // Deleted meanwhile.
            cursor = 0;
        }
        stats.defragHits += compaction.moves() - moved;
        if (cursor == 0) {
            largeEntries.removeAt(last);
            largeHashes.removeAt(last);
        }
    }

    private boolean isLarge(long header) {
        return (Entry.flags(header) & (Entry.WORD | Entry.BLOB)) == Entry.WORD
                && shared.mover(Entry.type(header)) != null;
    }

    private long move(long entry) {
        long header = Entry.header(memory, entry);
        boolean blobMoved = (Entry.flags(header) & Entry.BLOB) != 0 && moveBlob(entry, header);
        long moved = compaction.move(entry);
        if (isLarge(header)) {
            largeEntries.addLong(moved);
            largeHashes.addLong(keyspaces.get(database).table().hashOfEntry(moved));
        }
        if (moved != entry || blobMoved) {
            stats.defragKeyHits++;
        } else {
            stats.defragKeyMisses++;
        }
        count(moved != entry);
        return moved;
    }

    private boolean moveBlob(long entry, long header) {
        long word = Entry.word(memory, entry, header);
        long blob = memory.address(Entry.blobHandle(word));
        long moved = compaction.move(blob);
        count(moved != blob);
        if (moved == blob) {
            return false;
        }
        memory.putLong(
                Entry.wordAddress(entry, header),
                Entry.blobWord(memory.handle(moved), Entry.blobLength(word)));
        return true;
    }

    private void count(boolean moved) {
        if (moved) {
            stats.defragHits++;
        } else {
            stats.defragMisses++;
        }
    }
}
