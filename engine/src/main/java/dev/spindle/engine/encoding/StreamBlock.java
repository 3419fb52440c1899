package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.TextPack;

/**
 * Layout of a block of a stream: up to about a hundred entries in one allocation, found by the id of the first.
 *
 * <pre>
 *   head     0 u32 bytes in use          4 u32 entries that stand    8 u32 entries deleted    12 u32 offset of the last run
 *           16 u64 ms, 24 u64 sequence of the first entry           32 u64 ms, 40 u64 sequence of the last
 *           48 u32 bytes as a listpack   52 u32 fields               56 fields of the first entry: varint length, bytes
 *   runs    each: u32 bytes of its entries, u8 their number (1 to 32), entries
 *   entry   u8 flags, id, fields and values
 *           flags  1 deleted    2 the block's fields    and in the upper six bits, what its id is beside the reference's:
 *                  0 to 31     1 to 32 ms above, sequence number 0
 *                  32 to 59    the same ms, sequence number 1 to 28 above
 *                  60 to 62    1 the same ms    2 sequence number 0
 *           id     only with 60 to 62: varint ms above the reference's, varint sequence number; each where the flags leave it
 *                  open. With the same ms the sequence number is what lies above the reference's, less one
 *           then   with the block's fields: one value per field
 *                  else: varint number of fields, and for each varint length, bytes, value
 *   value   0xps          s bytes that follow the first p of the reference's value (p 0 to 10, s 0 to 14; 15: varint s - 15 follows)
 *           0xBs          the same with varint p - 11 following, before that of s
 *           0xC0 + c      0xps or 0xBs with what belongs to it, and the s bytes packed as a text of class c ({@link TextPack})
 *           0xC8 + c      as many bytes as the reference's value has, packed as a text of class c
 *           0xD0 + n      integer in n + 1 bytes, little-endian, n up to 7
 *           0xD8 + n      integer in n + 1 bytes above the reference's
 *           0xE0 + 16 + d integer by d above the reference's, d from -16 to 15
 * </pre>
 *
 * <h2>The reference</h2>
 *
 * The first entry of a run is written with nothing to refer to but the block's first id, and is the reference of the others
 * of its run. They hang on it alone and not on each other, so that any entry can be read once its run's first has been
 * looked at, forwards or backwards, and an entry is added without reading more than one. Counters, times and names that
 * begin alike shrink to a byte or two; a run in 32 entries pays for a full one. Only entries with the block's fields refer
 * to values, and only where the run's first has the block's fields too.
 *
 * <h2>Packed texts</h2>
 *
 * Texts that have nothing in common with their reference, as identifiers and digests do, are written in as few bits a
 * character as their alphabet needs, where that is shorter. Such texts mostly have one length, so that goes without saying
 * where it is the reference's. The values of a reference stay as they are: what others begin with is copied from there and compared with it
 * at every entry added, and packing one entry in 32 would save little.
 *
 * <h2>As a listpack</h2>
 *
 * Redis keeps a node's entries in a listpack and closes the node when that has grown to stream-node-max-bytes. To be closed at
 * the same entries, so that approximate trimming removes the same ones, a block counts the bytes its listpack would take.
 *
 * <p>A deleted entry keeps its bytes, since others may refer to it; the block goes when its last entry does. Static methods
 * over addresses; {@link StreamBlockCursor} reads, {@link StreamBlockWriter} writes.
 */
final class StreamBlock {

    static final int DELETED = 1;
    static final int SAME_FIELDS = 2;
    static final int ID_SHIFT = 2;

    /** From here: the reference's ms, and a sequence number shortly above. */
    static final int ID_SAME_MS = 32;

    /** From here: an id that is written behind the flags. */
    static final int ID_WRITTEN = 60;

    /** With {@link #ID_WRITTEN}: the reference's ms. */
    static final int ID_NO_MS = 1;

    /** With {@link #ID_WRITTEN}: sequence number 0. */
    static final int ID_NO_SEQ = 2;

    static final int HEAD = 56;
    static final int RUN_HEAD = 5;
    static final int RUN_ENTRIES = 32;

    static final int USED = 0;
    static final int STANDING = 4;
    static final int GONE = 8;
    static final int LAST_RUN = 12;
    static final int FIRST_MS = 16;
    static final int FIRST_SEQ = 24;
    static final int LAST_MS = 32;
    static final int LAST_SEQ = 40;
    static final int LISTPACK = 48;
    static final int FIELDS = 52;

    static final int LONG_PREFIX = 11;
    static final int LONG_SUFFIX = 15;
    static final int PACKED = 0xC0;
    static final int PACKED_ALIKE = 0xC8;
    static final int TEXT_CLASS = 7;
    static final int INTEGER = 0xD0;
    static final int DIFFERENCE = 0xD8;
    static final int SMALL_DIFFERENCE = 0xE0;
    static final int SMALL_BIAS = 16;

    private StreamBlock() {}

    static long used(Memory memory, long block) {
        return memory.getInt(block + USED) & 0xFFFF_FFFFL;
    }

    static long standing(Memory memory, long block) {
        return memory.getInt(block + STANDING);
    }

    static long gone(Memory memory, long block) {
        return memory.getInt(block + GONE);
    }

    // Bytes of the block as Redis's listpack: the two counts are elements too, and grow with their
    // values.
    static long listpackBytes(Memory memory, long block) {
        return (memory.getInt(block + LISTPACK) & 0xFFFF_FFFFL)
                + ListpackSize.ofLong(standing(memory, block))
                + ListpackSize.ofLong(gone(memory, block));
    }

    // Marks an entry as deleted and counts it.
    static void delete(Memory memory, long block, long entry) {
        memory.putByte(entry, (byte) (memory.getByte(entry) | DELETED));
        memory.putInt(block + STANDING, memory.getInt(block + STANDING) - 1);
        memory.putInt(block + GONE, memory.getInt(block + GONE) + 1);
    }
}
