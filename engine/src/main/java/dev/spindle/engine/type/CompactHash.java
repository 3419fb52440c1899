package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.NewElement;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.text.LongResult;

/**
 * Hashes in one block.
 *
 * <pre>
 *   listpack     [field][value] [field][value] ...
 *   shaped       [shape u32] [value][value] ...
 *   listpackex   [earliest i64] [field][value][expiry] [field][value][expiry] ...
 * </pre>
 *
 * All but {@code shape} and {@code earliest} are elements of a listpack; an expiry is epoch milliseconds, 0 for never. {@code
 * earliest} is the least of them, or {@link #NONE}, so that a look-up knows with one comparison that nothing has expired. The number
 * of fields is the entry's count. A block whose last field goes stays as it is, with a count of 0: the key is removed next.
 *
 * <p>{@code shape} is the handle of the fields' names, which many hashes have in common ({@link HashShapes}). Clients are told of a
 * listpack there too. Values change in place; when a field comes, goes or gets a time, the block takes its names back first.
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
    private final HashShapes shapes;
    private final HashType owner;
    private final LongResult scratch = new LongResult();
    private final ByteView name = new ByteView();
    private boolean expires;
    private boolean shaped;
    private long block;
    private long end;
    private long names;
    private long namesEnd;
    private long fieldAt;
    private long valueAt;

    CompactHash(Memory memory, HashShapes shapes, HashType owner) {
        this.owner = owner;
        this.memory = memory;
        this.shapes = shapes;
    }

    private static boolean expires(long header) {
        return Entry.encoding(header) == ValueType.LISTPACK_EX;
    }

    private void open(long entry, long header) {
        expires = expires(header);
        shaped = HashShapes.isShaped(header);
        block = CollectionEntry.block(memory, entry, header);
        // An emptied hash still has the bytes of its last field.
        boolean empty = CollectionEntry.count(header) == 0;
        end = empty ? block : block + CollectionEntry.blockLength(memory, entry, header);
        if (shaped) {
            long shape = HashShapes.of(memory, block);
            names = HashShapes.names(shape);
            namesEnd = empty ? names : HashShapes.end(memory, shape);
        }
    }

    private long first() {
        return expires ? block + EARLIEST_BYTES : block;
    }

    private long firstShapedValue() {
        return block + HashShapes.HANDLE_BYTES;
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
        if (shaped) {
            return findShaped(field, length);
        }
        fieldAt = Listpack.find(memory, first(), end, field, length, expires ? 2 : 1, scratch);
        if (fieldAt == 0) {
            return false;
        }
        valueAt = Listpack.next(memory, fieldAt);
        return true;
    }

    // The names are those of many hashes, so they are in cache; a field that is not there costs no
    // look at the values.
    private boolean findShaped(long field, int length) {
        fieldAt = Listpack.find(memory, names, namesEnd, field, length, 0, scratch);
        if (fieldAt == 0) {
            return false;
        }
        long value = firstShapedValue();
        for (long at = names; at < fieldAt; at = Listpack.next(memory, at)) {
            value = Listpack.next(memory, value);
        }
        valueAt = value;
        return true;
    }

    /** Finds a field in a listpack that is being written. */
    boolean findWithin(long from, long to, long field, int length) {
        expires = false;
        shaped = false;
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
        if (shaped) {
            fieldAt = Listpack.skip(memory, names, number);
            valueAt = Listpack.skip(memory, firstShapedValue(), number);
            return;
        }
        fieldAt = Listpack.skip(memory, first(), number * (expires ? 3 : 2));
        valueAt = Listpack.next(memory, fieldAt);
    }

    /** Where the field found last stands: its address, or how far into the names and the block it and its value are. */
    long place() {
        return shaped ? fieldAt - names << 32 | valueAt - block : fieldAt;
    }

    /** Goes back to a field of a hash that is as it was, by its {@link #place}. */
    void moveTo(long entry, long header, long place) {
        open(entry, header);
        if (shaped) {
            fieldAt = names + (place >>> 32);
            valueAt = block + (int) place;
            return;
        }
        fieldAt = place;
        valueAt = Listpack.next(memory, place);
    }

    /** Address of the name of the field found last, an element of a listpack. */
    long field() {
        return fieldAt;
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
        takeNames(db, entry);
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
        if (count > 0 && shaped) {
            removeShaped(db, entry, count);
            return;
        }
        CollectionEntry.count(memory, entry, count);
        if (count == 0) {
            return;
        }
        long until = expiry();
        CollectionEntry.splice(db, entry, fieldAt - block, next(valueAt) - fieldAt, 0);
        noteExpiry(entry, until, HashType.NEVER);
    }

    private void removeShaped(Keyspace db, long entry, int count) {
        int number = Listpack.count(memory, names, fieldAt);
        takeNames(db, entry);
        at(entry, Entry.header(memory, entry), number);
        CollectionEntry.count(memory, entry, count);
        CollectionEntry.splice(db, entry, fieldAt - block, next(valueAt) - fieldAt, 0);
    }

    /**
     * Gives a hash that shares its names with others names of its own; what was found before means nothing then.
     *
     * @throws OutOfMemory when there is no room for them; nothing was changed then.
     */
    void takeNames(Keyspace db, long entry) {
        long header = Entry.header(memory, entry);
        if (!HashShapes.isShaped(header)) {
            return;
        }
        Arena arena = db.arena();
        long values = CollectionEntry.block(memory, entry, header);
        long shape = HashShapes.of(memory, values);
        long behind = HashShapes.end(memory, shape);
        long size =
                CollectionEntry.blockLength(memory, entry, header)
                        - HashShapes.HANDLE_BYTES
                        + HashShapes.nameBytes(memory, shape);
        long made = arena.allocate(size);
        long to = made;
        long value = values + HashShapes.HANDLE_BYTES;
        for (long at = HashShapes.names(shape); at < behind; ) {
            long next = Listpack.next(memory, at);
            memory.copyIn(at, to, next - at);
            to += next - at;
            at = next;
            long after = Listpack.next(memory, value);
            memory.copyIn(value, to, after - value);
            to += after - value;
            value = after;
        }
        assert to == made + size : "as many values as names";
        arena.free(values);
        memory.putLong(Entry.wordAddress(entry, header), Entry.blobWord(memory.handle(made), size));
        Entry.encoding(memory, entry, ValueType.LISTPACK);
        shapes.release(shape);
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
        takeNames(db, entry);
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
                owner.tellGone(db, entry, at);
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
        if (shaped) {
            walkShaped(visitor);
            return;
        }
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

    private void walkShaped(FieldVisitor visitor) {
        long behind = namesEnd;
        long value = firstShapedValue();
        for (long at = names; at < behind; ) {
            Listpack.view(memory, at, name);
            at = Listpack.next(memory, at);
            long next = Listpack.next(memory, value);
            visitor.field(name, value);
            value = next;
        }
    }

    /** Steps to the first field of a block, for {@link #step}. */
    void begin(long entry, long header) {
        open(entry, header);
        if (shaped) {
            fieldAt = names;
            valueAt = firstShapedValue();
            return;
        }
        fieldAt = first();
        valueAt = fieldAt == end ? 0 : Listpack.next(memory, fieldAt);
    }

    /** Whether there is a field where the steps have come. */
    boolean isThere() {
        return fieldAt < (shaped ? namesEnd : end);
    }

    /** Steps to the next field. */
    void step() {
        if (shaped) {
            fieldAt = Listpack.next(memory, fieldAt);
            valueAt = Listpack.next(memory, valueAt);
            return;
        }
        fieldAt = next(valueAt);
        valueAt = fieldAt == end ? 0 : Listpack.next(memory, fieldAt);
    }
}
