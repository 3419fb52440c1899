package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import dev.spindle.engine.text.TextPack;
import org.agrona.UnsafeApi;

/**
 * An element of a list where it lies, in two parts: what it shares with the base of its node, and the rest. An integer's
 * digits stand in a buffer of its own, and so does packed text, as soon as somebody asks for its bytes: its length is known
 * without. Reused; what it points at holds until the list is changed or another element is read.
 */
public final class ListElement {

    private static final int MOST_DIGITS = 32;

    private final long digits = UnsafeApi.allocateMemory(MOST_DIGITS);
    private final Scratch joined = new Scratch();
    private final LongResult parsed = new LongResult();

    private Memory memory;
    private long prefix;
    private long prefixLength;
    private long suffix;
    private long suffixLength;
    private long at;
    private long next;
    private boolean number;
    private long value;

    // Where the packed bytes are, and of which class; 0: it is not packed. As long as no address of
    // its text was asked for the text is not there.
    private long packed;
    private int textClass;
    private boolean unpacked;

    /** Points at the element at an address. */
    void read(Memory from, long node, long address) {
        memory = from;
        at = address;
        int head = memory.getByte(at) & 255;
        if (head < ElementForm.SHARING) {
            prefix = ListNode.base(node);
            prefixLength = head;
            suffix = at + 1;
            suffixLength = ListNode.baseLength(memory, node) - head;
            number = false;
            packed = 0;
            next = suffix + suffixLength;
        } else {
            readOther(node, head);
        }
    }

    private void readOther(long node, int head) {
        prefix = ListNode.base(node);
        prefixLength = 0;
        number = false;
        packed = 0;
        if (head >= ElementForm.PACKED_ALIKE) {
            readPacked(node, head);
            return;
        }
        if (head < ElementForm.PLAIN) {
            prefixLength = memory.getByte(at + 1) & 255;
            suffix = at + 2;
            suffixLength = head & ElementForm.SHARING_MASK;
        } else if (head < ElementForm.SMALL_NUMBER) {
            suffix = at + 1;
            suffixLength = head & ElementForm.PLAIN_MASK;
        } else if (head == ElementForm.LONG) {
            prefixLength = memory.getByte(at + 1) & 255;
            suffix = at + 4;
            suffixLength = memory.getIntUnaligned(at) >>> 16;
        } else if (head == ElementForm.VERY_LONG) {
            prefixLength = memory.getByte(at + 1) & 255;
            suffix = at + 6;
            suffixLength = memory.getIntUnaligned(at + 2) & 0xFFFF_FFFFL;
        } else {
            number = true;
            value = ElementForm.number(memory, at, head);
            suffixLength = Numbers.writeLong(digits, value);
            suffix = digits;
            next = at + (head < ElementForm.LONG ? 2 : 1 + head - ElementForm.NUMBER);
            return;
        }
        next = suffix + suffixLength;
    }

    private void readPacked(long node, int head) {
        unpacked = false;
        if (head >= ElementForm.PACKED_WHOLE) {
            textClass = ElementForm.wholeClass(head);
            packed = at + 1;
            suffixLength = ListNode.baseLength(memory, node);
        } else {
            int second = memory.getByte(at + 1) & 255;
            textClass = second >>> 5;
            prefixLength = second & ElementForm.MOST_PACKED_SHARED;
            packed = at + 2 + head - ElementForm.PACKED_ALIKE;
            suffixLength =
                    head == ElementForm.PACKED_ALIKE
                            ? ListNode.baseLength(memory, node) - prefixLength
                            : ElementForm.packedLength(memory, at, head);
        }
        next = packed + TextPack.size(textClass, (int) suffixLength);
    }

    // Puts both parts into a buffer, one behind the other.
    private void unpack() {
        joined.clear();
        long size = next - packed;
        long to = joined.extend(length() + TextPack.SLACK + size);
        memory.copyOut(prefix, to, prefixLength);
        prefix = to;
        suffix = to + prefixLength;
        unpackTo(suffix, suffix + suffixLength + TextPack.SLACK);
        unpacked = true;
    }

    // A frozen memory shows what there was by copying only: the packed bytes go to an address
    // first.
    private void unpackTo(long to, long copy) {
        long from = packed;
        if (memory.isFrozen()) {
            memory.copyOut(packed, copy, next - packed);
            from = copy;
        }
        TextPack.unpack(textClass, from, (int) suffixLength, to);
    }

    /** Whether its second part is packed text that nobody has asked for. */
    boolean isPacked() {
        return packed != 0 && !unpacked;
    }

    /** Writes the second part, which is packed, to an address outside the arena. Of live memory only. */
    void unpackTo(long to) {
        TextPack.unpack(textClass, packed, (int) suffixLength, to);
    }

    /** Address of the element. */
    long at() {
        return at;
    }

    /** Address of the element behind this one. */
    long next() {
        return next;
    }

    /** Address of the first part. */
    public long prefix() {
        if (isPacked()) {
            unpack();
        }
        return prefix;
    }

    /** Bytes of the first part; may be 0. */
    public long prefixLength() {
        return prefixLength;
    }

    /** Address of the second part. */
    public long suffix() {
        if (isPacked()) {
            unpack();
        }
        return suffix;
    }

    /** Bytes of the second part; may be 0. */
    public long suffixLength() {
        return suffixLength;
    }

    /** Bytes of the element. */
    public long length() {
        return prefixLength + suffixLength;
    }

    /**
     * Address of all its bytes in one piece: in place where nothing is shared, else in a buffer that holds until another
     * element is read.
     */
    public long bytes() {
        if (packed != 0) {
            suffix();
            return prefix;
        }
        if (prefixLength == 0) {
            return suffix;
        }
        joined.clear();
        joined.append(memory, prefix, prefixLength);
        joined.append(memory, suffix, suffixLength);
        return joined.address();
    }

    /** Appends its bytes to a buffer. */
    public void appendTo(Scratch buffer) {
        buffer.append(memory, prefix(), prefixLength);
        buffer.append(memory, suffix(), suffixLength);
    }

    /** Bytes that the element would take in a listpack of Redis. */
    int pack() {
        if (number) {
            return ElementForm.packOfNumber(value);
        }
        long length = length();
        if (packed != 0 || length == 0 || length > Numbers.MAX_LONG_LENGTH) {
            return ElementForm.packOfText(length);
        }
        int first = memory.getByte(prefixLength > 0 ? prefix : suffix);
        if ((first == '-' || first >= '0' && first <= '9')
                && ElementForm.isNumber(bytes(), (int) length, parsed)) {
            return ElementForm.packOfNumber(parsed.value);
        }
        return ElementForm.packOfText(length);
    }
}
