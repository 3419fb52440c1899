package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.NewElement;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.LongResult;

/**
 * Hashes in one block.
 *
 * <pre>
 *   listpack     [field][value] [field][value] ...
 *   listpackex   [earliest i64] [field][value][expiry] [field][value][expiry] ...
 * </pre>
 *
 * All but {@code earliest} are elements of a listpack; an expiry is epoch milliseconds, 0 for never. {@code earliest} is the
 * least of them, or {@link #NONE}, so that a look-up knows with one comparison that nothing has expired. The number of
 * fields is the entry's count. A block whose last field goes stays as it is, with a count of 0: the key is removed next.
 *
 * <p>One object serves all hashes. After {@link #find} it knows where the field stands, until the next change.
 */
final class CompactHash {

    /** What {@code earliest} says when no field expires. */
    static final long NONE = Long.MAX_VALUE;

    /** Longest block; beyond it a hash is kept in a table. */
    static final long MOST_BYTES = 1L << 30;

    private static final int EARLIEST_BYTES = 8;

    private final Memory memory;
    private final LongResult scratch = new LongResult();
    private final ByteView name = new ByteView();
    private boolean expires;
    private long block;
    private long end;
    private long fieldAt;
    private long valueAt;

    CompactHash(Memory memory) {
        this.memory = memory;
    }

    private static boolean expires(long header) {
        return Entry.encoding(header) == ValueType.LISTPACK_EX;
    }

    private void open(long entry, long header) {
        expires = expires(header);
        block = CollectionEntry.block(memory, entry, header);
        // An emptied hash still has the bytes of its last field.
        end =
                CollectionEntry.count(header) == 0
                        ? block
                        : block + CollectionEntry.blockLength(memory, entry, header);
    }

    private long first() {
        return expires ? block + EARLIEST_BYTES : block;
    }

    private long behindValue(long value) {
        return Listpack.next(memory, value);
    }

    private long next(long value) {
        long at = Listpack.next(memory, value);
        return expires ? Listpack.next(memory, at) : at;
    }

    /** Finds a field, expired or not. */
    boolean find(long entry, long header, long field, int length) {
        open(entry, header);
        fieldAt = Listpack.find(memory, first(), end, field, length, expires ? 2 : 1, scratch);
        if (fieldAt == 0) {
            return false;
        }
        valueAt = Listpack.next(memory, fieldAt);
        return true;
    }

    /** Finds a field in a listpack that is being written. */
    boolean findWithin(long from, long to, long field, int length) {
        expires = false;
        fieldAt = Listpack.find(memory, from, to, field, length, 1, scratch);
        valueAt = fieldAt == 0 ? 0 : Listpack.next(memory, fieldAt);
        return fieldAt != 0;
    }

    /** Bytes of the value of the field found last. */
    long valueBytes() {
        return behindValue(valueAt) - valueAt;
    }

    /** Moves to a field by its number, from 0. */
    void at(long entry, long header, int number) {
        open(entry, header);
        fieldAt = Listpack.skip(memory, first(), number * (expires ? 3 : 2));
        valueAt = Listpack.next(memory, fieldAt);
    }

    /** Address of the field found last. */
    long place() {
        return fieldAt;
    }

    /** Goes back to a field of a hash that is as it was, by its {@link #place}. */
    void moveTo(long entry, long header, long place) {
        open(entry, header);
        fieldAt = place;
        valueAt = Listpack.next(memory, place);
    }

    /** Address of the value of the field found last. */
    long value() {
        return valueAt;
    }

    /** Points a view at the name of the field found last. */
    void name(ByteView into) {
        Listpack.view(memory, fieldAt, into);
    }

    /** When the field found last expires, or {@link HashType#NEVER}. */
    long expiry() {
        return expires ? Listpack.longAt(memory, behindValue(valueAt)) : HashType.NEVER;
    }

    /** The earliest expiry of a block's fields, or {@link #NONE}. */
    long earliest(long entry, long header) {
        return expires(header)
                ? memory.getLong(CollectionEntry.block(memory, entry, header))
                : NONE;
    }

    /** Gives the field found last another value. */
    void replace(Keyspace db, long entry, NewElement value, long until) {
        long behind = behindValue(valueAt);
        if (!expires) {
            long at =
                    CollectionEntry.splice(
                            db, entry, valueAt - block, behind - valueAt, value.size());
            value.write(memory, at);
            return;
        }
        long before = Listpack.longAt(memory, behind);
        long removed = Listpack.next(memory, behind) - valueAt;
        long inserted = value.size() + Listpack.sizeOfLong(until);
        long at = CollectionEntry.splice(db, entry, valueAt - block, removed, inserted);
        Listpack.writeLong(memory, value.write(memory, at), until);
        noteExpiry(entry, before, until);
    }

    /** Adds a field that is not there; the entry's count must have room. */
    void append(Keyspace db, long entry, NewElement field, NewElement value, long until) {
        long header = Entry.header(memory, entry);
        open(entry, header);
        long added = field.size() + value.size() + (expires ? Listpack.sizeOfLong(until) : 0);
        // All of it where there was no field: what is there then means nothing.
        long stale = block + CollectionEntry.blockLength(memory, entry, header) - end;
        long at = CollectionEntry.splice(db, entry, end - block, stale, added);
        at = value.write(memory, field.write(memory, at));
        if (expires) {
            Listpack.writeLong(memory, at, until);
            noteExpiry(entry, HashType.NEVER, until);
        }
        CollectionEntry.count(memory, entry, CollectionEntry.count(header) + 1);
    }

    /** Removes the field found last. */
    void remove(Keyspace db, long entry) {
        long header = Entry.header(memory, entry);
        int count = CollectionEntry.count(header) - 1;
        CollectionEntry.count(memory, entry, count);
        if (count == 0) {
            return;
        }
        long until = expiry();
        CollectionEntry.splice(db, entry, fieldAt - block, next(valueAt) - fieldAt, 0);
        noteExpiry(entry, until, HashType.NEVER);
    }

    /** Changes when the field found last expires; the block must be one of fields that can. */
    void expiry(Keyspace db, long entry, long until) {
        assert expires : "the block has no room for times";
        long at = behindValue(valueAt);
        long before = Listpack.longAt(memory, at);
        int size = Listpack.sizeOfLong(until);
        long room =
                CollectionEntry.splice(db, entry, at - block, Listpack.next(memory, at) - at, size);
        Listpack.writeLong(memory, room, until);
        noteExpiry(entry, before, until);
    }

    // Keeps the earliest expiry exact: a walk is only needed when what was the earliest goes.
    private void noteExpiry(long entry, long before, long after) {
        if (!expires || before == after) {
            return;
        }
        long header = Entry.header(memory, entry);
        long at = CollectionEntry.block(memory, entry, header);
        long earliest = memory.getLong(at);
        if (after != HashType.NEVER && after <= earliest) {
            memory.putLong(at, after);
        } else if (before == earliest) {
            memory.putLong(at, leastExpiry(entry, header));
        }
    }

    private long leastExpiry(long entry, long header) {
        open(entry, header);
        long least = NONE;
        for (long at = first(); at < end; ) {
            long time = behindValue(Listpack.next(memory, at));
            long until = Listpack.longAt(memory, time);
            if (until != HashType.NEVER) {
                least = Math.min(least, until);
            }
            at = Listpack.next(memory, time);
        }
        return least;
    }

    /** Gives every field of a listpack room for a time. */
    void makeExpiring(Keyspace db, long entry) {
        long header = Entry.header(memory, entry);
        if (expires(header)) {
            return;
        }
        open(entry, header);
        int count = CollectionEntry.count(header);
        long length = end - block;
        long grown = length + EARLIEST_BYTES + count;
        long made = db.arena().allocate(grown);
        memory.putLong(made, NONE);
        long to = made + EARLIEST_BYTES;
        for (long at = block; at < end; ) {
            long behind = Listpack.next(memory, Listpack.next(memory, at));
            memory.copyIn(at, to, behind - at);
            to = Listpack.writeLong(memory, to + behind - at, HashType.NEVER);
            at = behind;
        }
        assert to == made + grown : "a time takes a byte";
        db.arena().free(block);
        memory.putLong(
                Entry.wordAddress(entry, header), Entry.blobWord(memory.handle(made), grown));
        Entry.encoding(memory, entry, ValueType.LISTPACK_EX);
    }

    /**
     * Removes the fields whose time has come.
     *
     * @return how many they were; the last of a hash leave a count of 0.
     */
    int expire(Keyspace db, long entry, long nowMs) {
        long header = Entry.header(memory, entry);
        if (earliest(entry, header) >= nowMs) {
            return 0;
        }
        open(entry, header);
        long to = first();
        int removed = 0;
        for (long at = first(); at < end; ) {
            long time = behindValue(Listpack.next(memory, at));
            long until = Listpack.longAt(memory, time);
            long behind = Listpack.next(memory, time);
            if (until != HashType.NEVER && until < nowMs) {
                removed++;
            } else {
                if (to != at) {
                    memory.move(at, to, behind - at);
                }
                to += behind - at;
            }
            at = behind;
        }
        int left = CollectionEntry.count(header) - removed;
        CollectionEntry.count(memory, entry, left);
        if (left > 0) {
            CollectionEntry.splice(db, entry, to - block, end - to, 0);
        }
        header = Entry.header(memory, entry);
        memory.putLong(CollectionEntry.block(memory, entry, header), leastExpiry(entry, header));
        return removed;
    }

    /** Visits the fields that have not expired, all of them when {@code nowMs} is 0. */
    void walk(long entry, long header, long nowMs, FieldVisitor visitor) {
        open(entry, header);
        long behind = end;
        boolean times = expires;
        for (long at = first(); at < behind; ) {
            long value = Listpack.next(memory, at);
            long after = Listpack.next(memory, value);
            boolean dead = false;
            if (times) {
                long until = Listpack.longAt(memory, after);
                dead = until != HashType.NEVER && until < nowMs;
                after = Listpack.next(memory, after);
            }
            if (!dead) {
                Listpack.view(memory, at, name);
                visitor.field(name, value);
            }
            at = after;
        }
    }

    /** Steps to the first field of a block, for {@link #step}. */
    void begin(long entry, long header) {
        open(entry, header);
        fieldAt = first();
        valueAt = fieldAt == end ? 0 : Listpack.next(memory, fieldAt);
    }

    /** Whether there is a field where the steps have come. */
    boolean isThere() {
        return fieldAt < end;
    }

    /** Steps to the next field. */
    void step() {
        fieldAt = next(valueAt);
        valueAt = fieldAt == end ? 0 : Listpack.next(memory, fieldAt);
    }
}
