package dev.spindle.engine.type;

import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;

/**
 * The two shapes that the entry of a collection can have, and the way from one to the other.
 *
 * <pre>
 *   compact:  WORD | BLOB   word = handle and length of one block (a listpack, an integer set, a hash's values)
 *             the entry's inline length, which means nothing with WORD, is the number of elements
 *   large:    WORD          word = handle of the root of a structure (low half), up to the type (high half)
 * </pre>
 *
 * Static methods; changes of a block's length may move the block, never the entry.
 */
public final class CollectionEntry {

    /** Most elements that a compact collection can count. */
    public static final int MOST_COMPACT = 0xFFFF;

    private CollectionEntry() {}

    /**
     * Makes an entry with a block whose bytes are the caller's to write, in no table yet; see {@link StringType#place}.
     *
     * @param length of the block in bytes; at least 1.
     * @param count of its elements.
     */
    public static long compact(
            Keyspace db, int type, int encoding, long key, int keyLength, long length, int count) {
        Memory memory = db.memory();
        long block = db.arena().allocate(length);
        long entry;
        try {
            entry = make(db, type, encoding, Entry.WORD | Entry.BLOB, key, keyLength, count);
        } catch (OutOfMemory full) {
            db.arena().free(block);
            throw full;
        }
        memory.putLong(
                Entry.wordAddress(entry, Entry.header(memory, entry)),
                Entry.blobWord(memory.handle(block), length));
        return entry;
    }

    /**
     * Makes an entry whose word points at a structure, in no table yet. When memory runs out the structure is the caller's.
     *
     * @param word for the entry; its low half is the handle of the structure's root.
     */
    public static long large(
            Keyspace db, int type, int encoding, long key, int keyLength, long word) {
        Memory memory = db.memory();
        long entry = make(db, type, encoding, Entry.WORD, key, keyLength, 0);
        memory.putLong(Entry.wordAddress(entry, Entry.header(memory, entry)), word);
        return entry;
    }

    private static long make(
            Keyspace db, int type, int encoding, int shape, long key, int keyLength, int count) {
        Memory memory = db.memory();
        int flags = shape | Entry.keyFlags(keyLength);
        long entry = db.arena().allocate(Entry.size(flags, keyLength, 0));
        int clock = db.shared().clock().fresh();
        Entry.init(memory, entry, type, encoding, flags, clock, keyLength, count);
        memory.copyIn(key, Entry.keyAddress(entry, Entry.header(memory, entry)), keyLength);
        return entry;
    }

    /** Whether a header is that of a compact collection. */
    public static boolean isCompact(long header) {
        return (header & (long) Entry.BLOB << 8) != 0;
    }

    /** Number of elements of a compact collection. */
    public static int count(long header) {
        return Entry.inlineLength(header);
    }

    /** Sets the number of elements of a compact collection. */
    public static void count(Memory memory, long entry, int count) {
        Entry.inlineLength(memory, entry, count);
    }

    /** Address of a compact collection's block. */
    public static long block(Memory memory, long entry, long header) {
        return memory.address(Entry.blobHandle(Entry.word(memory, entry, header)));
    }

    /** Bytes of a compact collection's block. */
    public static long blockLength(Memory memory, long entry, long header) {
        return Entry.blobLength(Entry.word(memory, entry, header));
    }

    /** Address of the root of a large collection's structure. */
    public static long root(Memory memory, long entry, long header) {
        return memory.address((int) Entry.word(memory, entry, header));
    }

    /**
     * Lets the root of a large collection's structure leave a slab that is being emptied; for types whose root nobody but the entry
     * points at.
     *
     * @return its address now.
     */
    public static long relocateRoot(Arena arena, long entry, long header) {
        Memory memory = arena.memory();
        long word = Entry.word(memory, entry, header);
        long root = memory.address((int) word);
        long moved = arena.compaction().move(root);
        if (moved != root) {
            long high = word & 0xFFFF_FFFF_0000_0000L;
            memory.putLong(
                    Entry.wordAddress(entry, header), high | memory.handle(moved) & 0xFFFF_FFFFL);
        }
        return moved;
    }

    /**
     * Replaces a stretch of a compact collection's block by room for other bytes; what lies behind moves.
     *
     * @param offset of the stretch.
     * @param removed its bytes.
     * @param inserted bytes of room in its place; the block must not become empty.
     * @return the address of the room.
     * @throws OutOfMemory when the block must grow and cannot; nothing was changed then.
     */
    public static long splice(Keyspace db, long entry, long offset, long removed, long inserted) {
        Memory memory = db.memory();
        Arena arena = db.arena();
        long header = Entry.header(memory, entry);
        long word = Entry.word(memory, entry, header);
        long block = memory.address(Entry.blobHandle(word));
        long length = Entry.blobLength(word);
        long after = length - removed + inserted;
        long tail = length - offset - removed;
        assert offset >= 0 && removed >= 0 && tail >= 0 && after > 0 : "outside the block";
        if (after == length) {
            return block + offset;
        }
        long moved = Arena.roundUp(after) == arena.sizeOf(block) ? 0 : room(arena, length, after);
        if (moved != 0) {
            memory.copyIn(block, moved, offset);
            memory.copyIn(block + offset + removed, moved + offset + inserted, tail);
            arena.free(block);
            block = moved;
        } else {
            memory.move(block + offset + removed, block + offset + inserted, tail);
        }
        memory.putLong(
                Entry.wordAddress(entry, header), Entry.blobWord(memory.handle(block), after));
        return block + offset;
    }

    // Another block; none where a shrinking one finds no memory, since it can stay where it is.
    private static long room(Arena arena, long before, long after) {
        try {
            return arena.allocate(after);
        } catch (OutOfMemory full) {
            if (after < before) {
                return 0;
            }
            throw full;
        }
    }

    /** Turns a compact collection into a large one: its block is freed. */
    public static void enlarge(Keyspace db, long entry, int encoding, long word) {
        Memory memory = db.memory();
        long header = Entry.header(memory, entry);
        db.arena().free(block(memory, entry, header));
        int flags = Entry.flags(header) & ~Entry.BLOB;
        memory.putLong(
                entry, header & 0x0000_FFFF_FFFF_000FL | (long) encoding << 4 | (long) flags << 8);
        memory.putLong(Entry.wordAddress(entry, header), word);
    }

    /**
     * Turns a large collection into a compact one. Its structure is the caller's to free.
     *
     * @param length of the block in bytes; at least 1.
     * @param count of its elements.
     * @return the address of the block, whose bytes are the caller's to write.
     * @throws OutOfMemory when there is no room for the block; nothing was changed then.
     */
    public static long compress(Keyspace db, long entry, int encoding, long length, int count) {
        Memory memory = db.memory();
        long header = Entry.header(memory, entry);
        long block = db.arena().allocate(length);
        int flags = Entry.flags(header) | Entry.BLOB;
        memory.putLong(
                entry,
                header & 0x0000_FFFF_FFFF_000FL
                        | (long) encoding << 4
                        | (long) flags << 8
                        | (long) count << 48);
        memory.putLong(
                Entry.wordAddress(entry, header), Entry.blobWord(memory.handle(block), length));
        return block;
    }
}
