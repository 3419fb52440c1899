package dev.spindle.engine.keyspace;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * One database: its keys, their expiry, and what every command does with a key whatever its type.
 *
 * <p>Look-ups answer the address of the entry or 0, and leave the table's cursor on it, so that a following {@link
 * #replaceFound} or {@link #removeFound} need not search again; any insertion or deletion in between ends that. A key
 * whose time has come is deleted by the look-up that meets it and is never seen by a command.
 */
public final class Keyspace {

    /** Expired keys that may not be deleted a random pick passes over before it takes one. */
    private static final int MOST_KEPT = 100;

    private final KeyspaceShared shared;
    private final Arena arena;
    private final Memory memory;
    private int id;
    private KeyTable table;
    private long expiring;
    private long volatiles;

    private final ExpirySweep sweep;

    Keyspace(KeyspaceShared shared, int id) {
        this.shared = shared;
        this.arena = shared.arena();
        this.memory = arena.memory();
        this.id = id;
        this.table = new KeyTable(arena, shared.seed());
        this.sweep = new ExpirySweep(this);
    }

    void writeState(DataOutput out) throws IOException {
        out.writeLong(expiring);
        out.writeLong(volatiles);
        table.writeState(out);
    }

    void readState(DataInput in) throws IOException {
        expiring = in.readLong();
        volatiles = in.readLong();
        table.readState(in);
    }

    /** Number of this database. */
    public int id() {
        return id;
    }

    void id(int number) {
        id = number;
    }

    /** What all databases share. */
    public KeyspaceShared shared() {
        return shared;
    }

    /** The arena of entries and values. */
    public Arena arena() {
        return arena;
    }

    /** Loads and stores. */
    public Memory memory() {
        return memory;
    }

    /** The table of entries. */
    public KeyTable table() {
        return table;
    }

    /** Number of keys, expired ones that nobody met yet included. */
    public long size() {
        return table.size();
    }

    /** Number of keys with an expiry. */
    public long expiring() {
        return expiring;
    }

    /** Number of keys whose values have elements that expire of themselves. */
    public long volatiles() {
        return volatiles;
    }

    /** Whether anything in this database can expire. */
    public boolean hasTimes() {
        return expiring > 0 || volatiles > 0;
    }

    /** Notes whether some elements of a value expire of themselves; the entry must be in the table. */
    public void markVolatile(long entry, boolean on) {
        long header = Entry.header(memory, entry);
        if (Entry.isVolatile(header) == on) {
            return;
        }
        volatiles += on ? 1 : -1;
        memory.putByte(entry + 1, (byte) (Entry.flags(header) ^ Entry.VOLATILE));
        if (on) {
            table.markEntry(entry);
        }
    }

    /** Mean time to live of keys with an expiry in milliseconds, estimated by the sweep. */
    public long averageTtlMs() {
        return expiring == 0 ? 0 : sweep.averageTtlMs();
    }

    /** The walk of active expiry over this database. */
    public ExpirySweep sweep() {
        return sweep;
    }

    /** The hash of a key. */
    public long hash(long keyAddress, int keyLength) {
        return table.hash(keyAddress, keyLength);
    }

    /** Finds a live key without counting or touching; deletes it when its time has come. */
    public long peek(long hash, long keyAddress, int keyLength) {
        long entry = table.find(hash, keyAddress, keyLength);
        if (entry == 0) {
            return 0;
        }
        long header = Entry.header(memory, entry);
        if (Entry.hasExpiryField(header) && isExpired(entry)) {
            expireFound(entry, header, keyAddress, keyLength);
            return 0;
        }
        return entry;
    }

    private boolean isExpired(long entry) {
        long at = memory.getLong(entry + 8);
        // A key expires when its time has passed, not when it is reached.
        return at != Entry.NO_EXPIRY && at < shared.expiryMs();
    }

    private void expireFound(long entry, long header, long keyAddress, int keyLength) {
        if (shared.keepsExpired()) {
            return;
        }
        removeFound(entry, header);
        shared.stats().expired++;
        shared.expired(id, keyAddress, keyLength);
    }

    /** Finds a key for reading: counts a hit or a miss and marks the key as used. */
    public long lookupRead(long hash, long keyAddress, int keyLength) {
        long entry = peek(hash, keyAddress, keyLength);
        if (entry == 0) {
            shared.stats().misses++;
            shared.event(id, KeyspaceEvent.MISS, keyAddress, keyLength);
            return 0;
        }
        shared.stats().hits++;
        touch(entry);
        return entry;
    }

    /** Finds a key for looking at what is known about it: counts a hit or a miss, but does not mark it as used. */
    public long inspect(long hash, long keyAddress, int keyLength) {
        long entry = inspectUntold(hash, keyAddress, keyLength);
        if (entry == 0) {
            shared.event(id, KeyspaceEvent.MISS, keyAddress, keyLength);
        }
        return entry;
    }

    /** Like {@link #inspect}; notifications do not tell of a miss. */
    public long inspectUntold(long hash, long keyAddress, int keyLength) {
        long entry = peek(hash, keyAddress, keyLength);
        if (entry == 0) {
            shared.stats().misses++;
        } else {
            shared.stats().hits++;
        }
        return entry;
    }

    /** Looks at an entry met in a walk as {@link #inspect} does at a key: answers whether it is there, and counts that. */
    public boolean inspectEntry(long entry) {
        boolean there = !isExpiredEntry(entry);
        if (there) {
            shared.stats().hits++;
        } else {
            shared.stats().misses++;
        }
        return there;
    }

    /** Finds a key for writing: marks it as used. */
    public long lookupWrite(long hash, long keyAddress, int keyLength) {
        long entry = peek(hash, keyAddress, keyLength);
        if (entry != 0) {
            touch(entry);
        }
        return entry;
    }

    /** Marks an entry as used now, unless the client at hand asked for none of that. */
    public void touch(long entry) {
        if (shared.noTouch()) {
            return;
        }
        long header = Entry.header(memory, entry);
        int before = Entry.clock(header);
        int after = shared.clock().touched(before);
        if (after != before) {
            Entry.clock(memory, entry, header, after);
        }
    }

    /**
     * Puts a new entry into the table; its key must not be there.
     *
     * @throws OutOfMemory when the table has no room; the entry and its value are freed then.
     */
    public void insert(long hash, long entry) {
        try {
            attach(hash, entry);
        } catch (OutOfMemory full) {
            shared.discard(entry, Entry.header(memory, entry));
            throw full;
        }
    }

    /**
     * Puts an entry that stands elsewhere too into the table; its key must not be there.
     *
     * @throws OutOfMemory when the table has no room; nothing was changed then.
     */
    public void attach(long hash, long entry) {
        table.insert(hash, entry);
        long header = Entry.header(memory, entry);
        boolean expires = Entry.expiry(memory, entry, header) != Entry.NO_EXPIRY;
        boolean elementsExpire = Entry.isVolatile(header);
        expiring += expires ? 1 : 0;
        volatiles += elementsExpire ? 1 : 0;
        if (expires || elementsExpire) {
            table.mark(hash);
        }
    }

    /**
     * Puts another entry with the same key in the place of the one found last and frees that one, its value included.
     */
    public void replaceFound(long old, long entry) {
        long oldHeader = Entry.header(memory, old);
        long header = Entry.header(memory, entry);
        countExpiry(
                entry, Entry.expiry(memory, old, oldHeader), Entry.expiry(memory, entry, header));
        volatiles += (Entry.isVolatile(header) ? 1 : 0) - (Entry.isVolatile(oldHeader) ? 1 : 0);
        if (Entry.isVolatile(header)) {
            table.markEntry(entry);
        }
        table.replaceFound(entry);
        shared.discard(old, oldHeader);
    }

    private void countExpiry(long entry, long before, long after) {
        if (before != Entry.NO_EXPIRY) {
            expiring--;
        }
        if (after != Entry.NO_EXPIRY) {
            expiring++;
            if (before == Entry.NO_EXPIRY) {
                table.markEntry(entry);
            }
        }
    }

    /** Frees what a value holds outside its entry, at once. */
    public void dispose(long entry, long header) {
        shared.dispose(entry, header);
    }

    /** Frees an entry that is in no table, with its value: at once, or in slices when there is much to free. */
    public void discard(long entry) {
        shared.discard(entry, Entry.header(memory, entry));
    }

    /** Deletes the entry found last with its value. */
    public void removeFound(long entry, long header) {
        detachFound(entry);
        shared.discard(entry, header);
    }

    /** Deletes the entry found last without freeing it: it goes to another place. */
    public void detachFound(long entry) {
        table.removeFound();
        long header = Entry.header(memory, entry);
        if (Entry.expiry(memory, entry, header) != Entry.NO_EXPIRY) {
            expiring--;
        }
        volatiles -= Entry.isVolatile(header) ? 1 : 0;
    }

    /** Deletes a live key; answers whether there was one. Tells the listener. */
    public boolean delete(long hash, long keyAddress, int keyLength) {
        long entry = peek(hash, keyAddress, keyLength);
        if (entry == 0) {
            return false;
        }
        removeFound(entry, Entry.header(memory, entry));
        modified(keyAddress, keyLength);
        return true;
    }

    /**
     * Sets or takes back the expiry of the entry found last.
     *
     * @param epochMs when, or {@link Entry#NO_EXPIRY}.
     * @return the entry's address, which may have changed.
     */
    public long expiry(long entry, long epochMs) {
        long header = Entry.header(memory, entry);
        if (Entry.hasExpiryField(header)) {
            countExpiry(entry, memory.getLong(entry + 8), epochMs);
            Entry.setExpiry(memory, entry, epochMs);
            return entry;
        }
        if (epochMs == Entry.NO_EXPIRY) {
            return entry;
        }
        long moved = withExpiryField(entry, header, epochMs);
        expiring++;
        table.markEntry(moved);
        table.replaceFound(moved);
        arena.free(entry);
        return moved;
    }

    /**
     * Gives an entry that is in no table yet an expiry.
     *
     * @return its address, which may have changed.
     * @throws OutOfMemory when there is no room; the entry is as it was.
     */
    public long expiryOfNew(long entry, long epochMs) {
        long header = Entry.header(memory, entry);
        if (Entry.hasExpiryField(header)) {
            Entry.setExpiry(memory, entry, epochMs);
            return entry;
        }
        long moved = withExpiryField(entry, header, epochMs);
        arena.free(entry);
        return moved;
    }

    private long withExpiryField(long entry, long header, long epochMs) {
        int flags = Entry.flags(header);
        int keyLength = Entry.keyLength(memory, entry, header);
        int inline = (flags & Entry.WORD) != 0 ? 0 : Entry.inlineLength(header);
        long size = Entry.size(flags, keyLength, inline);
        long moved = arena.allocate(size + 8);
        memory.putLong(moved, header | (long) Entry.EXPIRE << 8);
        memory.putLong(moved + 8, epochMs);
        memory.copyIn(entry + 8, moved + 16, size - 8);
        return moved;
    }

    /** Copies an entry without its value's outside parts under another key; the caller mends the value word. */
    public long copyEntry(long entry, long keyAddress, int keyLength, long epochMs) {
        long header = Entry.header(memory, entry);
        int flags =
                Entry.flags(header) & ~(Entry.EXPIRE | Entry.LONG_KEY) | Entry.keyFlags(keyLength);
        if (epochMs != Entry.NO_EXPIRY) {
            flags |= Entry.EXPIRE;
        }
        boolean word = (flags & Entry.WORD) != 0;
        int inline = word ? 0 : Entry.inlineLength(header);
        long made = arena.allocate(Entry.size(flags, keyLength, inline));
        Entry.init(
                memory,
                made,
                Entry.type(header),
                Entry.encoding(header),
                flags,
                Entry.clock(header),
                keyLength,
                Entry.inlineLength(header));
        if (epochMs != Entry.NO_EXPIRY) {
            Entry.setExpiry(memory, made, epochMs);
        }
        long madeHeader = Entry.header(memory, made);
        if (word) {
            memory.putLong(Entry.wordAddress(made, madeHeader), Entry.word(memory, entry, header));
        }
        memory.copyIn(keyAddress, Entry.keyAddress(made, madeHeader), keyLength);
        memory.copyIn(
                Entry.inlineAddress(memory, entry, header),
                Entry.inlineAddress(memory, made, madeHeader),
                inline);
        return made;
    }

    /**
     * Gives a key another name; what had that name is deleted. The value stays where it is.
     *
     * @param entry of the key, which must not be the one at {@code to}.
     */
    public void rename(
            long entry,
            long fromHash,
            long from,
            int fromLength,
            long toHash,
            long to,
            int toLength) {
        long until = Entry.expiry(memory, entry, Entry.header(memory, entry));
        long made = copyEntry(entry, to, toLength, until);
        long replaced = peek(toHash, to, toLength);
        if (replaced != 0) {
            replaceFound(replaced, made);
        } else {
            try {
                attach(toHash, made);
            } catch (OutOfMemory full) {
                arena.free(made);
                throw full;
            }
        }
        long found = table.find(fromHash, from, fromLength);
        assert found == entry : "the key lost its entry";
        detachFound(found);
        arena.free(found);
    }

    /** Tells the listener that a key was changed and counts the change. */
    public void modified(long keyAddress, int keyLength) {
        shared.stats().dirty++;
        shared.modified(id, keyAddress, keyLength);
    }

    /** Tells the listener that a key was changed by a change that is counted elsewhere. */
    public void signal(long keyAddress, int keyLength) {
        shared.modified(id, keyAddress, keyLength);
    }

    /** Tells the listener of something that notifications may tell clients; costs one test when none listens. */
    public void event(KeyspaceEvent event, long keyAddress, int keyLength) {
        shared.event(id, event, keyAddress, keyLength);
    }

    /**
     * A random live key's entry, or 0 when there is none; expired ones met on the way are deleted. Where expired keys are
     * kept, one of them is answered when there seems to be nothing else.
     */
    public long randomEntry(LongSupplier random) {
        int kept = 0;
        while (true) {
            long entry = table.random(random);
            if (entry == 0 || !isExpiredEntry(entry) || kept == MOST_KEPT) {
                return entry;
            }
            long before = table.size();
            deleteExpired(entry);
            if (table.size() == before) {
                kept++;
            }
        }
    }

    /** Whether an entry's time has come. */
    public boolean isExpiredEntry(long entry) {
        return Entry.hasExpiryField(Entry.header(memory, entry)) && isExpired(entry);
    }

    /** Deletes an entry, met outside a look-up, whose time has come. */
    public void deleteExpired(long entry) {
        if (shared.keepsExpired()) {
            return;
        }
        long header = Entry.header(memory, entry);
        long key = Entry.keyAddress(entry, header);
        int keyLength = Entry.keyLength(memory, entry, header);
        if (table.find(table.hash(key, keyLength), key, keyLength) != entry) {
            throw new IllegalStateException("entry is not in its table");
        }
        // The listener may look keys up, so the table must be done; the key's bytes live in the
        // entry, so that goes last.
        detachFound(entry);
        shared.stats().expired++;
        shared.expired(id, key, keyLength);
        shared.discard(entry, header);
    }

    /** Deletes an entry, met outside a look-up, whose value has lost its last element; tells that it was. */
    public void deleteEmptied(long entry) {
        long header = Entry.header(memory, entry);
        long key = Entry.keyAddress(entry, header);
        int keyLength = Entry.keyLength(memory, entry, header);
        if (table.find(table.hash(key, keyLength), key, keyLength) != entry) {
            throw new IllegalStateException("entry is not in its table");
        }
        detachFound(entry);
        event(KeyspaceEvent.DEL, key, keyLength);
        shared.discard(entry, header);
    }

    /**
     * Deletes the entry found last to make room. Told as an eviction; not counted as a change, since no client made it.
     */
    void evictFound(long entry) {
        long header = Entry.header(memory, entry);
        detachFound(entry);
        shared.stats().evicted++;
        shared.evicted(id, Entry.keyAddress(entry, header), Entry.keyLength(memory, entry, header));
        shared.discard(entry, header);
    }

    /**
     * Takes all keys out.
     *
     * @param freeAtOnce whether to free them here and now; otherwise {@link KeyspaceShared} frees them in slices.
     * @return how many there were.
     */
    public long flush(boolean freeAtOnce) {
        long keys = table.size();
        if (table.buckets() > 0) {
            if (freeAtOnce) {
                shared.freeNow(table);
            } else {
                shared.free(table);
            }
            table = new KeyTable(arena, shared.seed());
        }
        expiring = 0;
        volatiles = 0;
        sweep.restart();
        return keys;
    }
}
