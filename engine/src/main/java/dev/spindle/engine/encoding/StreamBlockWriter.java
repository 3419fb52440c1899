package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;

/**
 * Makes {@link StreamBlock}s and adds entries to them. An entry is put together outside the arena and copied in once, so that
 * nothing is half written when memory runs out.
 */
final class StreamBlockWriter {

    private static final int LEAST_BLOCK = 192;
    // Blocks double up to this and then grow by a quarter.
    private static final int DOUBLES_UP_TO = 4096;

    private final Arena arena;
    private final Memory memory;
    private final StreamBlockCursor cursor;
    private final Scratch bytes = new Scratch();
    private final LongResult number = new LongResult();
    private long listpack;

    StreamBlockWriter(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
        this.cursor = new StreamBlockCursor(memory);
    }

    /** Makes a block of one entry; answers its address. */
    long create(long ms, long seq, StreamFields fields) {
        int pairs = fields.pairs();
        bytes.clear();
        bytes.extend(StreamBlock.HEAD);
        listpack = ListpackSize.EMPTY + ListpackSize.ofLong(pairs) + ListpackSize.ofLong(0);
        for (int i = 0; i < pairs; i++) {
            text(fields, 2 * i);
            countText(fields, 2 * i);
        }
        long run = bytes.length();
        bytes.extend(StreamBlock.RUN_HEAD);
        long start = bytes.length();
        entry(true, false, ms, seq, ms, seq, fields);
        long length = bytes.length();
        long block = arena.allocate(Math.max(LEAST_BLOCK, length));
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
     * @return the block's address, which may have changed; the old one is free then.
     */
    long append(long block, long ms, long seq, StreamFields fields) {
        cursor.open(block);
        cursor.openLastRun();
        long run = cursor.run();
        int entries = cursor.runEntries();
        boolean fresh = entries == StreamBlock.RUN_ENTRIES;
        boolean same = cursor.hasFields(fields);
        long baseMs = memory.getLong(block + StreamBlock.FIRST_MS);
        long baseSeq = memory.getLong(block + StreamBlock.FIRST_SEQ);
        bytes.clear();
        listpack = 0;
        entry(same, !fresh, ms, seq, baseMs, baseSeq, fields);
        long length = bytes.length();
        long used = StreamBlock.used(memory, block);
        long runOffset = run - block;
        long grown = room(block, used + length + (fresh ? StreamBlock.RUN_HEAD : 0));
        long to = grown + used;
        if (fresh) {
            runOffset = used;
            to += StreamBlock.RUN_HEAD;
            memory.putIntUnaligned(grown + runOffset, 0);
            memory.putByte(grown + runOffset + 4, (byte) 0);
            memory.putInt(grown + StreamBlock.LAST_RUN, (int) runOffset);
        }
        memory.copyIn(bytes.address(), to, length);
        long head = grown + runOffset;
        memory.putIntUnaligned(head, memory.getIntUnaligned(head) + (int) length);
        memory.putByte(head + 4, (byte) (memory.getByte(head + 4) + 1));
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

    // With refers, the run at hand of the cursor is the one it goes to; else it is the first of its
    // run.
    private void entry(
            boolean same,
            boolean refers,
            long ms,
            long seq,
            long baseMs,
            long baseSeq,
            StreamFields fields) {
        int pairs = fields.pairs();
        long refMs = refers ? cursor.ms() : baseMs;
        boolean sameMs = ms == refMs;
        long rest = seq;
        if (sameMs) {
            rest = refers ? seq - cursor.seq() - 1 : seq - baseSeq;
        }
        int flags =
                (same ? StreamBlock.SAME_FIELDS : 0)
                        | (sameMs ? StreamBlock.SAME_MS : 0)
                        | (rest == 0 ? StreamBlock.NO_SEQ : 0);
        bytes.appendByte(flags);
        if (!sameMs) {
            varint(ms - refMs);
        }
        if (rest != 0) {
            varint(rest);
        }
        if (!same) {
            varint(pairs);
        }
        boolean toValues = refers && same && cursor.hasReference();
        for (int i = 0; i < pairs; i++) {
            if (!same) {
                text(fields, 2 * i);
                countText(fields, 2 * i);
            }
            value(fields.address(2 * i + 1), fields.length(2 * i + 1), toValues ? i : -1);
        }
        countEntry(same, pairs, ms - baseMs, seq - baseSeq);
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

    private void countText(StreamFields fields, int index) {
        int length = fields.length(index);
        listpack +=
                isNumber(fields.address(index), length)
                        ? ListpackSize.ofLong(number.value)
                        : ListpackSize.ofString(length);
    }

    private boolean isNumber(long address, int length) {
        return length > 0
                && length <= Numbers.MAX_LONG_LENGTH
                && Numbers.parseLong(address, length, number);
    }

    private void text(StreamFields fields, int index) {
        int length = fields.length(index);
        varint(length);
        bytes.append(fields.address(index), length);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~127L) != 0) {
            bytes.appendByte((int) (rest & 127 | 128));
            rest >>>= 7;
        }
        bytes.appendByte((int) rest);
    }

    private void value(long address, int length, int reference) {
        if (isNumber(address, length)) {
            listpack += ListpackSize.ofLong(number.value);
            integer(number.value, reference);
            return;
        }
        listpack += ListpackSize.ofString(length);
        int prefix = reference < 0 ? 0 : cursor.commonPrefix(reference, address, length);
        int suffix = length - prefix;
        int shortPrefix = Math.min(prefix, StreamBlock.LONG_PREFIX);
        int shortSuffix = Math.min(suffix, StreamBlock.LONG_SUFFIX);
        bytes.appendByte(shortPrefix << 4 | shortSuffix);
        if (shortPrefix == StreamBlock.LONG_PREFIX) {
            varint(prefix - StreamBlock.LONG_PREFIX);
        }
        if (shortSuffix == StreamBlock.LONG_SUFFIX) {
            varint(suffix - StreamBlock.LONG_SUFFIX);
        }
        bytes.append(address + prefix, suffix);
    }

    private void integer(long value, int reference) {
        if (reference >= 0 && cursor.referenceLength(reference) < 0) {
            // Wraps around where the difference is too great, and so does the sum.
            long difference = value - cursor.reference(reference);
            if (difference >= -StreamBlock.SMALL_BIAS && difference < 32 - StreamBlock.SMALL_BIAS) {
                bytes.appendByte(
                        StreamBlock.SMALL_DIFFERENCE + StreamBlock.SMALL_BIAS + (int) difference);
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
        bytes.appendByte(head + width - 1);
        for (int i = 0; i < width; i++) {
            bytes.appendByte((int) (value >>> 8 * i));
        }
    }
}
