package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.encoding.NewElement;
import dev.spindle.engine.keyspace.ElementExpirer;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.keyspace.SweepCounts;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.LongResult;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Hashes: small ones in one block ({@link CompactHash}), large ones in a table ({@link LargeHash}). A hash becomes large when
 * it has more fields, or a longer field or value, than {@link #limits} say, and never small again.
 *
 * <h2>Values</h2>
 *
 * In both shapes a value is an element of a listpack, so numbers take a byte or two and a hash that grows large has its
 * values copied. {@link #value} is its address.
 *
 * <h2>Names in common</h2>
 *
 * Small hashes that are made with the same fields share one list of their names ({@link HashShapes}). Whoever reads a compact hash
 * reads it through this class, which hides that; a block by itself is a listpack of pairs only where the encoding is {@link
 * ValueType#LISTPACK}.
 *
 * <h2>Fields that expire</h2>
 *
 * A field whose time has come is not found any more ({@link #find}, {@link #walk}, {@link #random}), whether or not it is
 * still there. It is removed by {@link #expireNamed}, which commands call for the fields that they name, and by the sweep of
 * active expiry ({@link #expireSome}). As long as a hash has such fields its entry has {@link Entry#VOLATILE}, by which the
 * sweep finds it; the count of these entries is the database's.
 *
 * <p>One object serves all hashes. What {@link #find} found is known until the next call or change.
 */
public final class HashType implements CollectionType, ElementExpirer {

    /** Stands for the expiry of a field that has none; no field can expire at the epoch. */
    public static final long NEVER = 0;

    /** For {@link #set}: the field keeps the expiry it has. */
    public static final long KEEP = -1;

    /** Fields were removed because their time had come. */
    public static final KeyspaceEvent HEXPIRED =
            new KeyspaceEvent(KeyspaceEvent.Kind.HASH, "hexpired");

    private static final int SLICES_PER_STEP = 4;

    private final Arena arena;
    private final Memory memory;
    private final KeyspaceShared shared;
    private final HashShapes shapes;
    private final CompactHash compact;
    private final HashFilling filling;
    private final LargeHash large;
    private final HashBuilder builder;
    private final NewElement field = new NewElement();
    private final NewElement value = new NewElement();
    private final ByteView name = new ByteView();
    private final ByteView text = new ByteView();
    private final HashWalk every;
    private final FieldVisitor countField = this::countField;
    private final LongResult parsed = new LongResult();
    private boolean foundCompact;
    private long mostEntries = 512;
    private long mostValue = 64;
    private long counted;

    /**
     * Makes the type.
     *
     * @param seed of field hashes; random in production.
     */
    public HashType(KeyspaceShared shared, long seed) {
        this.shared = shared;
        this.arena = shared.arena();
        this.memory = arena.memory();
        shapes = new HashShapes(arena, seed);
        compact = new CompactHash(memory, shapes, this);
        filling = new HashFilling(memory, compact, shapes);
        large = new LargeHash(arena, seed, this);
        every = new HashWalk(arena, seed);
        builder = new HashBuilder(arena, filling, seed, this);
    }

    /** Sets how many fields, and bytes of a field or a value, a compact hash may have. */
    public void limits(long entries, long valueBytes) {
        mostEntries = Math.min(entries, CollectionEntry.MOST_COMPACT);
        mostValue = valueBytes;
    }

    /** Whether an expiry, or {@link #NEVER}, is in the past. */
    static boolean isPast(long until, long nowMs) {
        // As with keys: when the time has passed, not when it is reached.
        return until != NEVER && until < nowMs;
    }

    // ---- finding

    /**
     * Finds a field that has not expired.
     *
     * @param at address of its bytes, anywhere outside the heap.
     */
    public boolean find(long entry, long at, int length) {
        return findAny(entry, at, length) && !isPast(expiry(), shared.expiryMs());
    }

    private boolean findAny(long entry, long at, int length) {
        long header = Entry.header(memory, entry);
        foundCompact = CollectionEntry.isCompact(header);
        return foundCompact
                ? compact.find(entry, header, at, length)
                : large.find(entry, header, at, length);
    }

    /** Address of the value of the field found last, an element of a listpack. */
    public long value() {
        return foundCompact ? compact.value() : large.value();
    }

    /** When the field found last expires, epoch milliseconds, or {@link #NEVER}. */
    public long expiry() {
        return foundCompact ? compact.expiry() : large.expiry();
    }

    /** The name of the field found last; valid until the next call. */
    public ByteView name() {
        if (foundCompact) {
            compact.name(name);
        } else {
            large.name(name);
        }
        return name;
    }

    /** What tells the field found last from others of the same unchanged hash. */
    public long identity() {
        return foundCompact ? compact.place() : large.identity();
    }

    /** Goes back to a field of an unchanged hash by its {@link #identity}. */
    public void moveTo(long entry, long identity) {
        long header = Entry.header(memory, entry);
        foundCompact = CollectionEntry.isCompact(header);
        if (foundCompact) {
            compact.moveTo(entry, header, identity);
        } else {
            large.moveTo(identity);
        }
    }

    /** Appends the identities of a compact hash's fields that have not expired, eight bytes each. */
    public void list(long entry, Scratch into) {
        long header = Entry.header(memory, entry);
        assert CollectionEntry.isCompact(header) : "too many to list";
        for (compact.begin(entry, header); compact.isThere(); compact.step()) {
            if (!isPast(compact.expiry(), shared.expiryMs())) {
                into.appendLong(compact.place());
            }
        }
    }

    /** A value's text; valid until the next call. */
    public ByteView text(long valueAt) {
        Listpack.view(memory, valueAt, text);
        return text;
    }

    /** The table of a large hash, for touching members ahead; 0 for a compact one. */
    public MemberTable table(long entry) {
        long header = Entry.header(memory, entry);
        return CollectionEntry.isCompact(header) ? null : large.table(entry, header);
    }

    // ---- creating

    /** What hashes are put together in that come as a whole. */
    public HashBuilder builder() {
        return builder;
    }

    /** Bytes that a field or a value takes in a compact hash. */
    public long sizeOf(long at, int length) {
        return Listpack.sizeOf(at, length, parsed);
    }

    /** Whether a hash is compact. */
    public boolean isCompact(long entry) {
        return CollectionEntry.isCompact(Entry.header(memory, entry));
    }

    /** Whether a new hash with these numbers can be compact. */
    public boolean fits(long fields, long longest, long bytes) {
        return fields <= mostEntries && longest <= mostValue && bytes <= CompactHash.MOST_BYTES;
    }

    /**
     * Begins a new compact hash, in no table yet: {@link #fill} gives it fields, {@link #filled} ends that.
     *
     * @param bytes upper bound of what the fields take.
     */
    public long begin(Keyspace db, long key, int keyLength, long bytes) {
        long entry =
                CollectionEntry.compact(
                        db, ValueType.HASH, ValueType.LISTPACK, key, keyLength, bytes, 0);
        filling.begin();
        return entry;
    }

    /** Adds a field to a hash that was begun, or changes it; answers whether it is a new one. */
    public boolean fill(long entry, long at, int length, long valueAt, int bytes) {
        return filling.add(entry, field.of(at, length), value.of(valueAt, bytes));
    }

    /**
     * Ends the filling: gives back what was not needed, and shares the names with other hashes where they have the same. A hash without
     * fields must get one at once.
     */
    public void filled(Keyspace db, long entry) {
        filling.end(db, entry, true);
    }

    /** The same for a hash whose fields get times next: it keeps its names, which it would need then. */
    public void filledToExpire(Keyspace db, long entry) {
        filling.end(db, entry, false);
    }

    /** Makes an empty large hash and puts it into its table; it must get a field at once. */
    public long createLarge(Keyspace db, long hash, long key, int keyLength) {
        long word = large.create();
        long entry;
        try {
            entry =
                    CollectionEntry.large(
                            db, ValueType.HASH, ValueType.HASHTABLE, key, keyLength, word);
        } catch (OutOfMemory full) {
            large.release(memory.address((int) word));
            throw full;
        }
        StringType.place(db, hash, 0, entry);
        return entry;
    }

    // ---- changing

    /** Gives {@link #set} its value as bytes. */
    public void newValue(long at, int length) {
        value.of(at, length);
    }

    /** Gives {@link #set} its value as an integer. */
    public void newValue(long number) {
        value.ofLong(number);
    }

    /**
     * Sets a field to the value given before.
     *
     * @param until its expiry, {@link #NEVER} or {@link #KEEP}.
     * @return whether it is a new one.
     * @throws OutOfMemory when there is no room for it; nothing was changed then but, perhaps, the encoding.
     */
    public boolean set(Keyspace db, long entry, long at, int length, long until) {
        field.of(at, length);
        long header = Entry.header(memory, entry);
        if (CollectionEntry.isCompact(header)
                && (field.length() > mostValue || value.length() > mostValue)) {
            enlarge(db, entry);
        }
        boolean known = findAny(entry, at, length);
        long before = known ? expiry() : NEVER;
        long after = until != KEEP ? until : isPast(before, shared.expiryMs()) ? NEVER : before;
        if (foundCompact && after != NEVER) {
            allowTimes(db, entry);
            findAny(entry, at, length);
        }
        if (foundCompact && (known ? hasTooMany(entry) : !hasRoom(entry))) {
            enlarge(db, entry);
            findAny(entry, at, length);
        }
        if (known) {
            replace(db, entry, after);
        } else {
            add(db, entry, after);
        }
        if (before != after) {
            noteVolatile(db, entry);
        }
        return !known;
    }

    // Since the limit was lowered: the next field that is set finds out, be it an old one.
    private boolean hasTooMany(long entry) {
        return CollectionEntry.count(Entry.header(memory, entry)) > mostEntries;
    }

    private boolean hasRoom(long entry) {
        long header = Entry.header(memory, entry);
        return CollectionEntry.count(header) < mostEntries
                && CollectionEntry.blockLength(memory, entry, header) + field.size() + value.size()
                        <= CompactHash.MOST_BYTES;
    }

    private void replace(Keyspace db, long entry, long until) {
        if (foundCompact) {
            compact.replace(db, entry, value, until);
        } else {
            large.replace(value, until);
        }
    }

    private void add(Keyspace db, long entry, long until) {
        if (foundCompact) {
            compact.append(db, entry, field, value, until);
        } else {
            large.add(field, value, until);
        }
    }

    /** Removes a field that has not expired; answers whether there was one. The last one leaves a hash of size 0. */
    public boolean remove(Keyspace db, long entry, long at, int length) {
        if (!find(entry, at, length)) {
            return false;
        }
        removeFound(db, entry);
        return true;
    }

    /** Removes the field found last. */
    public void removeFound(Keyspace db, long entry) {
        boolean timed = expiry() != NEVER;
        if (foundCompact) {
            compact.remove(db, entry);
        } else {
            large.remove();
        }
        if (timed) {
            noteVolatile(db, entry);
        }
    }

    /** Changes when the field found last expires; it must be found again afterwards. */
    public void expiry(Keyspace db, long entry, long at, int length, long until) {
        if (foundCompact && until != NEVER) {
            allowTimes(db, entry);
            findAny(entry, at, length);
        }
        if (!foundCompact) {
            large.expiry(until);
        } else if (compact.expiry() != until) {
            compact.expiry(db, entry, until);
        }
        noteVolatile(db, entry);
    }

    private void allowTimes(Keyspace db, long entry) {
        if (CollectionEntry.isCompact(Entry.header(memory, entry))) {
            compact.makeExpiring(db, entry);
        }
    }

    private void noteVolatile(Keyspace db, long entry) {
        long header = Entry.header(memory, entry);
        boolean now =
                CollectionEntry.isCompact(header)
                        ? CollectionEntry.count(header) > 0
                                && compact.earliest(entry, header) != CompactHash.NONE
                        : large.timed(entry, header) > 0;
        if (now != Entry.isVolatile(header)) {
            db.markVolatile(entry, now);
        }
    }

    /** Makes a compact hash a large one. */
    public void enlarge(Keyspace db, long entry) {
        long header = Entry.header(memory, entry);
        long word = large.create();
        long root = memory.address((int) word);
        try {
            compact.begin(entry, header);
            for (; compact.isThere(); compact.step()) {
                compact.name(name);
                large.add(root, name, compact.value(), compact.expiry());
            }
        } catch (OutOfMemory full) {
            large.release(root);
            throw full;
        }
        blockLeaves(entry, header);
        CollectionEntry.enlarge(db, entry, ValueType.HASHTABLE, word);
    }

    // ---- expiry

    /** Whether fields of a hash may have expired that are still there. */
    public boolean mayHaveExpired(long entry) {
        long header = Entry.header(memory, entry);
        if (!Entry.isVolatile(header)) {
            return false;
        }
        return CollectionEntry.isCompact(header)
                ? compact.earliest(entry, header) < shared.expiryMs()
                : large.mayHaveExpired(entry, header, shared.expiryMs());
    }

    /** Removes all that has expired from a compact hash; answers how many fields. Large ones stay as they are. */
    public int expireCompact(Keyspace db, long entry) {
        if (!CollectionEntry.isCompact(Entry.header(memory, entry))) {
            return 0;
        }
        int removed = compact.expire(db, entry, shared.expiryMs());
        noteRemoved(db, entry, removed);
        return removed;
    }

    /** Removes a field if it has expired; answers whether it had. */
    public boolean expireNamed(Keyspace db, long entry, long at, int length) {
        if (!findAny(entry, at, length) || !isPast(expiry(), shared.expiryMs())) {
            return false;
        }
        removeFound(db, entry);
        shared.stats().expiredElements++;
        tellGone(db, entry, at, length);
        return true;
    }

    /** Tells whoever repeats what is deleted by itself that a field is. */
    void tellGone(Keyspace db, long entry, long field, int fieldLength) {
        if (shared.deletions() != null) {
            long header = Entry.header(memory, entry);
            shared.deletions()
                    .fieldExpired(
                            db.id(),
                            Entry.keyAddress(entry, header),
                            Entry.keyLength(memory, entry, header),
                            field,
                            fieldLength);
        }
    }

    /** The same of a field in a compact hash. */
    void tellGone(Keyspace db, long entry, long fieldAt) {
        if (shared.deletions() != null) {
            ByteView field = text(fieldAt);
            tellGone(db, entry, field.address(), (int) field.length());
        }
    }

    private void noteRemoved(Keyspace db, long entry, int removed) {
        if (removed > 0) {
            shared.stats().expiredElements += removed;
            noteVolatile(db, entry);
        }
    }

    @Override
    public boolean expireSome(Keyspace db, long entry, SweepCounts counts) {
        if (!mayHaveExpired(entry)) {
            counts.seen++;
            return false;
        }
        boolean more = false;
        int removed = 0;
        if (CollectionEntry.isCompact(Entry.header(memory, entry))) {
            removed = compact.expire(db, entry, shared.expiryMs());
            counts.seen += removed;
        } else {
            more = true;
            for (int i = 0; i < SLICES_PER_STEP && more; i++) {
                long header = Entry.header(memory, entry);
                removed += large.expireSlice(db, entry, header, shared.expiryMs());
                counts.seen += large.seen();
                more = large.mayHaveExpired(entry, header, shared.expiryMs());
            }
        }
        counts.removed += removed;
        noteRemoved(db, entry, removed);
        if (removed > 0) {
            tellExpired(db, entry);
        }
        return more;
    }

    // The entry may be gone when this returns.
    private void tellExpired(Keyspace db, long entry) {
        long header = Entry.header(memory, entry);
        long key = Entry.keyAddress(entry, header);
        int keyLength = Entry.keyLength(memory, entry, header);
        db.event(HEXPIRED, key, keyLength);
        db.signal(key, keyLength);
        if (size(entry, header) == 0) {
            db.deleteEmptied(entry);
        }
    }

    // ---- walking

    /** Visits the fields that have not expired; the hash must not be changed meanwhile. */
    public void walk(long entry, FieldVisitor visitor) {
        long header = Entry.header(memory, entry);
        if (CollectionEntry.isCompact(header)) {
            compact.walk(entry, header, shared.expiryMs(), visitor);
        } else {
            large.walk(entry, header, shared.expiryMs(), visitor);
        }
    }

    /** Number of fields that {@link #walk} visits. */
    public long liveSize(long entry) {
        if (!mayHaveExpired(entry)) {
            return size(entry, Entry.header(memory, entry));
        }
        counted = 0;
        walk(entry, countField);
        return counted;
    }

    private void countField(ByteView ignored, long valueAt) {
        counted++;
    }

    /**
     * Visits some fields as SCAN does: all of a compact hash, a bucket of a large one.
     *
     * @return the next cursor; 0 when all was visited.
     */
    public long scan(long entry, long cursor, FieldVisitor visitor) {
        long header = Entry.header(memory, entry);
        if (CollectionEntry.isCompact(header)) {
            compact.walk(entry, header, shared.expiryMs(), visitor);
            return 0;
        }
        return large.scan(entry, header, cursor, shared.expiryMs(), visitor);
    }

    /** Finds a field at random, every one equally likely; answers false when all have expired. */
    public boolean random(long entry, LongSupplier random) {
        long header = Entry.header(memory, entry);
        foundCompact = CollectionEntry.isCompact(header);
        if (!foundCompact) {
            return large.random(entry, header, shared.expiryMs(), random);
        }
        int count = CollectionEntry.count(header);
        int from = (int) ((random.getAsLong() >>> 1) % count);
        // Compact hashes are freed of what has expired beforehand, but not while writes are paused.
        for (int i = 0; i < count; i++) {
            compact.at(entry, header, (from + i) % count);
            if (!isPast(compact.expiry(), shared.expiryMs())) {
                return true;
            }
        }
        return false;
    }

    /** Writes what is known of all hashes outside the arena, so that another process can go on with it. */
    public void writeState(DataOutput out) throws IOException {
        shapes.writeState(out);
    }

    /** Takes over what {@link #writeState} wrote, over the same arena. */
    public void readState(DataInput in) throws IOException {
        shapes.readState(in);
    }

    /** Number of lists of names that compact hashes share. */
    public int sharedShapes() {
        return shapes.count();
    }

    /** Bytes of these lists; they are no key's. */
    public long sharedShapeBytes() {
        return shapes.bytes();
    }

    // ---- what every type can

    @Override
    public void blockLeaves(long entry, long header) {
        if (HashShapes.isShaped(header)) {
            shapes.release(HashShapes.of(memory, CollectionEntry.block(memory, entry, header)));
        }
    }

    @Override
    public void blockCopied(long made, long header) {
        if (HashShapes.isShaped(header)) {
            shapes.retain(HashShapes.of(memory, CollectionEntry.block(memory, made, header)));
        }
    }

    @Override
    public long size(long entry, long header) {
        return CollectionEntry.isCompact(header)
                ? CollectionEntry.count(header)
                : large.size(entry, header);
    }

    @Override
    public long bytes(long entry, long header) {
        return large.bytes(entry, header);
    }

    @Override
    public void digest(long entry, long header, ValueDigest to) {
        every.start(entry);
        boolean times = every.hasTimes();
        while (every.next()) {
            long until = times ? every.expiry() : NEVER;
            // What has expired is as good as gone, whether it was removed already or not.
            if (isPast(until, shared.expiryMs())) {
                continue;
            }
            ByteView field = every.name();
            to.mixElement(field.address(), field.length());
            ByteView bytes = text(every.value());
            to.mixElement(bytes.address(), bytes.length());
            if (until != NEVER) {
                to.mixElementNumber(until);
            }
            to.xorElement();
        }
    }

    @Override
    public long relocate(long entry, long header, long cursor, int most) {
        return large.relocate(entry, header, cursor, most);
    }

    @Override
    public void copy(long from, long made) {
        large.copy(from, made);
    }

    @Override
    public void dispose(long entry, long header) {
        large.release(CollectionEntry.root(memory, entry, header));
    }

    @Override
    public long effort(long entry, long header) {
        return large.size(entry, header);
    }

    @Override
    public boolean disposeSome(long entry, long header, int most) {
        return large.releaseSome(CollectionEntry.root(memory, entry, header), most);
    }
}
