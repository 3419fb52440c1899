package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.text.LongResult;

/**
 * One sorted set, whichever shape it has: a pack of pairs ({@link SortedPack}) or a table with an order ({@link IndexedSet}).
 * Commands see elements by member, by rank and by score, and walks; they do not see the shape.
 *
 * <p>A flyweight: {@link #wrap} points it at an entry. What changes the set ends a walk. A set is never empty: the methods that
 * remove leave the last element where it is and say so, and the caller removes the key.
 */
public final class SortedSet implements ScoredMembers {

    private static final long MOST_BLOCK_BYTES = 1L << 30;

    private final Memory memory;
    private final SortedPack pack;
    private final IndexedSet indexed;
    private final ByteView view = new ByteView();
    private final ByteView other = new ByteView();
    private final LongResult number = new LongResult();

    private Keyspace db;
    private long entry;
    private boolean compact;
    private boolean opened;

    // The element found last: its place, its score, and the bytes it was found by.
    private long found;
    private double foundScore;
    private long key;
    private int keyLength;

    // The walk over a pack.
    private int row;
    private boolean begun;

    SortedSet(Arena arena, long seed) {
        memory = arena.memory();
        pack = new SortedPack(memory);
        indexed = new IndexedSet(arena, seed);
    }

    /** Points at the sorted set of an entry. */
    public SortedSet wrap(Keyspace keyspace, long address) {
        db = keyspace;
        entry = address;
        long header = Entry.header(memory, address);
        compact = CollectionEntry.isCompact(header);
        opened = false;
        if (!compact) {
            indexed.wrap(CollectionEntry.root(memory, address, header));
        }
        return this;
    }

    @Override
    public void open(Keyspace keyspace, long address) {
        wrap(keyspace, address);
    }

    private void openPack() {
        if (!opened) {
            long header = Entry.header(memory, entry);
            pack.open(
                    CollectionEntry.block(memory, entry, header),
                    CollectionEntry.blockLength(memory, entry, header),
                    CollectionEntry.count(header));
            opened = true;
        }
    }

    /** The entry pointed at. */
    public long entry() {
        return entry;
    }

    /** Whether it is in one block. */
    public boolean isCompact() {
        return compact;
    }

    @Override
    public long size() {
        return compact
                ? CollectionEntry.count(Entry.header(memory, entry))
                : indexed.table().size();
    }

    @Override
    public boolean find(long keyAddress, int length) {
        key = keyAddress;
        keyLength = length;
        if (compact) {
            long header = Entry.header(memory, entry);
            long block = CollectionEntry.block(memory, entry, header);
            long end = block + CollectionEntry.blockLength(memory, entry, header);
            found = Listpack.find(memory, block, end, keyAddress, length, 1, number);
            if (found != 0) {
                foundScore = SortedPack.scoreAt(memory, Listpack.next(memory, found));
            }
        } else {
            found = indexed.find(keyAddress, length);
            if (found != 0) {
                foundScore = indexed.score(found);
            }
        }
        return found != 0;
    }

    @Override
    public double foundScore() {
        return foundScore;
    }

    /** Rank of the element found last, from 0. */
    public long foundRank() {
        if (compact) {
            openPack();
            return pack.rowOf(found);
        }
        return indexed.tree().rankOf(foundScore, found);
    }

    /** How many elements have a lower score; with {@code orEqual}, one that is not higher. */
    public long countBelow(double score, boolean orEqual) {
        if (compact) {
            openPack();
            return pack.countBelow(score, orEqual);
        }
        return indexed.tree().countBelow(score, orEqual);
    }

    /**
     * How many elements have a member below some bytes, or not above them. Only meaningful where all scores are equal; elsewhere
     * the count of those in front of the first that is not.
     */
    public long countLexBelow(long from, int length, boolean orEqual) {
        if (!compact) {
            return indexed.tree().countLexBelow(from, length, orEqual);
        }
        openPack();
        int count = 0;
        while (count < pack.count()) {
            int order = compare(count, from, length);
            if (order > 0 || order == 0 && !orEqual) {
                break;
            }
            count++;
        }
        return count;
    }

    private int compare(int place, long from, int length) {
        Listpack.view(memory, pack.member(place), other);
        return ByteRange.compare(other.address(), (int) other.length(), from, length);
    }

    /**
     * Adds the element that {@link #find} has just not found.
     *
     * @param mostEntries of a compact set, {@code zset-max-listpack-entries}.
     * @param mostBytes of a member of a compact set, {@code zset-max-listpack-value}.
     * @throws OutOfMemory when there is no room; the set holds what it held.
     */
    public void add(double score, long mostEntries, long mostBytes) {
        if (compact) {
            long header = Entry.header(memory, entry);
            int count = CollectionEntry.count(header);
            long length = CollectionEntry.blockLength(memory, entry, header);
            if (count < mostEntries
                    && keyLength <= mostBytes
                    && count < CollectionEntry.MOST_COMPACT
                    && length + keyLength < MOST_BLOCK_BYTES) {
                insertPair(placeFor(score), score);
                return;
            }
            enlarge();
            indexed.find(key, keyLength);
        }
        indexed.add(score, key, keyLength);
    }

    // The row where an element with the key at hand belongs.
    private int placeFor(double score) {
        openPack();
        int place = pack.countBelow(score, false);
        while (place < pack.count()
                && pack.score(place) == score
                && compare(place, key, keyLength) < 0) {
            place++;
        }
        return place;
    }

    private void insertPair(int place, double score) {
        long member = Listpack.sizeOf(key, keyLength, number);
        long offset = pack.offset(place);
        int count = pack.count();
        long room =
                CollectionEntry.splice(
                        db, entry, offset, 0, member + SortedPack.sizeOfScore(score));
        long behind = Listpack.write(memory, room, key, keyLength, number);
        SortedPack.writeScore(memory, behind, score);
        CollectionEntry.count(memory, entry, count + 1);
        opened = false;
    }

    private void removePair(int place) {
        openPack();
        long offset = pack.offset(place);
        int count = pack.count();
        CollectionEntry.splice(db, entry, offset, pack.offset(place + 1) - offset, 0);
        CollectionEntry.count(memory, entry, count - 1);
        opened = false;
    }

    /**
     * Gives the element found last another score.
     *
     * @throws OutOfMemory when there is no room; it has its old score then.
     */
    public void rescore(double score) {
        if (!compact) {
            indexed.rescore(found, foundScore, score);
            return;
        }
        openPack();
        int old = pack.rowOf(found);
        int place = placeFor(score);
        if (place == old || place == old + 1) {
            long offset = Listpack.next(memory, found) - pack.member(0);
            long room =
                    CollectionEntry.splice(
                            db,
                            entry,
                            offset,
                            pack.offset(old + 1) - offset,
                            SortedPack.sizeOfScore(score));
            SortedPack.writeScore(memory, room, score);
            opened = false;
        } else {
            insertPair(place, score);
            removePair(place < old ? old + 1 : old);
        }
    }

    /**
     * Removes the element found last.
     *
     * @return false when it is the last one, which was left: the key must go.
     */
    public boolean removeFound() {
        if (size() == 1) {
            return false;
        }
        if (compact) {
            openPack();
            removePair(pack.rowOf(found));
        } else {
            indexed.removeFound(found);
        }
        return true;
    }

    /** Removes the elements of a range of ranks, which must not be all of them. */
    public void removeRange(long from, long count) {
        assert count < size() : "the key must go instead";
        if (!compact) {
            for (long i = 0; i < count; i++) {
                indexed.removeRank(from);
            }
        } else if (count > 0) {
            openPack();
            long offset = pack.offset((int) from);
            long end = pack.offset((int) (from + count));
            int left = (int) (pack.count() - count);
            CollectionEntry.splice(db, entry, offset, end - offset, 0);
            CollectionEntry.count(memory, entry, left);
            opened = false;
        }
    }

    private void enlarge() {
        openPack();
        long root = indexed.create();
        try {
            for (int i = 0; i < pack.count(); i++) {
                Listpack.view(memory, pack.member(i), other);
                int length = (int) other.length();
                indexed.find(other.address(), length);
                indexed.add(pack.score(i), other.address(), length);
            }
        } catch (OutOfMemory full) {
            indexed.free();
            throw full;
        }
        CollectionEntry.enlarge(db, entry, ValueType.SKIPLIST, memory.handle(root) & 0xFFFF_FFFFL);
        compact = false;
    }

    /**
     * Starts a walk at a rank, which must exist.
     *
     * @param steps how many elements it is going to see, negative for backwards; a hint.
     */
    public void seek(long rank, long steps) {
        if (compact) {
            openPack();
            row = (int) rank;
        } else {
            indexed.tree().seek(rank, steps);
        }
    }

    /**
     * Says that the elements which {@link #seek} was to load will be removed one after the other, be it by later commands: that
     * misses the lines of their places in the table, which are loaded together here.
     */
    public void willRemove() {
        if (!compact) {
            indexed.touchPlaces();
        }
    }

    /** Goes on to the next element; answers whether there is one. */
    public boolean next() {
        return compact ? ++row < pack.count() : indexed.tree().next();
    }

    /** Goes back to the previous element; answers whether there is one. */
    public boolean previous() {
        return compact ? --row >= 0 : indexed.tree().previous();
    }

    @Override
    public void begin() {
        begun = false;
    }

    @Override
    public boolean advance() {
        if (begun) {
            return next();
        }
        begun = true;
        seek(0, size());
        return true;
    }

    @Override
    public double score() {
        return compact ? pack.score(row) : indexed.tree().score();
    }

    @Override
    public ByteView member() {
        if (compact) {
            Listpack.view(memory, pack.member(row), view);
        } else {
            long member = indexed.tree().member();
            view.wrap(Member.keyAddress(memory, member), Member.keyLength(memory, member));
        }
        return view;
    }

    /**
     * Visits some members of a set that is not compact, for ZSCAN.
     *
     * @return the next cursor; 0 when all was visited.
     */
    public long scan(long cursor, ElementVisitor visitor) {
        return indexed.table().scan(cursor, visitor);
    }

    /** Score of a member that {@link #scan} visits. */
    public double scoreOf(long member) {
        return indexed.score(member);
    }
}
