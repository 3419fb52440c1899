package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.Doubles;
import dev.spindle.engine.text.LongResult;

/**
 * What a sorted set can do. Up to {@code zset-max-listpack-entries} elements of up to {@code zset-max-listpack-value} bytes it is
 * a pack of pairs, above that a table with an order; it never goes back by itself.
 */
public final class SortedSetType implements CollectionType, MemberSources {

    private final Arena arena;
    private final Memory memory;
    private final SortedSet first;
    private final SortedSet second;
    private final SortedSet own;
    private final SortedSetBuilder builder;
    private final IndexedSet indexed;
    private final LongResult number = new LongResult();
    private final Scratch text = new Scratch();

    /**
     * Makes the type.
     *
     * @param arena of the values.
     * @param seed of member hashes; random in production.
     */
    public SortedSetType(Arena arena, long seed) {
        this.arena = arena;
        memory = arena.memory();
        first = new SortedSet(arena, seed);
        second = new SortedSet(arena, seed);
        own = new SortedSet(arena, seed);
        builder = new SortedSetBuilder(arena, seed);
        indexed = new IndexedSet(arena, seed);
    }

    /** The flyweight that commands use, pointed at a sorted set. */
    public SortedSet wrap(Keyspace db, long entry) {
        return first.wrap(db, entry);
    }

    /** The flyweight of {@link #wrap}. */
    public SortedSet first() {
        return first;
    }

    @Override
    public ScoredMembers walker() {
        return first;
    }

    @Override
    public ScoredMembers prober() {
        return second;
    }

    /** What results are put together in. */
    public SortedSetBuilder builder() {
        return builder;
    }

    /**
     * Makes a key that did not exist a sorted set of one element, and points {@link #first} at it.
     *
     * @param large whether it is to be a table with an order from the start.
     * @return its entry.
     */
    public long create(
            Keyspace db,
            long hash,
            long key,
            int keyLength,
            boolean large,
            double score,
            long member,
            int memberLength) {
        long entry =
                large
                        ? large(db, key, keyLength, score, member, memberLength)
                        : compact(db, key, keyLength, score, member, memberLength);
        StringType.place(db, hash, 0, entry);
        first.wrap(db, entry);
        return entry;
    }

    private long compact(
            Keyspace db, long key, int keyLength, double score, long member, int memberLength) {
        long bytes = Listpack.sizeOf(member, memberLength, number) + SortedPack.sizeOfScore(score);
        long entry =
                CollectionEntry.compact(
                        db, ValueType.SORTED_SET, ValueType.LISTPACK, key, keyLength, bytes, 1);
        long block = CollectionEntry.block(memory, entry, Entry.header(memory, entry));
        long behind = Listpack.write(memory, block, member, memberLength, number);
        SortedPack.writeScore(memory, behind, score);
        return entry;
    }

    private long large(
            Keyspace db, long key, int keyLength, double score, long member, int memberLength) {
        long root = indexed.create();
        try {
            indexed.find(member, memberLength);
            indexed.add(score, member, memberLength);
            return CollectionEntry.large(
                    db,
                    ValueType.SORTED_SET,
                    ValueType.SKIPLIST,
                    key,
                    keyLength,
                    memory.handle(root) & 0xFFFF_FFFFL);
        } catch (OutOfMemory full) {
            indexed.free();
            throw full;
        }
    }

    private void indexed(long entry, long header) {
        indexed.wrap(CollectionEntry.root(memory, entry, header));
    }

    @Override
    public void dispose(long entry, long header) {
        indexed(entry, header);
        indexed.free();
    }

    @Override
    public long effort(long entry, long header) {
        indexed(entry, header);
        return indexed.table().size();
    }

    @Override
    public boolean disposeSome(long entry, long header, int most) {
        indexed(entry, header);
        return indexed.freeSome(most);
    }

    @Override
    public long relocate(long entry, long header, long cursor, int most) {
        if (cursor == 0) {
            CollectionEntry.relocateRoot(arena, entry, header);
        }
        indexed(entry, header);
        return indexed.relocate(cursor, most);
    }

    @Override
    public void copy(long from, long made) {
        long copy = builder.copy(own.wrap(null, from));
        long header = Entry.header(memory, made);
        memory.putLong(Entry.wordAddress(made, header), memory.handle(copy) & 0xFFFF_FFFFL);
    }

    @Override
    public long bytes(long entry, long header) {
        if (CollectionEntry.isCompact(header)) {
            return arena.sizeOf(CollectionEntry.block(memory, entry, header));
        }
        indexed(entry, header);
        return indexed.bytes();
    }

    @Override
    public long size(long entry, long header) {
        return own.wrap(null, entry).size();
    }

    @Override
    public void digest(long entry, long header, ValueDigest digest) {
        own.wrap(null, entry);
        own.seek(0, own.size());
        do {
            ByteView member = own.member();
            digest.mixElement(member.address(), member.length());
            text.clear();
            long digits = text.extend(Doubles.MAX_LENGTH);
            digest.mixElement(digits, Doubles.write(digits, own.score()));
            digest.xorElement();
        } while (own.next());
    }
}
