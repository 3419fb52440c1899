package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;

/**
 * A walk over a stream block by block, for whoever writes it down as it is: deleted entries are met, too, and of each entry it is
 * known whether it has the block's fields. A reused object; it stays valid until the stream's entries change.
 *
 * <pre>
 *   walk.open(root);
 *   while (walk.nextBlock()) {
 *       while (walk.nextEntry()) {
 *           while (walk.nextPair()) { ... }
 *       }
 *   }
 * </pre>
 */
public final class StreamBlockWalk {

    private final Memory memory;
    private final IdTree blocks;
    private final StreamBlockCursor cursor;
    private boolean begun;
    private long block;

    public StreamBlockWalk(Arena arena) {
        memory = arena.memory();
        blocks = new IdTree(arena, IdTreePayload.HANDLE);
        cursor = new StreamBlockCursor(memory);
    }

    /** Points before the first block of the stream with a root. */
    public void open(long root) {
        blocks.wrap(root + StreamLog.BLOCKS);
        begun = false;
    }

    /** Number of blocks. */
    public long blocks() {
        return blocks.size();
    }

    /** Goes on to the next block, before its first entry; answers whether there is one. */
    public boolean nextBlock() {
        boolean there = begun ? blocks.next() : blocks.first();
        begun = true;
        if (there) {
            block = memory.address(memory.getIntUnaligned(blocks.payload()));
            cursor.open(block);
        }
        return there;
    }

    /** Milliseconds of the id that the block began with; that entry may be deleted. */
    public long firstMs() {
        return memory.getLong(block + StreamBlock.FIRST_MS);
    }

    /** Sequence number of that id. */
    public long firstSeq() {
        return memory.getLong(block + StreamBlock.FIRST_SEQ);
    }

    /** Number of entries of the block that stand. */
    public long standing() {
        return StreamBlock.standing(memory, block);
    }

    /** Number of its entries that are deleted. */
    public long gone() {
        return StreamBlock.gone(memory, block);
    }

    /** Number of the block's fields. */
    public int fields() {
        return cursor.blockFields();
    }

    /** Address of one of them. */
    public long fieldAddress(int index) {
        return cursor.blockFieldAddress(index);
    }

    /** Length of one of them. */
    public int fieldLength(int index) {
        return cursor.blockFieldLength(index);
    }

    /** Goes on to the next entry of the block, which may be deleted; answers whether there is one. */
    public boolean nextEntry() {
        return cursor.next();
    }

    /** Whether the entry at hand is deleted. */
    public boolean isDeleted() {
        return cursor.isDeleted();
    }

    /** Whether the entry at hand has the block's fields, in their order. */
    public boolean hasBlockFields() {
        return cursor.hasBlockFields();
    }

    /** Milliseconds of the id of the entry at hand. */
    public long ms() {
        return cursor.ms();
    }

    /** Sequence number of the id of the entry at hand. */
    public long seq() {
        return cursor.seq();
    }

    /** Number of field-value pairs of the entry at hand. */
    public int pairs() {
        return cursor.pairs();
    }

    /** Goes on to the next pair of the entry at hand; answers whether there is one. */
    public boolean nextPair() {
        return cursor.nextPair();
    }

    /** Address of the field of the pair at hand. */
    public long pairFieldAddress() {
        return cursor.fieldAddress();
    }

    /** Length of that field. */
    public int pairFieldLength() {
        return cursor.fieldLength();
    }

    /** Address of the value of the pair at hand, in the arena or not; valid until the next pair is asked for. */
    public long valueAddress() {
        return cursor.valueAddress();
    }

    /** Length of that value. */
    public long valueLength() {
        return cursor.valueLength();
    }
}
