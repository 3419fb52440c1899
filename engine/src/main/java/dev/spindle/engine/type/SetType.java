package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.ElementMover;
import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.encoding.IntSet;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.text.LongResult;

/**
 * Sets. Three layouts:
 *
 * <pre>
 *   integers only, few      {@link IntSet}        intset
 *   anything short, few     {@link Listpack}      listpack
 *   the rest                {@link MemberTable}   hashtable: a member is an allocation of its own, its length and its bytes
 * </pre>
 *
 * <h2>From one to the next</h2>
 *
 * A set begins as a set of integers if its first member is one. A member that is none turns it into a listpack, if all that
 * is there may stand in one, else into a table; so does an integer too many. A set is turned back only by SPOP, when it takes
 * nearly all, and by the commands that make a new set of others. All as Redis 7.2 does, since OBJECT ENCODING tells. One
 * difference: a block counts at most {@link CollectionEntry#MOST_COMPACT} members whatever the parameters say.
 *
 * <h2>References</h2>
 *
 * A member is named by a reference, valid until the set is changed: the integer itself, the address of a listpack's element,
 * or that of a table's member. {@link SetWalk} hands them out, {@link #view} reads them.
 *
 * <p>Every method that adds allocates what it needs before it changes anything: {@link OutOfMemory} leaves the set as it was,
 * possibly in another layout.
 */
public final class SetType implements CollectionType, MemberSources {

    /** A block longer than this is not added to; Redis's limit of a listpack. */
    private static final long MOST_BLOCK_BYTES = 1L << 30;

    private final Arena arena;
    private final Memory memory;
    private final MemberTable table;
    private final MemberTable other;
    private final LongResult number = new LongResult();
    private final ByteView view = new ByteView();

    // Apart from the one that callers may hold while they add what it shows.
    private final ByteView own = new ByteView();
    private final ElementVisitor freeMember = this::freeMember;
    private final ElementVisitor weighMember = this::weighMember;
    private final ElementVisitor digestMember = this::digestMember;
    private final ElementVisitor copyMember = this::copyMember;
    private final ElementMover moveMember = this::moveMember;
    private final SetWalk walk;
    private final SetWalk outerWalk;
    private final SetPicks picks;
    private final SetAlgebra algebra;
    private final SetMembers walker;
    private final SetMembers prober;
    private long maxIntsetEntries;
    private long maxListpackEntries;
    private long maxListpackValue;
    private long sum;
    private ValueDigest digest;

    /**
     * Makes the type.
     *
     * @param seed of member hashes; random in production.
     */
    public SetType(Arena arena, long seed) {
        this.arena = arena;
        memory = arena.memory();
        table = new MemberTable(arena, seed);
        other = new MemberTable(arena, seed);
        walk = new SetWalk(arena, seed);
        outerWalk = new SetWalk(arena, seed);
        picks = new SetPicks(arena, this, seed);
        algebra = new SetAlgebra(arena, this, seed);
        walker = new SetMembers(this, arena, seed);
        prober = new SetMembers(this, arena, seed);
    }

    /** Random members. */
    public SetPicks picks() {
        return picks;
    }

    /** Intersection, union and difference. */
    public SetAlgebra algebra() {
        return algebra;
    }

    /** A walker for whoever needs one. */
    public SetWalk walk() {
        return outerWalk;
    }

    @Override
    public ScoredMembers walker() {
        return walker;
    }

    @Override
    public ScoredMembers prober() {
        return prober;
    }

    /** Sets the limits of the compact layouts, for what is added from now on. */
    public void limits(long intsetEntries, long listpackEntries, long listpackValue) {
        maxIntsetEntries = Math.min(intsetEntries, CollectionEntry.MOST_COMPACT);
        maxListpackEntries = Math.min(listpackEntries, CollectionEntry.MOST_COMPACT);
        maxListpackValue = listpackValue;
    }

    /** The most integers that an integer set may have. */
    public long maxIntsetEntries() {
        return maxIntsetEntries;
    }

    /** Whether a listpack may have so many members, the longest of a length. */
    public boolean fitsListpack(long members, long longest) {
        return members <= maxListpackEntries && longest <= maxListpackValue;
    }

    /** Whether bytes are kept as an integer, which is then in {@link #number}. */
    public boolean isNumber(long address, int length) {
        return Listpack.isNumber(address, length, number);
    }

    /** The integer that the last {@link #isNumber} found. */
    public long number() {
        return number.value;
    }

    /** The hash of a member, the same in every set. */
    public long hash(long address, int length) {
        return table.hash(address, length);
    }

    // Making.

    /**
     * The encoding in which SADD begins a set.
     *
     * @param hint how many members are about to be added.
     */
    public int firstEncoding(long address, int length, long hint) {
        if (hint <= maxIntsetEntries && isNumber(address, length)) {
            return ValueType.INTSET;
        }
        return hint <= maxListpackEntries && length <= maxListpackValue
                ? ValueType.LISTPACK
                : ValueType.HASHTABLE;
    }

    /**
     * The encoding of a set of so many members that comes as a whole in a compact layout.
     *
     * @param integers whether that is a set of integers.
     */
    public int packedEncoding(boolean integers, long members) {
        if (integers) {
            return members <= maxIntsetEntries ? ValueType.INTSET : ValueType.HASHTABLE;
        }
        return members <= maxListpackEntries ? ValueType.LISTPACK : ValueType.HASHTABLE;
    }

    /** The encoding that an empty set of integers takes when it gets a member. */
    public int resultEncoding(long address, int length) {
        if (isNumber(address, length)) {
            return maxIntsetEntries > 0 ? ValueType.INTSET : ValueType.HASHTABLE;
        }
        return fitsListpack(1, length) ? ValueType.LISTPACK : ValueType.HASHTABLE;
    }

    /**
     * Makes a set of one member, in no table of keys yet; see {@link StringType#place}.
     *
     * @param encoding must be able to hold the member.
     */
    public long make(Keyspace db, int encoding, long key, int keyLength, long address, int length) {
        boolean isNumber = isNumber(address, length);
        switch (encoding) {
            case ValueType.INTSET -> {
                int width = IntSet.widthOf(number.value);
                long entry =
                        CollectionEntry.compact(
                                db, ValueType.SET, encoding, key, keyLength, width, 1);
                IntSet.put(memory, block(entry), width, 0, number.value);
                return entry;
            }
            case ValueType.LISTPACK -> {
                long bytes =
                        isNumber
                                ? Listpack.sizeOfLong(number.value)
                                : Listpack.sizeOfString(length);
                long entry =
                        CollectionEntry.compact(
                                db, ValueType.SET, encoding, key, keyLength, bytes, 1);
                Listpack.write(memory, block(entry), address, length, number);
                return entry;
            }
            default -> {
                long root = table.create();
                try {
                    insert(table, table.hash(address, length), address, length);
                    return CollectionEntry.large(
                            db, ValueType.SET, encoding, key, keyLength, memory.handle(root));
                } catch (OutOfMemory full) {
                    free(root);
                    throw full;
                }
            }
        }
    }

    private long block(long entry) {
        return CollectionEntry.block(memory, entry, Entry.header(memory, entry));
    }

    private void insert(MemberTable into, long hash, long address, int length) {
        long member = arena.allocate(Member.size(length, 0));
        Member.init(memory, member, address, length);
        try {
            into.insert(hash, member);
        } catch (OutOfMemory full) {
            arena.free(member);
            throw full;
        }
    }

    /** Bytes that a member takes in a listpack. */
    long listpackBytes(long address, int length) {
        return Listpack.sizeOf(address, length, number);
    }

    /** Writes a member into a listpack; answers the address behind it. */
    long writeListpack(long to, long address, int length) {
        return Listpack.write(memory, to, address, length, number);
    }

    // Freeing.

    private void freeMember(long member) {
        arena.free(member);
    }

    private void free(long root) {
        table.wrap(root);
        while (table.drainLast(freeMember)) {
            continue;
        }
        table.release();
    }

    @Override
    public void dispose(long entry, long header) {
        free(CollectionEntry.root(memory, entry, header));
    }

    @Override
    public long effort(long entry, long header) {
        return size(entry, header);
    }

    @Override
    public boolean disposeSome(long entry, long header, int most) {
        table.wrap(CollectionEntry.root(memory, entry, header));
        long before = table.size();
        do {
            if (!table.drainLast(freeMember)) {
                table.release();
                return true;
            }
        } while (before - table.size() < most);
        return false;
    }

    // Asking.

    @Override
    public long size(long entry, long header) {
        return CollectionEntry.isCompact(header)
                ? CollectionEntry.count(header)
                : table.wrap(CollectionEntry.root(memory, entry, header)).size();
    }

    /** Number of members. */
    public long size(long entry) {
        return size(entry, Entry.header(memory, entry));
    }

    @Override
    public long bytes(long entry, long header) {
        sum = table.wrap(CollectionEntry.root(memory, entry, header)).bytes();
        table.visitAll(weighMember);
        return sum;
    }

    private void weighMember(long member) {
        sum += arena.sizeOf(member);
    }

    @Override
    public void digest(long entry, long header, ValueDigest into) {
        digest = into;
        if (CollectionEntry.isCompact(header)) {
            walk.start(entry);
            for (int count = walk.next(); count > 0; count = walk.next()) {
                for (int i = 0; i < count; i++) {
                    point(own, walk.encoding(), walk.ref(i));
                    into.xor(own.address(), own.length());
                }
            }
        } else {
            table.wrap(CollectionEntry.root(memory, entry, header)).visitAll(digestMember);
        }
    }

    private void digestMember(long member) {
        digest.xor(Member.keyAddress(memory, member), Member.keyLength(memory, member));
    }

    /** The bytes of a member; valid until the next call. */
    public ByteView view(int encoding, long ref) {
        point(view, encoding, ref);
        return view;
    }

    private void point(ByteView into, int encoding, long ref) {
        switch (encoding) {
            case ValueType.INTSET -> into.digits(ref);
            case ValueType.LISTPACK -> Listpack.view(memory, ref, into);
            default -> into.wrap(Member.keyAddress(memory, ref), Member.keyLength(memory, ref));
        }
    }

    /** Whether bytes are a member of a set. */
    public boolean contains(long entry, long address, int length) {
        long header = Entry.header(memory, entry);
        if (!CollectionEntry.isCompact(header)) {
            table.wrap(CollectionEntry.root(memory, entry, header));
            return table.find(table.hash(address, length), address, length) != 0;
        }
        if (Entry.encoding(header) == ValueType.INTSET) {
            return isNumber(address, length) && containsNumber(entry, header, number.value);
        }
        long block = CollectionEntry.block(memory, entry, header);
        long end = block + CollectionEntry.blockLength(memory, entry, header);
        return Listpack.find(memory, block, end, address, length, 0, number) != 0;
    }

    /** Whether bytes whose {@link #hash} is known are a member of a set that is a table. */
    public boolean contains(long entry, long header, long hash, long address, int length) {
        table.wrap(CollectionEntry.root(memory, entry, header));
        return table.find(hash, address, length) != 0;
    }

    /** Whether an integer is a member of an integer set. */
    public boolean containsNumber(long entry, long header, long value) {
        int count = CollectionEntry.count(header);
        int width = width(entry, header, count);
        return IntSet.search(
                        memory, CollectionEntry.block(memory, entry, header), width, count, value)
                >= 0;
    }

    private int width(long entry, long header, int count) {
        return (int) (CollectionEntry.blockLength(memory, entry, header) / count);
    }

    // Adding.

    /** Turns a compact set into a table when it is about to get more members than a compact one may have. */
    public void expect(Keyspace db, long entry, long hint) {
        long header = Entry.header(memory, entry);
        if (CollectionEntry.isCompact(header)
                && hint
                        > (Entry.encoding(header) == ValueType.INTSET
                                ? maxIntsetEntries
                                : maxListpackEntries)) {
            enlarge(db, entry);
        }
    }

    /** Loads what is needed to look members up in a table, where the set is one; see {@link MemberTable#touch}. */
    public void touch(long entry, long[] roots, long[] hashes, long[] lines, int count) {
        long header = Entry.header(memory, entry);
        if (CollectionEntry.isCompact(header)) {
            return;
        }
        long root = CollectionEntry.root(memory, entry, header);
        for (int i = 0; i < count; i++) {
            roots[i] = root;
        }
        table.touch(roots, hashes, lines, count);
    }

    /** Adds a member; answers whether it is new. The bytes may not be the set's own. */
    public boolean add(Keyspace db, long entry, long address, int length) {
        return add(db, entry, table.hash(address, length), address, length);
    }

    /** The same for bytes whose {@link #hash} is known. */
    public boolean add(Keyspace db, long entry, long hash, long address, int length) {
        long header = Entry.header(memory, entry);
        return CollectionEntry.isCompact(header)
                ? addCompact(db, entry, header, address, length)
                : addHashed(entry, header, hash, address, length);
    }

    private boolean addHashed(long entry, long header, long hash, long address, int length) {
        table.wrap(CollectionEntry.root(memory, entry, header));
        if (table.find(hash, address, length) != 0) {
            return false;
        }
        insert(table, hash, address, length);
        return true;
    }

    private boolean addCompact(Keyspace db, long entry, long header, long address, int length) {
        boolean isNumber = isNumber(address, length);
        int count = CollectionEntry.count(header);
        if (Entry.encoding(header) == ValueType.LISTPACK) {
            return addToListpack(db, entry, header, count, isNumber, address, length);
        }
        if (isNumber) {
            return addToIntSet(db, entry, header, count, address, length);
        }
        if (count < maxListpackEntries
                && length <= maxListpackValue
                && longestNumber(entry, header, count) <= maxListpackValue) {
            becomeListpack(db, entry, header, count, address, length);
            return true;
        }
        enlarge(db, entry);
        return add(db, entry, address, length);
    }

    private long longestNumber(long entry, long header, int count) {
        int width = width(entry, header, count);
        long block = CollectionEntry.block(memory, entry, header);
        own.digits(IntSet.get(memory, block, width, 0));
        long smallest = own.length();
        own.digits(IntSet.get(memory, block, width, count - 1));
        return Math.max(smallest, own.length());
    }

    private boolean addToListpack(
            Keyspace db,
            long entry,
            long header,
            int count,
            boolean isNumber,
            long address,
            int length) {
        long value = number.value;
        long block = CollectionEntry.block(memory, entry, header);
        long bytes = CollectionEntry.blockLength(memory, entry, header);
        if (Listpack.find(memory, block, block + bytes, address, length, 0, number) != 0) {
            return false;
        }
        long more = isNumber ? Listpack.sizeOfLong(value) : Listpack.sizeOfString(length);
        if (count >= maxListpackEntries
                || length > maxListpackValue
                || bytes + more > MOST_BLOCK_BYTES) {
            enlarge(db, entry);
            return add(db, entry, address, length);
        }
        long room = CollectionEntry.splice(db, entry, bytes, 0, more);
        if (isNumber) {
            Listpack.writeLong(memory, room, value);
        } else {
            Listpack.writeString(memory, room, address, length);
        }
        CollectionEntry.count(memory, entry, count + 1);
        return true;
    }

    private boolean addToIntSet(
            Keyspace db, long entry, long header, int count, long address, int length) {
        long value = number.value;
        int width = width(entry, header, count);
        long block = CollectionEntry.block(memory, entry, header);
        int place = IntSet.search(memory, block, width, count, value);
        if (place >= 0) {
            return false;
        }
        if (count >= maxIntsetEntries) {
            enlarge(db, entry);
            return add(db, entry, address, length);
        }
        place = -1 - place;
        int needed = Math.max(width, IntSet.widthOf(value));
        if (needed == width) {
            CollectionEntry.splice(db, entry, (long) place * width, 0, width);
        } else {
            long before = (long) count * width;
            CollectionEntry.splice(db, entry, before, 0, (count + 1L) * needed - before);
            block = block(entry);
            IntSet.widen(memory, block, count, width, needed);
            long at = block + (long) place * needed;
            memory.move(at, at + needed, (long) (count - place) * needed);
        }
        IntSet.put(memory, block(entry), needed, place, value);
        CollectionEntry.count(memory, entry, count + 1);
        return true;
    }

    private void becomeListpack(
            Keyspace db, long entry, long header, int count, long address, int length) {
        int width = width(entry, header, count);
        long block = CollectionEntry.block(memory, entry, header);
        long bytes = Listpack.sizeOfString(length);
        for (int i = 0; i < count; i++) {
            bytes += Listpack.sizeOfLong(IntSet.get(memory, block, width, i));
        }
        long pack = db.arena().allocate(bytes);
        long to = pack;
        for (int i = 0; i < count; i++) {
            to = Listpack.writeLong(memory, to, IntSet.get(memory, block, width, i));
        }
        Listpack.writeString(memory, to, address, length);
        db.arena().free(block);
        memory.putLong(
                Entry.wordAddress(entry, header), Entry.blobWord(memory.handle(pack), bytes));
        Entry.encoding(memory, entry, ValueType.LISTPACK);
        CollectionEntry.count(memory, entry, count + 1);
    }

    /** Turns a compact set into a table. */
    public void enlarge(Keyspace db, long entry) {
        long root = other.create();
        try {
            walk.start(entry);
            for (int count = walk.next(); count > 0; count = walk.next()) {
                for (int i = 0; i < count; i++) {
                    point(own, walk.encoding(), walk.ref(i));
                    int length = (int) own.length();
                    insert(other, other.hash(own.address(), length), own.address(), length);
                }
            }
        } catch (OutOfMemory full) {
            free(root);
            throw full;
        }
        CollectionEntry.enlarge(db, entry, ValueType.HASHTABLE, memory.handle(root));
    }

    // Removing.

    /**
     * Takes a member out; answers whether it was there. A compact set that loses its last one only says that it has none: it
     * must be deleted.
     */
    public boolean remove(Keyspace db, long entry, long address, int length) {
        return remove(db, entry, table.hash(address, length), address, length);
    }

    /** The same for bytes whose {@link #hash} is known. */
    public boolean remove(Keyspace db, long entry, long hash, long address, int length) {
        long header = Entry.header(memory, entry);
        if (!CollectionEntry.isCompact(header)) {
            table.wrap(CollectionEntry.root(memory, entry, header));
            return removeHashed(table.find(hash, address, length));
        }
        int count = CollectionEntry.count(header);
        if (count == 0) {
            return false;
        }
        long block = CollectionEntry.block(memory, entry, header);
        if (Entry.encoding(header) == ValueType.INTSET) {
            if (!isNumber(address, length)) {
                return false;
            }
            int width = width(entry, header, count);
            int place = IntSet.search(memory, block, width, count, number.value);
            if (place < 0) {
                return false;
            }
            cut(db, entry, count, (long) place * width, width);
            return true;
        }
        long end = block + CollectionEntry.blockLength(memory, entry, header);
        long at = Listpack.find(memory, block, end, address, length, 0, number);
        if (at == 0) {
            return false;
        }
        cut(db, entry, count, at - block, Listpack.next(memory, at) - at);
        return true;
    }

    private boolean removeHashed(long member) {
        if (member == 0) {
            return false;
        }
        table.removeFound();
        arena.free(member);
        return true;
    }

    private void cut(Keyspace db, long entry, int count, long offset, long bytes) {
        if (count > 1) {
            CollectionEntry.splice(db, entry, offset, bytes, 0);
        }
        CollectionEntry.count(memory, entry, count - 1);
    }

    // Moving and copying.

    @Override
    public long relocate(long entry, long header, long cursor, int most) {
        long root =
                cursor == 0
                        ? CollectionEntry.relocateRoot(arena, entry, header)
                        : CollectionEntry.root(memory, entry, header);
        return table.wrap(root).relocate(cursor, most, moveMember);
    }

    private long moveMember(long member) {
        return arena.compaction().move(member);
    }

    @Override
    public void copy(long from, long made) {
        long header = Entry.header(memory, from);
        long root = other.create();
        try {
            table.wrap(CollectionEntry.root(memory, from, header)).visitAll(copyMember);
        } catch (OutOfMemory full) {
            free(root);
            throw full;
        }
        memory.putLong(
                Entry.wordAddress(made, Entry.header(memory, made)),
                memory.handle(root) & 0xFFFF_FFFFL);
    }

    private void copyMember(long member) {
        long key = Member.keyAddress(memory, member);
        int length = Member.keyLength(memory, member);
        insert(other, other.hash(key, length), key, length);
    }
}
