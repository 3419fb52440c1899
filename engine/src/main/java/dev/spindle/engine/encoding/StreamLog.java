package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;

/**
 * The entries of a stream: blocks of about a hundred, found by the id of their first through an {@link IdTree}. One object
 * serves all streams: {@link #wrap} points it at one by the address of its root.
 *
 * <pre>
 *   root:   0 u64 entries      8 u64 ms, 16 u64 sequence of the last id      24, 32 of the first entry      40, 48 of the
 *          greatest id ever deleted                                        56 u64 entries ever added
 *          64 IdTree: first id of a block -> u32 handle of the block      80 u32 handle of the last block, u32 unused
 *          88 NameTable: consumer groups
 * </pre>
 *
 * <p>A block is closed at the entry at which Redis closes a node, see {@link StreamBlock}; appending to the last goes by its
 * handle in the root and does not touch the tree. No block stands without an entry.
 */
public final class StreamLog {

    static final int ROOT_BYTES = 104;
    static final int LENGTH = 0;
    static final int LAST = 8;
    static final int FIRST = 24;
    static final int MAX_DELETED = 40;
    static final int ADDED = 56;
    static final int BLOCKS = 64;
    static final int LAST_BLOCK = 80;
    static final int GROUPS = 88;

    /** Most bytes that the fields and values of an entry, or a block as a listpack, may have. */
    public static final long MOST_BYTES = 1L << 30;

    private final Arena arena;
    private final Memory memory;
    private final IdTree blocks;
    private final StreamBlockWriter writer;
    private final StreamBlockCursor cursor;
    private long root;
    private long foundMs;
    private long foundSeq;

    public StreamLog(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
        this.blocks = new IdTree(arena, IdTreePayload.HANDLE);
        this.writer = new StreamBlockWriter(arena);
        this.cursor = new StreamBlockCursor(memory);
    }

    /**
     * Makes an empty stream and points at it.
     *
     * @return the address of its root.
     * @throws OutOfMemory when there is no room for it.
     */
    public long create() {
        root = arena.allocate(ROOT_BYTES);
        memory.fill(root, ROOT_BYTES, (byte) 0);
        return root;
    }

    /** Points at a stream by its root. */
    public StreamLog wrap(long rootAddress) {
        root = rootAddress;
        return this;
    }

    /** Number of entries. */
    public long length() {
        return memory.getLong(root + LENGTH);
    }

    /** Milliseconds of the last id given out. */
    public long lastMs() {
        return memory.getLong(root + LAST);
    }

    /** Sequence number of the last id given out. */
    public long lastSeq() {
        return memory.getLong(root + LAST + 8);
    }

    /** Sets the last id. */
    public void last(long ms, long seq) {
        put(LAST, ms, seq);
    }

    /** Milliseconds of the first entry's id; 0 when there is none. */
    public long firstMs() {
        return memory.getLong(root + FIRST);
    }

    /** Sequence number of the first entry's id; 0 when there is none. */
    public long firstSeq() {
        return memory.getLong(root + FIRST + 8);
    }

    /** Milliseconds of the greatest id ever deleted. */
    public long maxDeletedMs() {
        return memory.getLong(root + MAX_DELETED);
    }

    /** Sequence number of the greatest id ever deleted. */
    public long maxDeletedSeq() {
        return memory.getLong(root + MAX_DELETED + 8);
    }

    /** Sets the greatest id ever deleted. */
    public void maxDeleted(long ms, long seq) {
        put(MAX_DELETED, ms, seq);
    }

    /** Number of entries ever added. */
    public long added() {
        return memory.getLong(root + ADDED);
    }

    /** Sets that. */
    public void added(long entries) {
        memory.putLong(root + ADDED, entries);
    }

    private void put(int offset, long ms, long seq) {
        memory.putLong(root + offset, ms);
        memory.putLong(root + offset + 8, seq);
    }

    /** Number of blocks. */
    public long blocks() {
        return blocks.wrap(root + BLOCKS).size();
    }

    /**
     * Adds an entry.
     *
     * @param ms of its id, which must be above the last.
     * @param maxBytes of a block as a listpack; 0 is no limit.
     * @param maxEntries of a block; 0 is no limit.
     * @throws OutOfMemory when there is no room; nothing was changed then.
     */
    public void append(long ms, long seq, StreamFields fields, long maxBytes, long maxEntries) {
        assert StreamIds.compare(ms, seq, lastMs(), lastSeq()) > 0 : "ids only grow";
        int handle = memory.getInt(root + LAST_BLOCK);
        long texts = fields.bytes();
        if (handle != 0 && !isFull(memory.address(handle), texts, maxBytes, maxEntries)) {
            long block = memory.address(handle);
            long grown = writer.append(block, ms, seq, fields, texts);
            if (grown != block) {
                blocks.wrap(root + BLOCKS).last();
                linkLast(grown);
            }
        } else {
            addBlock(handle, ms, seq, fields, texts);
        }
        long length = length();
        memory.putLong(root + LENGTH, length + 1);
        added(added() + 1);
        last(ms, seq);
        if (length == 0) {
            put(FIRST, ms, seq);
        }
    }

    private boolean isFull(long block, long texts, long maxBytes, long maxEntries) {
        long most = maxBytes == 0 || maxBytes > MOST_BYTES ? MOST_BYTES : maxBytes;
        if (StreamBlock.listpackBytes(memory, block) + texts >= most) {
            return true;
        }
        return maxEntries != 0
                && StreamBlock.standing(memory, block) + StreamBlock.gone(memory, block)
                        >= maxEntries;
    }

    private void addBlock(int lastHandle, long ms, long seq, StreamFields fields, long texts) {
        blocks.wrap(root + BLOCKS);
        long before = 0;
        if (lastHandle != 0 && blocks.last()) {
            long last = writer.trim(memory.address(lastHandle));
            before = StreamBlock.used(memory, last);
            linkLast(last);
        }
        long made = writer.create(ms, seq, fields, texts, before);
        try {
            blocks.insert(ms, seq);
        } catch (OutOfMemory full) {
            arena.free(made);
            throw full;
        }
        linkLast(made);
    }

    // Makes a block the one that the tree's place at hand leads to, and the last.
    private void linkLast(long block) {
        memory.putIntUnaligned(blocks.payload(), memory.handle(block));
        memory.putInt(root + LAST_BLOCK, memory.handle(block));
    }

    private long blockAtHand() {
        return memory.address(memory.getIntUnaligned(blocks.payload()));
    }

    private void removeBlockAtHand() {
        long block = blockAtHand();
        memory.putLong(root + LENGTH, length() - StreamBlock.standing(memory, block));
        boolean last = memory.getInt(root + LAST_BLOCK) == memory.handle(block);
        blocks.remove();
        arena.free(block);
        if (last) {
            memory.putInt(root + LAST_BLOCK, blocks.last() ? memory.handle(blockAtHand()) : 0);
        }
    }

    /** Deletes an entry; answers whether there was one. First id and greatest deleted id are the caller's to mend. */
    public boolean delete(long ms, long seq) {
        if (!find(ms, seq)) {
            return false;
        }
        long block = blockAtHand();
        if (StreamBlock.standing(memory, block) == 1) {
            removeBlockAtHand();
        } else {
            StreamBlock.delete(memory, block, cursor.entry());
            memory.putLong(root + LENGTH, length() - 1);
        }
        return true;
    }

    /** Whether an entry stands. */
    public boolean contains(long ms, long seq) {
        return find(ms, seq);
    }

    private boolean find(long ms, long seq) {
        if (!blocks.wrap(root + BLOCKS).floor(ms, seq)) {
            return false;
        }
        cursor.open(blockAtHand());
        cursor.seekRun(ms, seq);
        while (cursor.next()) {
            int order = StreamIds.compare(cursor.ms(), cursor.seq(), ms, seq);
            if (order >= 0) {
                return order == 0 && !cursor.isDeleted();
            }
        }
        return false;
    }

    /** Looks up the first entry's id anew, after entries were deleted. */
    public void refreshFirst() {
        if (!blocks.wrap(root + BLOCKS).first()) {
            put(FIRST, 0, 0);
            return;
        }
        // Nothing stands before what was the first.
        cursor.open(blockAtHand());
        cursor.seekRun(firstMs(), firstSeq());
        while (cursor.next()) {
            if (!cursor.isDeleted()) {
                put(FIRST, cursor.ms(), cursor.seq());
                return;
            }
        }
        throw new IllegalStateException("a block without entries");
    }

    /** Finds the last entry; its id is then {@link #foundMs} and {@link #foundSeq}, 0 when there is none. */
    public boolean findLast() {
        foundMs = 0;
        foundSeq = 0;
        int handle = memory.getInt(root + LAST_BLOCK);
        if (handle == 0) {
            return false;
        }
        long block = memory.address(handle);
        if (StreamBlock.gone(memory, block) == 0) {
            foundMs = memory.getLong(block + StreamBlock.LAST_MS);
            foundSeq = memory.getLong(block + StreamBlock.LAST_SEQ);
            return true;
        }
        cursor.open(block);
        while (cursor.next()) {
            if (!cursor.isDeleted()) {
                foundMs = cursor.ms();
                foundSeq = cursor.seq();
            }
        }
        return true;
    }

    /** Milliseconds of what the last {@link #findLast} found. */
    public long foundMs() {
        return foundMs;
    }

    /** Sequence number of what the last {@link #findLast} found. */
    public long foundSeq() {
        return foundSeq;
    }

    /**
     * Deletes the oldest entries until so many are left.
     *
     * @param approximate whether only whole blocks may go.
     * @param limit most entries that may go, 0 for any number; looked at before each block.
     * @return how many went.
     */
    public long trimToLength(long most, boolean approximate, long limit) {
        return trim(false, most, 0, 0, approximate, limit);
    }

    /** Deletes entries with ids below one; as {@link #trimToLength}. */
    public long trimBelow(long ms, long seq, boolean approximate, long limit) {
        return trim(true, 0, ms, seq, approximate, limit);
    }

    private long trim(boolean byId, long most, long ms, long seq, boolean approximate, long limit) {
        long before = length();
        blocks.wrap(root + BLOCKS);
        while (blocks.first()) {
            if (!byId && length() <= most) {
                break;
            }
            long block = blockAtHand();
            long standing = StreamBlock.standing(memory, block);
            if (limit != 0 && before - length() + standing > limit) {
                break;
            }
            boolean whole =
                    byId
                            ? StreamIds.compare(
                                            memory.getLong(block + StreamBlock.LAST_MS),
                                            memory.getLong(block + StreamBlock.LAST_SEQ),
                                            ms,
                                            seq)
                                    < 0
                            : length() - standing >= most;
            if (!whole) {
                if (!approximate) {
                    trimWithin(block, byId, most, ms, seq);
                    // Entries deleted earlier may have hidden that all that stood were older.
                    if (StreamBlock.standing(memory, block) == 0) {
                        removeBlockAtHand();
                    }
                }
                break;
            }
            removeBlockAtHand();
        }
        long trimmed = before - length();
        if (trimmed > 0) {
            refreshFirst();
        }
        return trimmed;
    }

    private void trimWithin(long block, boolean byId, long most, long ms, long seq) {
        cursor.open(block);
        cursor.seekRun(firstMs(), firstSeq());
        while (cursor.next()) {
            boolean stop =
                    byId
                            ? StreamIds.compare(cursor.ms(), cursor.seq(), ms, seq) >= 0
                            : length() <= most;
            if (stop) {
                return;
            }
            if (!cursor.isDeleted()) {
                StreamBlock.delete(memory, block, cursor.entry());
                memory.putLong(root + LENGTH, length() - 1);
            }
        }
    }

    /**
     * Frees blocks from the end; for a stream that nobody sees any more.
     *
     * @param most how many at most.
     * @return how many were freed; less than {@code most} when there are none left.
     */
    public int freeBlocks(int most) {
        int freed = 0;
        blocks.wrap(root + BLOCKS);
        while (freed < most && blocks.last()) {
            arena.free(blockAtHand());
            blocks.remove();
            freed++;
        }
        return freed;
    }

    /** Copies the entries and ids, but not the groups, of another stream into this one, which must be empty. */
    public void copyEntries(long from) {
        IdTree source = new IdTree(arena, IdTreePayload.HANDLE).wrap(from + BLOCKS);
        memory.copyIn(from, root, BLOCKS);
        blocks.wrap(root + BLOCKS);
        for (boolean more = source.first(); more; more = source.next()) {
            long block = memory.address(memory.getIntUnaligned(source.payload()));
            long used = StreamBlock.used(memory, block);
            long made = arena.allocate(used);
            memory.copyIn(block, made, used);
            try {
                blocks.insert(source.ms(), source.seq());
            } catch (OutOfMemory full) {
                arena.free(made);
                throw full;
            }
            linkLast(made);
        }
    }

    /**
     * Lets the blocks of one leaf of the index, and the nodes that lead there, leave slabs that are being emptied.
     *
     * @param ms of the id of the first block looked at, or of one before it.
     * @return whether there are more behind; {@link #foundMs} and {@link #foundSeq} are where then.
     */
    boolean relocateLeaf(long ms, long seq) {
        if (!blocks.wrap(root + BLOCKS).ceiling(ms, seq)) {
            return false;
        }
        blocks.relocateNodes();
        do {
            long block = blockAtHand();
            long moved = arena.compaction().move(block);
            if (moved != block) {
                memory.putIntUnaligned(blocks.payload(), memory.handle(moved));
                if (memory.getInt(root + LAST_BLOCK) == memory.handle(block)) {
                    memory.putInt(root + LAST_BLOCK, memory.handle(moved));
                }
            }
        } while (blocks.nextInLeaf());
        if (!blocks.nextLeaf()) {
            return false;
        }
        foundMs = blocks.ms();
        foundSeq = blocks.seq();
        return true;
    }

    /** Bytes allocated for root, blocks and their index; not for groups. */
    public long bytes() {
        blocks.wrap(root + BLOCKS);
        long sum = arena.sizeOf(root) + blocks.bytes();
        for (boolean more = blocks.first(); more; more = blocks.next()) {
            sum += arena.sizeOf(blockAtHand());
        }
        return sum;
    }

    /**
     * Nodes that a compressed radix tree over the first ids of the blocks has, as Redis counts them; a walk over at most so
     * many blocks, beyond which the rest is taken to be like them.
     */
    public long radixNodes(long mostBlocks) {
        return RadixNodes.count(blocks.wrap(root + BLOCKS), mostBlocks);
    }
}
