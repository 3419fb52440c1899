package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ListBulks;
import dev.spindle.engine.encoding.ListElement;
import dev.spindle.engine.encoding.Quicklist;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;

/**
 * Lists. The entry's word leads to a {@link Quicklist}: to its one node (WORD | BLOB), or to its root (WORD).
 *
 * <h2>Encoding</h2>
 *
 * What OBJECT ENCODING says follows Redis 7.2 and not the layout: a list is a {@code listpack} until it would outgrow
 * list-max-listpack-size as one, then a {@code quicklist}, and a listpack again when it has shrunk to half of that. The bytes
 * that its elements would take in Redis's listpack are counted for that in the nodes. Redis looks at its own last node before
 * it goes back; here the whole list must be small and in few nodes.
 *
 * <h2>Use</h2>
 *
 * {@link #open} points {@link #list} at an entry's list; it is read through that. What changes it goes through the methods
 * here, which afterwards write down where the list is. A list must not stay empty: the caller removes the key.
 */
public final class ListType implements CollectionType {

    private static final long PACK_HEAD = 7;
    private static final long SAFE_PACK = 8192;
    private static final int[] SIZE_LIMITS = {4096, 8192, 16384, 32768, 65536};
    private static final int MOST_NODES_OF_A_PACK = 4;
    private static final int LEAST_PACKED = 2;

    private final Memory memory;
    private final Quicklist list;
    private final ListBulks bulks;
    private final ListElement element = new ListElement();
    private final Scratch scratch = new Scratch();

    public ListType(Arena arena) {
        memory = arena.memory();
        list = new Quicklist(arena);
        bulks = new ListBulks(memory, list);
    }

    /** The list of an entry; good until another is opened. */
    public Quicklist open(long entry) {
        long header = Entry.header(memory, entry);
        list.open(CollectionEntry.isCompact(header), (int) Entry.word(memory, entry, header));
        return list;
    }

    /** The list opened last. */
    public Quicklist list() {
        return list;
    }

    /** Writes elements of the list opened last. */
    public ListBulks bulks() {
        return bulks;
    }

    /** An element to read into; shared by all. */
    public ListElement element() {
        return element;
    }

    /** An empty buffer for what one command puts together. */
    public Scratch scratch() {
        scratch.clear();
        return scratch;
    }

    /** Number of elements. */
    public long length(long entry) {
        return open(entry).size();
    }

    /**
     * Makes an entry with a list of one element, in no table yet; see {@link StringType#place}.
     *
     * @throws OutOfMemory when there is no room; nothing was changed then.
     */
    public long make(Keyspace db, long key, int keyLength, long bytes, int length) {
        list.create(bytes, length);
        try {
            long entry =
                    CollectionEntry.large(
                            db, ValueType.LIST, ValueType.LISTPACK, key, keyLength, word());
            long header = Entry.header(memory, entry);
            memory.putLong(entry, header | (long) Entry.BLOB << 8);
            return entry;
        } catch (OutOfMemory full) {
            list.freeSome(1);
            throw full;
        }
    }

    /**
     * Pushes an element onto the list of a key.
     *
     * @param entry the key's entry, or 0: it is made and put into the table.
     * @param front whether before the first element, or behind the last.
     * @return the entry.
     */
    public long push(
            Keyspace db,
            long hash,
            long key,
            int keyLength,
            long entry,
            boolean front,
            long bytes,
            int length) {
        if (entry == 0) {
            long made = make(db, key, keyLength, bytes, length);
            StringType.place(db, hash, 0, made);
            return made;
        }
        push(entry, front, bytes, length);
        return entry;
    }

    /** Pushes an element onto the list of an entry. The bytes must not be the list's own. */
    public void push(long entry, boolean front, long bytes, int length) {
        open(entry);
        try {
            list.push(front, bytes, length);
        } finally {
            store(entry);
        }
    }

    /** Reads the first or last element of an entry's list. */
    public ListElement peek(long entry, boolean front) {
        open(entry).peek(front, element);
        return element;
    }

    /**
     * Drops the element that was just read by {@link #peek}.
     *
     * @return whether the list is empty now; the caller must remove the key then.
     */
    public boolean drop(long entry, boolean front) {
        list.drop(front, element);
        return list.size() == 0;
    }

    /** Replaces an element; the index must be in range. */
    public void set(long entry, long index, long bytes, int length) {
        open(entry);
        try {
            list.set(index, bytes, length);
        } finally {
            store(entry);
        }
    }

    /** Puts an element before the one at an index, or at the end. */
    public void insert(long entry, long index, long bytes, int length) {
        open(entry);
        try {
            list.insert(index, bytes, length);
        } finally {
            store(entry);
        }
    }

    /**
     * Drops elements from both ends, but not all of them. Where that frees many nodes, what is left moves to a new entry, and
     * the old one is freed in slices with all that was dropped.
     *
     * @param entry of the list, found last in the table.
     * @return the list's entry.
     */
    public long trim(Keyspace db, long entry, long front, long back) {
        open(entry);
        int first = list.nodesWithin(true, front);
        int last = list.nodesWithin(false, back);
        long kept = entry;
        if (first + last > FREE_AT_ONCE) {
            long frontLeft = front;
            long backLeft = back;
            for (int i = 0; i < first; i++) {
                frontLeft -= list.count(i);
            }
            for (int i = list.nodes() - last; i < list.nodes(); i++) {
                backLeft -= list.count(i);
            }
            kept = part(db, entry, first, list.nodes() - last);
            list.dropFront(kept == entry ? front : frontLeft);
            list.dropBack(kept == entry ? back : backLeft);
        } else {
            list.dropFront(front);
            list.dropBack(back);
        }
        return kept;
    }

    // Moves some of an entry's nodes to an entry that takes its place; that one, or where memory is
    // full the same.
    private long part(Keyspace db, long entry, int from, int end) {
        long header = Entry.header(memory, entry);
        long made;
        try {
            made =
                    db.copyEntry(
                            entry,
                            Entry.keyAddress(entry, header),
                            Entry.keyLength(memory, entry, header),
                            Entry.expiry(memory, entry, header));
        } catch (OutOfMemory full) {
            return entry;
        }
        try {
            list.part(from, end);
        } catch (OutOfMemory full) {
            db.arena().free(made);
            return entry;
        }
        memory.putLong(Entry.wordAddress(made, Entry.header(memory, made)), word());
        db.replaceFound(entry, made);
        // To look whether the old one is freed at once is to open it.
        open(made);
        return made;
    }

    /**
     * Drops elements that equal some bytes.
     *
     * @param count how many at most: the first ones, or, when negative, the last ones; 0 for all; not the least long.
     * @return how many were dropped.
     */
    public long remove(long entry, long count, long bytes, int length) {
        open(entry);
        boolean backward = count < 0;
        long most = count == 0 ? Long.MAX_VALUE : Math.abs(count);
        long dropped = 0;
        int slot = backward ? list.nodes() - 1 : 0;
        while (dropped < most && slot >= 0 && slot < list.nodes()) {
            int wanted =
                    backward
                            ? Integer.MAX_VALUE
                            : (int) Math.min(most - dropped, Integer.MAX_VALUE);
            int found = list.search(slot, bytes, length, wanted);
            int from = backward ? (int) Math.max(0, found - (most - dropped)) : 0;
            boolean gone = found > from && list.dropMatches(slot, from, found);
            dropped += found - from;
            if (backward) {
                if (found > 0) {
                    list.join(gone ? slot - 1 : slot);
                }
                slot--;
            } else if (!gone) {
                int before = list.nodes();
                if (found > 0) {
                    list.join(slot - 1);
                }
                slot += 1 - (before - list.nodes());
            }
        }
        store(entry);
        return dropped;
    }

    private long word() {
        long handle = list.handle() & 0xFFFF_FFFFL;
        return list.isSingle() ? handle | list.singleBytes() << 32 : handle;
    }

    // Writes down where the list is now.
    private void store(long entry) {
        long header = Entry.header(memory, entry);
        long word = word();
        long at = Entry.wordAddress(entry, header);
        if (memory.getLong(at) != word) {
            memory.putLong(at, word);
            long blob = (long) Entry.BLOB << 8;
            long now = list.isSingle() ? header | blob : header & ~blob;
            if (now != header) {
                memory.putLong(entry, now);
            }
        }
    }

    /**
     * Makes a listpack a quicklist, in name, when it is about to outgrow its limit.
     *
     * @param fill list-max-listpack-size.
     * @param bytes of the elements to come.
     * @param count of them.
     */
    public void beforeGrowth(long entry, int fill, long bytes, long count) {
        if (Entry.encoding(Entry.header(memory, entry)) == ValueType.LISTPACK) {
            open(entry);
            if (exceeds(fill, 1, list.packBytes() + PACK_HEAD + bytes, list.size() + count)) {
                Entry.encoding(memory, entry, ValueType.QUICKLIST);
            }
        }
    }

    /** The same for a list that was made of elements of so many bytes at once. */
    public void afterCreation(long entry, int fill, long bytes, long count) {
        if (exceeds(fill, 1, PACK_HEAD + bytes, count)) {
            Entry.encoding(memory, entry, ValueType.QUICKLIST);
        }
    }

    /** Makes a quicklist that has shrunk a listpack, in name. */
    public void afterRemoval(long entry, int fill) {
        if (Entry.encoding(Entry.header(memory, entry)) == ValueType.QUICKLIST) {
            open(entry);
            long size = list.size();
            if (exceeds(fill, 2, size * LEAST_PACKED, size)
                    || list.nodes() > MOST_NODES_OF_A_PACK) {
                return;
            }
            if (!exceeds(fill, 2, list.packBytes() + PACK_HEAD, size)) {
                Entry.encoding(memory, entry, ValueType.LISTPACK);
            }
        }
    }

    private static boolean exceeds(int fill, int share, long bytes, long count) {
        if (fill < 0) {
            return bytes > SIZE_LIMITS[Math.min(-(fill + 1), SIZE_LIMITS.length - 1)] / share;
        }
        return bytes > SAFE_PACK && share == 1 || count > Math.max(1, fill) / share;
    }

    @Override
    public long size(long entry, long header) {
        return length(entry);
    }

    @Override
    public long bytes(long entry, long header) {
        return open(entry).bytes();
    }

    @Override
    public void digest(long entry, long header, ValueDigest digest) {
        open(entry);
        list.seek(0);
        for (long left = list.size(); left > 0; left--) {
            list.next(element);
            digest.mix(element.bytes(), element.length());
        }
    }

    @Override
    public void copy(long from, long made) {
        int root = open(from).copy();
        memory.putLong(Entry.wordAddress(made, Entry.header(memory, made)), root & 0xFFFF_FFFFL);
    }

    @Override
    public long relocate(long entry, long header, long cursor, int most) {
        open(entry);
        long next = list.relocate((int) cursor, most);
        store(entry);
        return next;
    }

    @Override
    public void dispose(long entry, long header) {
        open(entry).freeSome(Integer.MAX_VALUE);
    }

    @Override
    public long effort(long entry, long header) {
        return open(entry).nodes();
    }

    @Override
    public boolean disposeSome(long entry, long header, int most) {
        return open(entry).freeSome(most);
    }
}
