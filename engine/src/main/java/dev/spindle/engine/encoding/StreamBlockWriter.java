package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import dev.spindle.engine.text.TextPack;

/**
 * Makes {@link StreamBlock}s and adds entries to them. An entry is put together outside the arena and copied in once, so that
 * nothing is half written when memory runs out. What it refers to is read in step with what is written: no reference is kept
 * between entries, since a block may have been moved, copied or freed meanwhile.
 */
final class StreamBlockWriter {

    private static final int LEAST_BLOCK = 192;
    // Blocks double up to this and then grow by a quarter.
    private static final int DOUBLES_UP_TO = 4096;
    // A block begins with this part of what the one before took: two doublings from there it is as
    // large.
    private static final int FIRST_PART = 4;

    /** Bytes of flags, both parts of an id and a number of fields at most. */
    private static final int ENTRY_HEAD = 26;

    /** Shorter texts without a length of their own, and those with one, are never shorter when packed. */
    private static final int LEAST_ALIKE = 2;

    private static final int LEAST_PACKED = 4;

    /** Seven bits a character save nothing, or one byte in many, below this. */
    private static final int LEAST_ASCII = 16;

    private final Arena arena;
    private final Memory memory;
    private final StreamBlockCursor cursor;
    private final StreamEntryBytes bytes = new StreamEntryBytes();
    private final LongResult number = new LongResult();
    private long listpack;

    StreamBlockWriter(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
        this.cursor = new StreamBlockCursor(memory);
    }

    private void begin(long head, StreamFields fields, long texts) {
        long heads = 2L * fields.pairs() * StreamEntryBytes.MOST_HEAD;
        bytes.begin(head + ENTRY_HEAD + heads + texts);
    }

    /**
     * Makes a block of one entry.
     *
     * @param texts bytes of its fields and values.
     * @param before bytes of the block before it, 0 where there is none.
     * @return its address.
     */
    long create(long ms, long seq, StreamFields fields, long texts, long before) {
        int pairs = fields.pairs();
        begin(StreamBlock.HEAD + StreamBlock.RUN_HEAD, fields, texts);
        bytes.skip(StreamBlock.HEAD);
        listpack = ListpackSize.EMPTY + ListpackSize.ofLong(pairs) + ListpackSize.ofLong(0);
        for (int i = 0; i < pairs; i++) {
            text(fields, 2 * i);
        }
        long run = bytes.length();
        bytes.skip(StreamBlock.RUN_HEAD);
        long start = bytes.length();
        id(true, ms, seq, ms, seq);
        for (int i = 0; i < pairs; i++) {
            value(fields.address(2 * i + 1), fields.length(2 * i + 1), false, false);
        }
        countEntry(true, pairs, 0, 0);
        long length = bytes.length();
        long wish = Math.min(before, DOUBLES_UP_TO) / FIRST_PART;
        long block = arena.allocate(Math.max(Math.max(LEAST_BLOCK, wish), length));
        memory.copyIn(bytes.address(), block, length);
        memory.putInt(block + StreamBlock.USED, (int) length);
        memory.putInt(block + StreamBlock.STANDING, 1);
        memory.putInt(block + StreamBlock.GONE, 0);
        memory.putInt(block + StreamBlock.LAST_RUN, (int) run);
        memory.putLong(block + StreamBlock.FIRST_MS, ms);
        memory.putLong(block + StreamBlock.FIRST_SEQ, seq);
        memory.putLong(block + StreamBlock.LAST_MS, ms);
        memory.putLong(block + StreamBlock.LAST_SEQ, seq);
        memory.putInt(block + StreamBlock.LISTPACK, (int) listpack);
        memory.putInt(block + StreamBlock.FIELDS, pairs);
        memory.putIntUnaligned(block + run, (int) (length - start));
        memory.putByte(block + run + 4, (byte) 1);
        return block;
    }

    /**
     * Adds an entry behind the last of a block.
     *
     * @param texts bytes of its fields and values.
     * @return the block's address, which may have changed; the old one is free then.
     */
    long append(long block, long ms, long seq, StreamFields fields, long texts) {
        cursor.openLastRun(block);
        boolean fresh = cursor.runEntries() == StreamBlock.RUN_ENTRIES;
        boolean same = cursor.hasFields(fields);
        long used = StreamBlock.used(memory, block);
        long runOffset = fresh ? used : cursor.run() - block;
        begin(0, fields, texts);
        listpack = 0;
        entry(block, same, fresh, ms, seq, fields);
        long length = bytes.length();
        long grown = room(block, used + length + (fresh ? StreamBlock.RUN_HEAD : 0));
        long to = grown + used;
        long run = grown + runOffset;
        if (fresh) {
            to += StreamBlock.RUN_HEAD;
            memory.putIntUnaligned(run, (int) length);
            memory.putByte(run + 4, (byte) 1);
            memory.putInt(grown + StreamBlock.LAST_RUN, (int) runOffset);
        } else {
            memory.putIntUnaligned(run, memory.getIntUnaligned(run) + (int) length);
            memory.putByte(run + 4, (byte) (memory.getByte(run + 4) + 1));
        }
        memory.copyIn(bytes.address(), to, length);
        memory.putInt(grown + StreamBlock.USED, (int) (to + length - grown));
        memory.putInt(
                grown + StreamBlock.STANDING, memory.getInt(grown + StreamBlock.STANDING) + 1);
        memory.putLong(grown + StreamBlock.LAST_MS, ms);
        memory.putLong(grown + StreamBlock.LAST_SEQ, seq);
        memory.putInt(
                grown + StreamBlock.LISTPACK,
                memory.getInt(grown + StreamBlock.LISTPACK) + (int) listpack);
        return grown;
    }

    private long room(long block, long needed) {
        long size = arena.sizeOf(block);
        if (needed <= size) {
            return block;
        }
        long wish = size < DOUBLES_UP_TO ? Math.min(size * 2, DOUBLES_UP_TO) : size + size / 4;
        return moved(block, Math.max(needed, wish));
    }

    private long moved(long block, long size) {
        long other = arena.allocate(size);
        memory.copyIn(block, other, StreamBlock.used(memory, block));
        arena.free(block);
        return other;
    }

    /** Gives back what a block has to spare, when nothing will be added to it; answers its address. */
    long trim(long block) {
        long used = StreamBlock.used(memory, block);
        if (Arena.roundUp(used) == arena.sizeOf(block)) {
            return block;
        }
        try {
            return moved(block, used);
        } catch (OutOfMemory full) {
            // It stays as it is: a smaller place only saves memory.
            return block;
        }
    }

    // The run at hand of the cursor, at its first entry, is the one that this goes to, or where it
    // is fresh, the one before.
    private void entry(
            long block, boolean same, boolean fresh, long ms, long seq, StreamFields fields) {
        int pairs = fields.pairs();
        long baseMs = memory.getLong(block + StreamBlock.FIRST_MS);
        long baseSeq = memory.getLong(block + StreamBlock.FIRST_SEQ);
        if (fresh) {
            id(same, ms, seq, baseMs, baseSeq);
        } else {
            id(same, ms, seq, cursor.ms(), cursor.seq() + 1);
        }
        if (!same) {
            bytes.varint(pairs);
        }
        boolean refers = !fresh && same && cursor.hasBlockFields();
        // Others will refer to the values of a run's first.
        boolean packs = !fresh || !same;
        for (int i = 0; i < pairs; i++) {
            if (!same) {
                text(fields, 2 * i);
            }
            value(fields.address(2 * i + 1), fields.length(2 * i + 1), refers, packs);
        }
        countEntry(same, pairs, ms - baseMs, seq - baseSeq);
    }

    // The flags, and the id beside another; with the same ms, from a sequence number on.
    private void id(boolean same, long ms, long seq, long refMs, long fromSeq) {
        int fields = same ? StreamBlock.SAME_FIELDS : 0;
        long msAbove = ms - refMs;
        long seqAbove = msAbove == 0 ? seq - fromSeq : seq;
        if (msAbove == 0
                && seqAbove >= 0
                && seqAbove < StreamBlock.ID_WRITTEN - StreamBlock.ID_SAME_MS) {
            bytes.put(fields | StreamBlock.ID_SAME_MS + (int) seqAbove << StreamBlock.ID_SHIFT);
        } else if (seqAbove == 0 && msAbove > 0 && msAbove <= StreamBlock.ID_SAME_MS) {
            bytes.put(fields | (int) msAbove - 1 << StreamBlock.ID_SHIFT);
        } else {
            int form =
                    StreamBlock.ID_WRITTEN
                            | (msAbove == 0 ? StreamBlock.ID_NO_MS : 0)
                            | (seqAbove == 0 ? StreamBlock.ID_NO_SEQ : 0);
            bytes.put(fields | form << StreamBlock.ID_SHIFT);
            if (msAbove != 0) {
                bytes.varint(msAbove);
            }
            if (seqAbove != 0) {
                bytes.varint(seqAbove);
            }
        }
    }

    // What Redis's node would grow by, besides texts: flags, two differences, and how many elements
    // the entry has.
    private void countEntry(boolean same, int pairs, long msDifference, long seqDifference) {
        listpack += ListpackSize.ofLong(0);
        listpack += ListpackSize.ofLong(msDifference) + ListpackSize.ofLong(seqDifference);
        if (!same) {
            listpack += ListpackSize.ofLong(pairs);
        }
        listpack += ListpackSize.ofLong(same ? pairs + 3L : pairs * 2L + 4);
    }

    private boolean isNumber(long address, int length) {
        return length > 0
                && length <= Numbers.MAX_LONG_LENGTH
                && Numbers.parseLong(address, length, number);
    }

    // A field.
    private void text(StreamFields fields, int index) {
        int length = fields.length(index);
        long address = fields.address(index);
        bytes.varint(length);
        bytes.text(address, length);
        listpack +=
                isNumber(address, length)
                        ? ListpackSize.ofLong(number.value)
                        : ListpackSize.ofString(length);
    }

    // With refers, the next reference of the cursor is the one of this value.
    private void value(long address, int length, boolean refers, boolean packs) {
        if (refers) {
            cursor.nextReference();
        }
        if (isNumber(address, length)) {
            listpack += ListpackSize.ofLong(number.value);
            integer(number.value, refers);
            return;
        }
        listpack += ListpackSize.ofString(length);
        int alike = refers ? cursor.referenceLength() : StreamBlockCursor.INTEGER_REFERENCE;
        int prefix =
                alike > 0
                        ? ByteRange.common(cursor.reference(), address, Math.min(length, alike))
                        : 0;
        if (!packs || !packed(address, length, prefix, alike)) {
            lengths(prefix, length - prefix);
            bytes.text(address + prefix, length - prefix);
        }
    }

    // Writes a text packed where that is shorter; answers whether it did. One character in common
    // is worth less than a length
    // that goes without saying.
    private boolean packed(long address, int length, int prefix, int alike) {
        int suffix = length - prefix;
        if (prefix <= 1 && length == alike) {
            int textClass = length < LEAST_ALIKE ? TextPack.NONE : textClass(address, length);
            if (textClass == TextPack.NONE || TextPack.size(textClass, length) >= suffix) {
                return false;
            }
            bytes.put(StreamBlock.PACKED_ALIKE | textClass);
            bytes.packed(textClass, address, length);
            return true;
        }
        if (suffix < LEAST_PACKED) {
            return false;
        }
        int textClass = textClass(address + prefix, suffix);
        if (textClass == TextPack.NONE || TextPack.size(textClass, suffix) + 1 >= suffix) {
            return false;
        }
        bytes.put(StreamBlock.PACKED | textClass);
        lengths(prefix, suffix);
        bytes.packed(textClass, address + prefix, suffix);
        return true;
    }

    private static int textClass(long address, int length) {
        return TextPack.classOf(
                address, length, length < LEAST_ASCII ? TextPack.DENSE : TextPack.ALL);
    }

    private void lengths(int prefix, int suffix) {
        int shortPrefix = Math.min(prefix, StreamBlock.LONG_PREFIX);
        int shortSuffix = Math.min(suffix, StreamBlock.LONG_SUFFIX);
        bytes.put(shortPrefix << 4 | shortSuffix);
        if (shortPrefix == StreamBlock.LONG_PREFIX) {
            bytes.varint(prefix - StreamBlock.LONG_PREFIX);
        }
        if (shortSuffix == StreamBlock.LONG_SUFFIX) {
            bytes.varint(suffix - StreamBlock.LONG_SUFFIX);
        }
    }

    private void integer(long value, boolean refers) {
        if (refers && cursor.referenceLength() == StreamBlockCursor.INTEGER_REFERENCE) {
            // Wraps around where the difference is too great, and so does the sum.
            long difference = value - cursor.reference();
            if (difference >= -StreamBlock.SMALL_BIAS && difference < 32 - StreamBlock.SMALL_BIAS) {
                bytes.put(StreamBlock.SMALL_DIFFERENCE + StreamBlock.SMALL_BIAS + (int) difference);
                return;
            }
            if (width(difference) < width(value)) {
                fixed(StreamBlock.DIFFERENCE, difference);
                return;
            }
        }
        fixed(StreamBlock.INTEGER, value);
    }

    private static int width(long value) {
        long magnitude = value < 0 ? ~value : value;
        return (64 - Long.numberOfLeadingZeros(magnitude)) / 8 + 1;
    }

    private void fixed(int head, long value) {
        int width = width(value);
        bytes.put(head + width - 1);
        bytes.put(value, width);
    }
}
