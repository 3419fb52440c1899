package dev.spindle.engine.keyspace;

import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.agrona.collections.LongArrayQueue;

/**
 * What the databases of a server share: memory, time, access clock, statistics, the listener, and what waits to be freed in
 * slices: tables that were flushed, and large values that are in no table any more.
 */
public final class KeyspaceShared {

    private static final int TYPES = 16;

    private final Arena arena;
    private final Memory memory;
    private final long seed;
    private final AccessClock clock = new AccessClock();
    private final KeyspaceStats stats = new KeyspaceStats();
    private final ValueDisposer[] disposers = new ValueDisposer[TYPES];
    private final ElementExpirer[] expirers = new ElementExpirer[TYPES];
    private final ValueCopier[] copiers = new ValueCopier[TYPES];
    private final ValueMover[] movers = new ValueMover[TYPES];
    private final LongArrayQueue discarded = new LongArrayQueue(16, 0);
    private final ArrayDeque<KeyTable> flushed = new ArrayDeque<>();
    private final ElementVisitor freeEntry = this::freeEntry;
    private KeyspaceListener listener;
    private DeletionListener deletions;
    private long nowMs;
    private long expiryMs;
    private boolean timeless;
    private boolean noTouch;
    private long randomState;
    private final LongSupplier random = this::nextRandom;
    private boolean keepsExpired;
    private int eventMask;

    /**
     * Makes the shared part.
     *
     * @param seed of key hashes; random in production.
     */
    public KeyspaceShared(Arena arena, long seed) {
        this.arena = arena;
        this.memory = arena.memory();
        this.seed = seed;
        this.randomState = seed;
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
        expiryMs = timeless ? 0 : epochMs;
        clock.update(epochMs);
    }

    /** The time by which it is judged what has expired: that of the batch, or 0 while nothing may expire. */
    public long expiryMs() {
        return expiryMs;
    }

    /**
     * Lets nothing expire, whatever its time, or ends that. While effects of the past are repeated nothing may expire by itself: what
     * did expire between two of them is among them.
     */
    public void timeless(boolean on, long epochMs) {
        timeless = on;
        nowMs(epochMs);
    }

    /** Whether the client at hand asked that its reads leave no trace (CLIENT NO-TOUCH). */
    public boolean noTouch() {
        return noTouch;
    }

    /** Sets that for the client at hand. */
    public void noTouch(boolean on) {
        noTouch = on;
    }

    /** A source of random longs, drawn from the seed; for picks, not for secrets. */
    public LongSupplier random() {
        return random;
    }

    private long nextRandom() {
        // Splitmix64: one addition and two multiplications per number.
        randomState += 0x9E3779B97F4A7C15L;
        long z = randomState;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /**
     * Whether keys whose time has come are hidden but not deleted: while clients' writes are paused, nothing may change by itself.
     */
    public boolean keepsExpired() {
        return keepsExpired;
    }

    /** Sets that. */
    public void keepsExpired(boolean on) {
        keepsExpired = on;
    }

    /** Sets the one listener; null for none. */
    public void listener(KeyspaceListener hears) {
        listener = hears;
    }

    /** Registers what frees the values of a type. */
    public void disposer(int type, ValueDisposer disposer) {
        disposers[type] = disposer;
    }

    /** Registers what removes elements of a type's values whose time has come. */
    public void expirer(int type, ElementExpirer expirer) {
        expirers[type] = expirer;
    }

    /** Removes elements of a value whose time has come; answers whether there is more to do for it now. */
    boolean expireElements(Keyspace db, long entry, SweepCounts counts) {
        ElementExpirer expirer = expirers[Entry.type(Entry.header(memory, entry))];
        return expirer != null && expirer.expireSome(db, entry, counts);
    }

    /** Kinds of events that are told, as bits of {@link KeyspaceEvent.Kind#bit}. */
    public int eventMask() {
        return eventMask;
    }

    /** Sets that. */
    public void eventMask(int kinds) {
        eventMask = kinds;
    }

    void event(int db, KeyspaceEvent event, long keyAddress, int keyLength) {
        if ((eventMask & event.kind().bit()) != 0 && listener != null) {
            listener.keyEvent(db, event, keyAddress, keyLength);
        }
    }

    void modified(int db, long keyAddress, int keyLength) {
        if (listener != null) {
            listener.keyModified(db, keyAddress, keyLength);
        }
    }

    /** Sets who hears of what is deleted by itself; null for nobody. */
    public void deletions(DeletionListener hears) {
        deletions = hears;
    }

    /** Who hears of what is deleted by itself, or null. */
    public DeletionListener deletions() {
        return deletions;
    }

    void expired(int db, long keyAddress, int keyLength) {
        if (deletions != null) {
            deletions.keyExpired(db, keyAddress, keyLength);
        }
        if (listener != null) {
            event(db, KeyspaceEvent.EXPIRED, keyAddress, keyLength);
            listener.keyExpired(db, keyAddress, keyLength);
            listener.keyModified(db, keyAddress, keyLength);
        }
    }

    void evicted(int db, long keyAddress, int keyLength) {
        if (deletions != null) {
            deletions.keyEvicted(db, keyAddress, keyLength);
        }
        if (listener != null) {
            listener.keyEvicted(db, keyAddress, keyLength);
            listener.keyModified(db, keyAddress, keyLength);
            event(db, KeyspaceEvent.EVICTED, keyAddress, keyLength);
        }
    }

    void swapping(int a, int b) {
        if (listener != null) {
            listener.swapping(a, b);
        }
    }

    void swapped(int a, int b) {
        if (listener != null) {
            listener.swapped(a, b);
        }
    }

    void flushing(int db) {
        if (listener != null) {
            listener.flushing(db);
        }
    }

    void flushedAll(int db) {
        if (listener != null) {
            listener.flushed(db);
        }
    }

    /** Registers what moves the large values of a type. */
    public void mover(int type, ValueMover mover) {
        movers[type] = mover;
    }

    ValueMover mover(int type) {
        return movers[type];
    }

    /** Registers what copies the values of a type. */
    public void copier(int type, ValueCopier copier) {
        copiers[type] = copier;
    }

    /**
     * Gives a copied entry a value of its own.
     *
     * @param from the entry copied.
     * @param made its copy, in no table yet; freed when memory runs out.
     */
    public void copyValue(long from, long made) {
        long header = Entry.header(memory, from);
        try {
            if ((Entry.flags(header) & Entry.BLOB) != 0) {
                long word = Entry.word(memory, from, header);
                long length = Entry.blobLength(word);
                long blob = arena.allocate(length);
                memory.copyIn(memory.address(Entry.blobHandle(word)), blob, length);
                long madeHeader = Entry.header(memory, made);
                memory.putLong(
                        Entry.wordAddress(made, madeHeader),
                        Entry.blobWord(memory.handle(blob), length));
                if (copiers[Entry.type(header)] != null) {
                    copiers[Entry.type(header)].blockCopied(made, madeHeader);
                }
            } else if (copiers[Entry.type(header)] != null) {
                copiers[Entry.type(header)].copy(from, made);
            }
        } catch (OutOfMemory full) {
            arena.free(made);
            throw full;
        }
    }

    /** Frees what a value holds outside its entry, at once. */
    void dispose(long entry, long header) {
        if ((Entry.flags(header) & Entry.BLOB) != 0) {
            if (disposers[Entry.type(header)] != null) {
                disposers[Entry.type(header)].blockLeaves(entry, header);
            }
            arena.free(memory.address(Entry.blobHandle(Entry.word(memory, entry, header))));
        } else if (disposers[Entry.type(header)] != null) {
            disposers[Entry.type(header)].dispose(entry, header);
        }
    }

    /** Frees an entry that is in no table, with its value: at once, or in slices when there is much to free. */
    void discard(long entry, long header) {
        ValueDisposer disposer = disposers[Entry.type(header)];
        if (disposer != null
                && (Entry.flags(header) & Entry.BLOB) == 0
                && disposer.effort(entry, header) > ValueDisposer.FREE_AT_ONCE) {
            discarded.addLong(entry);
            return;
        }
        dispose(entry, header);
        arena.free(entry);
    }

    void freeNow(KeyTable table) {
        long before = stats.lazyFreed;
        while (table.drainLast(freeEntry)) {
            continue;
        }
        table.releaseBuckets();
        stats.lazyFreed = before;
    }

    void free(KeyTable table) {
        flushed.add(table);
    }

    /** Objects that wait to be freed: large values, and entries of flushed tables. */
    public long pendingFrees() {
        long pending = discarded.size();
        for (KeyTable table : flushed) {
            pending += table.size();
        }
        return pending;
    }

    /** Whether anything waits to be freed. */
    public boolean hasPendingFrees() {
        return !discarded.isEmpty() || !flushed.isEmpty();
    }

    /**
     * Frees a part of a large value, or a bucket's worth of what was flushed: a few microseconds.
     *
     * @return whether there was anything to do.
     */
    public boolean freeSlice() {
        if (!discarded.isEmpty()) {
            freeSomeOf(discarded.peekLong());
            return true;
        }
        KeyTable table = flushed.peek();
        if (table == null) {
            return false;
        }
        if (!table.drainLast(freeEntry)) {
            table.releaseBuckets();
            flushed.remove();
        }
        return true;
    }

    private void freeSomeOf(long entry) {
        long header = Entry.header(memory, entry);
        if (disposers[Entry.type(header)].disposeSome(entry, header, ValueDisposer.FREE_AT_ONCE)) {
            discarded.pollLong();
            arena.free(entry);
            stats.lazyFreed++;
        }
    }

    private void freeEntry(long entry) {
        // A large value among many goes to the other queue.
        int waiting = discarded.size();
        discard(entry, Entry.header(memory, entry));
        if (discarded.size() == waiting) {
            stats.lazyFreed++;
        }
    }

    /** Frees all that waits, at once; for tests and for a small flush that asks for it. */
    public void freeAll() {
        while (freeSlice()) {
            continue;
        }
    }
}
