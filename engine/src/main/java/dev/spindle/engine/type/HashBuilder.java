package dev.spindle.engine.type;

import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.NewElement;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;

/**
 * A hash in the making, that belongs to no key yet. As long as it can be a compact one its fields wait outside the arena; once it
 * cannot, they go into a table, and those that follow directly.
 *
 * <pre>
 *   waiting:  u32 bytes of field | u32 bytes of value | i64 expiry | field | value
 * </pre>
 *
 * <p>{@link #begin} and {@link #close} go around every use, so that nothing is left behind when memory runs out.
 */
public final class HashBuilder {

    private static final int HEAD_BYTES = 16;
    private static final int EARLIEST_BYTES = 8;

    /** Fields up to which a hash is made in the way that looks for each among those before. */
    private static final int MOST_SHAPED = 64;

    private final HashFilling filling;
    private final Memory memory;
    private final LargeHash large;
    private final NewElement field = new NewElement();
    private final NewElement value = new NewElement();
    private final Scratch waiting = new Scratch();
    private long mostEntries;
    private long mostBytes;
    private long count;
    private long timed;
    private long earliest;
    private long size;
    private long root;

    // Of the field that waits and is at hand.
    private long at;
    private long nameAt;
    private int nameLength;
    private int valueLength;
    private long expiry;

    HashBuilder(Arena arena, HashFilling filling, long seed, HashType owner) {
        this.filling = filling;
        this.memory = arena.memory();
        this.large = new LargeHash(arena, seed, owner);
    }

    /**
     * Starts with nothing.
     *
     * @param entries that a compact hash may have at most.
     * @param bytes of a field or value of a compact hash at most.
     */
    public void begin(long entries, long bytes) {
        assert root == 0 : "not closed";
        mostEntries = Math.min(entries, CollectionEntry.MOST_COMPACT);
        mostBytes = bytes;
        waiting.clear();
        count = 0;
        timed = 0;
        size = 0;
        earliest = CompactHash.NONE;
    }

    /** Whether it can still become a compact hash: then no field may be given twice. */
    public boolean isCompact() {
        return root == 0;
    }

    /** Number of fields. */
    public long count() {
        return count;
    }

    /** Gives up being compact, when it is known that too much comes. */
    public void enlarge() {
        if (root != 0) {
            return;
        }
        root = memory.address((int) large.create());
        at = 0;
        while (nextWaiting()) {
            addLarge(nameAt, nameLength, nameAt + nameLength, valueLength, expiry);
        }
        waiting.clear();
    }

    /**
     * Adds a field.
     *
     * @param until its expiry, or {@link HashType#NEVER}.
     * @return false when it is there already, which only {@link #isCompact} ones do not find out.
     * @throws OutOfMemory when there is no room.
     */
    public boolean add(long name, int length, long valueAt, int bytes, long until) {
        if (root == 0 && !fits(name, length, valueAt, bytes)) {
            enlarge();
        }
        if (root != 0) {
            if (!addLarge(name, length, valueAt, bytes, until)) {
                return false;
            }
        } else {
            size += field.size() + value.size();
            waiting.appendLong((long) bytes << 32 | length);
            waiting.appendLong(until);
            waiting.append(name, length);
            waiting.append(valueAt, bytes);
        }
        count++;
        if (until != HashType.NEVER) {
            timed++;
            earliest = Math.min(earliest, until);
        }
        return true;
    }

    private boolean fits(long name, int length, long valueAt, int bytes) {
        field.of(name, length);
        value.of(valueAt, bytes);
        return count < mostEntries
                && length <= mostBytes
                && bytes <= mostBytes
                && size + field.size() + value.size() <= CompactHash.MOST_BYTES / 2;
    }

    private boolean addLarge(long name, int length, long valueAt, int bytes, long until) {
        if (large.findIn(root, name, length)) {
            return false;
        }
        large.add(field.of(name, length), value.of(valueAt, bytes), until);
        return true;
    }

    /**
     * Makes an entry of the fields, of which there must be one at least; in no table yet, see {@link StringType#place}.
     *
     * @throws OutOfMemory when there is no room; the fields are still here then.
     */
    public long entry(Keyspace db, long key, int keyLength) {
        assert count > 0 : "an empty hash";
        if (root == 0) {
            return compactEntry(db, key, keyLength);
        }
        long word = memory.handle(root) & 0xFFFF_FFFFL;
        long entry =
                CollectionEntry.large(
                        db, ValueType.HASH, ValueType.HASHTABLE, key, keyLength, word);
        root = 0;
        markVolatile(entry);
        return entry;
    }

    private long compactEntry(Keyspace db, long key, int keyLength) {
        boolean expires = timed > 0;
        if (!expires && count <= MOST_SHAPED) {
            return filledEntry(db, key, keyLength);
        }
        long bytes = size + (expires ? EARLIEST_BYTES + timeBytes() : 0);
        long entry =
                CollectionEntry.compact(
                        db,
                        ValueType.HASH,
                        expires ? ValueType.LISTPACK_EX : ValueType.LISTPACK,
                        key,
                        keyLength,
                        bytes,
                        (int) count);
        long to = CollectionEntry.block(memory, entry, Entry.header(memory, entry));
        if (expires) {
            memory.putLong(to, earliest);
            to += EARLIEST_BYTES;
        }
        at = 0;
        while (nextWaiting()) {
            field.of(nameAt, nameLength);
            value.of(nameAt + nameLength, valueLength);
            to = value.write(memory, field.write(memory, to));
            if (expires) {
                to = Listpack.writeLong(memory, to, expiry);
            }
        }
        markVolatile(entry);
        return entry;
    }

    // A small hash may share the names of its fields with others.
    private long filledEntry(Keyspace db, long key, int keyLength) {
        long entry =
                CollectionEntry.compact(
                        db, ValueType.HASH, ValueType.LISTPACK, key, keyLength, size, 0);
        filling.begin();
        at = 0;
        while (nextWaiting()) {
            field.of(nameAt, nameLength);
            value.of(nameAt + nameLength, valueLength);
            filling.add(entry, field, value);
        }
        filling.end(db, entry, true);
        return entry;
    }

    // Goes on to the next field that waits; answers whether there is one.
    private boolean nextWaiting() {
        if (at == waiting.length()) {
            return false;
        }
        long lengths = waiting.longAt(at);
        expiry = waiting.longAt(at + 8);
        nameAt = waiting.address() + at + HEAD_BYTES;
        nameLength = (int) lengths;
        valueLength = (int) (lengths >>> 32);
        at += HEAD_BYTES + (long) nameLength + valueLength;
        return true;
    }

    private long timeBytes() {
        long bytes = 0;
        at = 0;
        while (nextWaiting()) {
            bytes += Listpack.sizeOfLong(expiry);
        }
        return bytes;
    }

    // The table that it goes into counts it by this mark.
    private void markVolatile(long entry) {
        if (timed > 0) {
            byte flags = memory.getByte(entry + 1);
            memory.putByte(entry + 1, (byte) (flags | Entry.VOLATILE));
        }
    }

    /** Frees what did not become a value. */
    public void close() {
        waiting.clear();
        if (root != 0) {
            large.release(root);
            root = 0;
        }
    }
}
