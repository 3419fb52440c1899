package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.TextPack;
import java.util.Arrays;

/**
 * Reads the entries of a {@link StreamBlock}, one after the other, and the fields and values of the one at hand. A reused
 * object; it stays valid until the block changes.
 */
final class StreamBlockCursor {

    /** The length of a reference that is an integer. */
    static final int INTEGER_REFERENCE = -1;

    private static final int FEW = 16;

    private final Memory memory;
    private final Scratch text = new Scratch();
    private final Scratch packed = new Scratch();
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
    private long reference;
    private int referenceLength;
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
        long baseSeq = first ? memory.getLong(block + StreamBlock.FIRST_SEQ) : firstSeq + 1;
        int id = (flags & 255) >>> StreamBlock.ID_SHIFT;
        if (id < StreamBlock.ID_SAME_MS) {
            ms = baseMs + id + 1;
            seq = 0;
        } else if (id < StreamBlock.ID_WRITTEN) {
            ms = baseMs;
            seq = baseSeq + id - StreamBlock.ID_SAME_MS;
        } else {
            behind = readId(id, behind, baseMs, baseSeq);
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

    // Reads an id that is written behind the flags; answers the address behind it.
    private long readId(int form, long address, long baseMs, long baseSeq) {
        long behind = address;
        ms = baseMs;
        seq = baseSeq;
        if ((form & StreamBlock.ID_NO_MS) == 0) {
            ms += varint(behind);
            behind = after;
            seq = 0;
        }
        if ((form & StreamBlock.ID_NO_SEQ) == 0) {
            seq += varint(behind);
            behind = after;
        }
        return behind;
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
        if (head >= StreamBlock.PACKED) {
            int length;
            if (head >= StreamBlock.PACKED_ALIKE) {
                readReferences();
                length = referenceLengths[pair];
            } else {
                int lengths = memory.getByte(at++) & 255;
                prefixLength(lengths);
                length = (int) suffixLength(lengths);
            }
            at += TextPack.size(head & StreamBlock.TEXT_CLASS, length);
            return;
        }
        prefixLength(head);
        // The call moves the place, too.
        long suffix = suffixLength(head);
        at += suffix;
    }

    // Length of the prefix; moves behind it.
    private long prefixLength(int head) {
        int length = head >>> 4;
        if (length < StreamBlock.LONG_PREFIX) {
            return length;
        }
        long more = varint(at);
        at = after;
        return length + more;
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
        if (head >= StreamBlock.PACKED) {
            readPacked(head, refers);
            return;
        }
        long prefix = prefixLength(head);
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

    private void readPacked(int head, boolean refers) {
        int textClass = head & StreamBlock.TEXT_CLASS;
        long prefix = 0;
        int suffix;
        if (head >= StreamBlock.PACKED_ALIKE) {
            assert refers : "nothing to be as long as";
            readReferences();
            suffix = referenceLengths[pair];
        } else {
            int lengths = memory.getByte(at++) & 255;
            prefix = prefixLength(lengths);
            suffix = (int) suffixLength(lengths);
        }
        text.clear();
        if (prefix > 0) {
            assert refers : "nothing to refer to";
            readReferences();
            text.append(memory, references[pair], prefix);
        }
        long to = text.extend(suffix + (long) TextPack.SLACK);
        int size = TextPack.size(textClass, suffix);
        long from = at;
        if (memory.isFrozen()) {
            packed.clear();
            packed.append(memory, at, size);
            from = packed.address();
        }
        TextPack.unpack(textClass, from, suffix, to);
        valueAddress = text.address();
        valueLength = prefix + suffix;
        at += size;
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

    // An integer of so many bytes. They are the last of a word that begins within the block, whose
    // head is longer than that.
    private long bytes(int count) {
        at += count;
        return memory.getLongUnaligned(at - 8) >> 64 - 8 * count;
    }

    private long varint(long address) {
        byte first = memory.getByte(address);
        if (first >= 0) {
            after = address + 1;
            return first;
        }
        return longVarint(address);
    }

    private long longVarint(long address) {
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
        int id = (first & 255) >>> StreamBlock.ID_SHIFT;
        if (id >= StreamBlock.ID_WRITTEN) {
            for (int parts = 2 - Integer.bitCount(id & 3); parts > 0; parts--) {
                varint(at);
                at = after;
            }
        }
        if ((first & StreamBlock.SAME_FIELDS) != 0) {
            ensure(fieldCount);
            for (int i = 0; i < fieldCount; i++) {
                nextReference();
                references[i] = reference;
                referenceLengths[i] = referenceLength;
            }
        }
        at = keptAt;
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

    // For the writer: makes the last run of a block the one at hand, and its first entry, whose
    // values can be taken as
    // references one after the other where it has the block's fields.
    void openLastRun(long address) {
        block = address;
        fieldCount = memory.getInt(address + StreamBlock.FIELDS);
        run = address + memory.getInt(address + StreamBlock.LAST_RUN);
        readHead(run + StreamBlock.RUN_HEAD);
    }

    /** Takes the next value of the run's first entry as the reference. */
    void nextReference() {
        int head = memory.getByte(at++) & 255;
        if (head >= StreamBlock.INTEGER) {
            reference = bytes((head & 7) + 1);
            referenceLength = INTEGER_REFERENCE;
            return;
        }
        assert head <= StreamBlock.LONG_SUFFIX : "a reference that refers or is packed";
        referenceLength = (int) suffixLength(head);
        reference = at;
        at += referenceLength;
    }

    /** Length of the reference's text, or {@link #INTEGER_REFERENCE}. */
    int referenceLength() {
        return referenceLength;
    }

    /** Address of the reference's text, or the integer. */
    long reference() {
        return reference;
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
}
