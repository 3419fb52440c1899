package dev.spindle.engine.keyspace;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.util.ArrayDeque;

/**
 * What the databases of a server share: memory, time, access clock, statistics, the listener, and the tables that were
 * flushed and wait to be freed in slices.
 */
public final class KeyspaceShared {

    private static final int TYPES = 16;

    private final Arena arena;
    private final Memory memory;
    private final long seed;
    private final AccessClock clock = new AccessClock();
    private final KeyspaceStats stats = new KeyspaceStats();
    private final ValueDisposer[] disposers = new ValueDisposer[TYPES];
    private final ArrayDeque<KeyTable> flushed = new ArrayDeque<>();
    private final KeyTable.Visitor freeEntry = this::freeEntry;
    private long flushedBucket = -1;
    private KeyspaceListener listener;
    private long nowMs;
    private boolean noTouch;

    /**
     * Makes the shared part.
     *
     * @param seed of key hashes; random in production.
     */
    public KeyspaceShared(Arena arena, long seed) {
        this.arena = arena;
        this.memory = arena.memory();
        this.seed = seed;
    }

    /** The arena of entries and values. */
    public Arena arena() {
        return arena;
    }

    long seed() {
        return seed;
    }

    /** The access clock. */
    public AccessClock clock() {
        return clock;
    }

    /** The statistics. */
    public KeyspaceStats stats() {
        return stats;
    }

    /** Time of the batch at hand, epoch milliseconds. */
    public long nowMs() {
        return nowMs;
    }

    /** Tells the time; called once per batch. */
    public void nowMs(long epochMs) {
        nowMs = epochMs;
        clock.update(epochMs);
    }

    /** Whether the client at hand asked that its reads leave no trace (CLIENT NO-TOUCH). */
    public boolean noTouch() {
        return noTouch;
    }

    /** Sets that for the client at hand. */
    public void noTouch(boolean on) {
        noTouch = on;
    }

    /** Sets the one listener; null for none. */
    public void listener(KeyspaceListener hears) {
        listener = hears;
    }

    /** Registers what frees the values of a type. */
    public void disposer(int type, ValueDisposer disposer) {
        disposers[type] = disposer;
    }

    ValueDisposer disposer(int type) {
        return disposers[type];
    }

    void modified(int db, long keyAddress, int keyLength) {
        if (listener != null) {
            listener.keyModified(db, keyAddress, keyLength);
        }
    }

    void expired(int db, long keyAddress, int keyLength) {
        if (listener != null) {
            listener.keyExpired(db, keyAddress, keyLength);
            listener.keyModified(db, keyAddress, keyLength);
        }
    }

    void flushedAll(int db) {
        if (listener != null) {
            listener.flushed(db);
        }
    }

    void free(KeyTable table) {
        flushed.add(table);
    }

    /** Entries of flushed tables that still wait to be freed. */
    public long pendingFrees() {
        long pending = 0;
        for (KeyTable table : flushed) {
            pending += table.size();
        }
        return pending;
    }

    /**
     * Frees a bucket's worth of what was flushed.
     *
     * @return whether there was anything to do.
     */
    public boolean freeSlice() {
        KeyTable table = flushed.peek();
        if (table == null) {
            return false;
        }
        if (flushedBucket < 0) {
            flushedBucket = table.buckets();
        }
        if (flushedBucket > 0) {
            flushedBucket--;
            table.drainBucket(flushedBucket, freeEntry);
        } else {
            table.releaseBuckets();
            flushed.remove();
            flushedBucket = -1;
        }
        return true;
    }

    private void freeEntry(long entry) {
        long header = Entry.header(memory, entry);
        int flags = Entry.flags(header);
        if ((flags & Entry.BLOB) != 0) {
            arena.free(memory.address(Entry.blobHandle(Entry.word(memory, entry, header))));
        } else if (disposers[Entry.type(header)] != null) {
            disposers[Entry.type(header)].dispose(entry, header);
        }
        arena.free(entry);
        stats.lazyFreed++;
    }
}
