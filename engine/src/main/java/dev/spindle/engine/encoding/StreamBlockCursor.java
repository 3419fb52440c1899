package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import java.util.Arrays;

/**
 * Reads the entries of a {@link StreamBlock}, one after the other, and the fields and values of the one at hand. A reused
 * object; it stays valid until the block changes.
 */
final class StreamBlockCursor {

    private static final int FEW = 16;

    private final Memory memory;
    private final Scratch text = new Scratch();
    private final ByteView digits = new ByteView();

    private long block;
    private long blockEnd;
    private long run;
    private long runEnd;

    private long entry;
    private int flags;
    private long ms;
    private long seq;
    // The run's first id, which the others refer to.
    private long firstMs;
    private long firstSeq;

    private int pairs;
    private int pair;
    private long at;
    private long fieldAddress;
    private int fieldLength;
    private long valueAddress;
    private long valueLength;

    // The block's fields, read when first asked for.
    private int fieldCount;
    private boolean fieldsRead;
    private long[] fieldAddresses = new long[FEW];
    private int[] fieldLengths = new int[FEW];

    // Values of the run's first entry, read when first asked for: an address with a length, or an
    // integer with length -1.
    private long referenceRun;
    private boolean hasReference;
    private long[] references = new long[FEW];
    private int[] referenceLengths = new int[FEW];

    // What a varint or an integer's bytes are followed by.
    private long after;

    StreamBlockCursor(Memory memory) {
        this.memory = memory;
    }

    /** Points before the first entry of a block. */
    void open(long address) {
        block = address;
        blockEnd = address + StreamBlock.used(memory, address);
        fieldsRead = false;
        referenceRun = 0;
        fieldCount = memory.getInt(address + StreamBlock.FIELDS);
        run = 0;
        entry = 0;
        pairs = 0;
        pair = 0;
        at = 0;
        runEnd = 0;
    }

    private long firstRun() {
        long address = block + StreamBlock.HEAD;
        for (int i = 0; i < fieldCount; i++) {
            long length = varint(address);
            address = after + length;
        }
        return address;
    }

    private static long runEnd(Memory memory, long run) {
        return run + StreamBlock.RUN_HEAD + (memory.getIntUnaligned(run) & 0xFFFF_FFFFL);
    }

    /** Goes to the next run, before its first entry; answers whether there is one. */
    boolean nextRun() {
        long next = run == 0 ? firstRun() : runEnd;
        if (next >= blockEnd) {
            return false;
        }
        enter(next);
        return true;
    }

    /** Goes before the first entry of a run of the block. */
    void enter(long address) {
        run = address;
        runEnd = runEnd(memory, address);
        at = address + StreamBlock.RUN_HEAD;
        entry = 0;
        pairs = 0;
        pair = 0;
    }

    /** Goes before the run in which an id lies, if it is in the block at all. */
    void seekRun(long targetMs, long targetSeq) {
        long found = 0;
        while (nextRun()) {
            readHead(at);
            if (found != 0 && StreamIds.compare(ms, seq, targetMs, targetSeq) > 0) {
                break;
            }
            found = run;
        }
        enter(found);
    }

    /** Goes to the next entry, deleted ones included; answers whether there is one. */
    boolean next() {
        while (pair < pairs) {
            skipPair();
        }
        if (at >= runEnd && !nextRun()) {
            return false;
        }
        readHead(at);
        return true;
    }

    /** The same within the run. */
    boolean nextInRun() {
        while (pair < pairs) {
            skipPair();
        }
        if (at >= runEnd) {
            return false;
        }
        readHead(at);
        return true;
    }

    /** Goes to an entry met before. */
    void go(long runAddress, long entryAddress) {
        enter(runAddress);
        if (entryAddress != at) {
            readHead(at);
        }
        readHead(entryAddress);
    }

    private void readHead(long address) {
        entry = address;
        flags = memory.getByte(address);
        long behind = address + 1;
        boolean first = address == run + StreamBlock.RUN_HEAD;
        long baseMs = first ? memory.getLong(block + StreamBlock.FIRST_MS) : firstMs;
        boolean sameMs = (flags & StreamBlock.SAME_MS) != 0;
        ms = baseMs;
        if (!sameMs) {
            ms += varint(behind);
            behind = after;
        }
        long base = 0;
        if (sameMs) {
            base = first ? memory.getLong(block + StreamBlock.FIRST_SEQ) : firstSeq + 1;
        }
        seq = base;
        if ((flags & StreamBlock.NO_SEQ) == 0) {
            seq += varint(behind);
            behind = after;
        }
        if (first) {
            firstMs = ms;
            firstSeq = seq;
        }
        pairs = fieldCount;
        if ((flags & StreamBlock.SAME_FIELDS) == 0) {
            pairs = (int) varint(behind);
            behind = after;
        }
        pair = 0;
        at = behind;
    }

    /** Address of the run at hand. */
    long run() {
        return run;
    }

    /** Number of entries of the run at hand. */
    int runEntries() {
        return memory.getByte(run + 4);
    }

    /** Address of the entry at hand. */
    long entry() {
        return entry;
    }

    boolean isDeleted() {
        return (flags & StreamBlock.DELETED) != 0;
    }

    /** Whether the entry at hand has the block's fields. */
    boolean hasBlockFields() {
        return (flags & StreamBlock.SAME_FIELDS) != 0;
    }

    long ms() {
        return ms;
    }

    long seq() {
        return seq;
    }

    /** Field-value pairs of the entry at hand. */
    int pairs() {
        return pairs;
    }

    /** Reads the next field and its value of the entry at hand; answers whether there is one. */
    boolean nextPair() {
        if (pair == pairs) {
            return false;
        }
        boolean same = (flags & StreamBlock.SAME_FIELDS) != 0;
        if (same) {
            readFields();
            fieldAddress = fieldAddresses[pair];
            fieldLength = fieldLengths[pair];
        } else {
            fieldLength = (int) varint(at);
            fieldAddress = after;
            at = after + fieldLength;
        }
        readValue(same && entry != run + StreamBlock.RUN_HEAD);
        pair++;
        return true;
    }

    long fieldAddress() {
        return fieldAddress;
    }

    int fieldLength() {
        return fieldLength;
    }

    /** Address of the value that was read last; valid until the next is read. */
    long valueAddress() {
        return valueAddress;
    }

    long valueLength() {
        return valueLength;
    }

    private void skipPair() {
        if ((flags & StreamBlock.SAME_FIELDS) == 0) {
            long length = varint(at);
            at = after + length;
        }
        skipValue();
        pair++;
    }

    private void skipValue() {
        int head = memory.getByte(at++) & 255;
        if (head >= StreamBlock.INTEGER) {
            at += head >= StreamBlock.SMALL_DIFFERENCE ? 0 : (head & 7) + 1;
            return;
        }
        if (head >>> 4 == StreamBlock.LONG_PREFIX) {
            varint(at);
            at = after;
        }
        // The call moves the place, too.
        long suffix = suffixLength(head);
        at += suffix;
    }

    // Length of the suffix; moves behind the head.
    private long suffixLength(int head) {
        int length = head & 15;
        if (length < StreamBlock.LONG_SUFFIX) {
            return length;
        }
        long more = varint(at);
        at = after;
        return length + more;
    }

    private void readValue(boolean refers) {
        int head = memory.getByte(at++) & 255;
        if (head >= StreamBlock.INTEGER) {
            readInteger(head);
            return;
        }
        long prefix = head >>> 4;
        if (prefix == StreamBlock.LONG_PREFIX) {
            prefix += varint(at);
            at = after;
        }
        long suffix = suffixLength(head);
        if (prefix == 0) {
            valueAddress = at;
        } else {
            assert refers : "nothing to refer to";
            readReferences();
            text.clear();
            text.append(memory, references[pair], prefix);
            text.append(memory, at, suffix);
            valueAddress = text.address();
        }
        valueLength = prefix + suffix;
        at += suffix;
    }

    private void readInteger(int head) {
        digits.digits(integer(head));
        valueAddress = digits.address();
        valueLength = digits.length();
    }

    private long integer(int head) {
        if (head < StreamBlock.DIFFERENCE) {
            return bytes((head & 7) + 1);
        }
        readReferences();
        return head < StreamBlock.SMALL_DIFFERENCE
                ? references[pair] + bytes((head & 7) + 1)
                : references[pair] + (head & 31) - StreamBlock.SMALL_BIAS;
    }

    private long bytes(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (memory.getByte(at + i) & 255L) << 8 * i;
        }
        at += count;
        int unused = 64 - 8 * count;
        return value << unused >> unused;
    }

    private long varint(long address) {
        long next = address;
        long value = 0;
        int shift = 0;
        byte b;
        do {
            b = memory.getByte(next++);
            value |= (b & 127L) << shift;
            shift += 7;
        } while (b < 0);
        after = next;
        return value;
    }

    private void readFields() {
        if (fieldsRead) {
            return;
        }
        fieldsRead = true;
        ensure(fieldCount);
        long address = block + StreamBlock.HEAD;
        for (int i = 0; i < fieldCount; i++) {
            int length = (int) varint(address);
            fieldAddresses[i] = after;
            fieldLengths[i] = length;
            address = after + length;
        }
    }

    private void ensure(int count) {
        if (count > fieldAddresses.length) {
            fieldAddresses = Arrays.copyOf(fieldAddresses, count * 2);
            fieldLengths = Arrays.copyOf(fieldLengths, count * 2);
        }
        if (count > references.length) {
            references = Arrays.copyOf(references, count * 2);
            referenceLengths = Arrays.copyOf(referenceLengths, count * 2);
        }
    }

    // The values of the run's first entry, where it has the block's fields.
    private void readReferences() {
        if (referenceRun == run) {
            return;
        }
        referenceRun = run;
        long keptAt = at;
        at = run + StreamBlock.RUN_HEAD;
        int first = memory.getByte(at++);
        if ((first & StreamBlock.SAME_MS) == 0) {
            varint(at);
            at = after;
        }
        if ((first & StreamBlock.NO_SEQ) == 0) {
            varint(at);
            at = after;
        }
        hasReference = (first & StreamBlock.SAME_FIELDS) != 0;
        if (hasReference) {
            ensure(fieldCount);
            for (int i = 0; i < fieldCount; i++) {
                readReference(i);
            }
        }
        at = keptAt;
    }

    private void readReference(int index) {
        int head = memory.getByte(at++) & 255;
        if (head >= StreamBlock.INTEGER) {
            references[index] = bytes((head & 7) + 1);
            referenceLengths[index] = -1;
            return;
        }
        long length = suffixLength(head);
        references[index] = at;
        referenceLengths[index] = (int) length;
        at += length;
    }

    /** Number of fields of the block. */
    int blockFields() {
        return fieldCount;
    }

    /** Address of a field of the block. */
    long blockFieldAddress(int index) {
        readFields();
        return fieldAddresses[index];
    }

    /** Length of a field of the block. */
    int blockFieldLength(int index) {
        readFields();
        return fieldLengths[index];
    }

    // For the writer: makes the last run of the block the one at hand, with its first id and its
    // values for reference.
    void openLastRun() {
        enter(block + memory.getInt(block + StreamBlock.LAST_RUN));
        readHead(at);
        readReferences();
    }

    boolean hasReference() {
        return hasReference;
    }

    /** Length of a reference's text, or -1 where it is an integer. */
    int referenceLength(int index) {
        return referenceLengths[index];
    }

    /** Address of a reference's text, or the integer. */
    long reference(int index) {
        return references[index];
    }

    /** Whether an entry that is to be added has the block's fields, in their order. */
    boolean hasFields(StreamFields entryFields) {
        if (entryFields.pairs() != fieldCount) {
            return false;
        }
        long address = block + StreamBlock.HEAD;
        for (int i = 0; i < fieldCount; i++) {
            int length = (int) varint(address);
            if (length != entryFields.length(2 * i) || !equal(after, entryFields, i, length)) {
                return false;
            }
            address = after + length;
        }
        return true;
    }

    private static boolean equal(long bytes, StreamFields entryFields, int field, int length) {
        return ByteRange.equal(bytes, entryFields.address(2 * field), length);
    }

    /** Length of the common beginning of a text and a reference's. */
    int commonPrefix(int index, long address, int length) {
        int most = Math.min(length, referenceLengths[index]);
        return ByteRange.common(references[index], address, most);
    }
}
