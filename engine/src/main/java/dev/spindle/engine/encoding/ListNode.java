package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;

/**
 * Layout of a node of a {@link Quicklist}: some elements of a list in one allocation.
 *
 * <pre>
 *   0   u32  capacity: bytes of the allocation
 *   4   u32  start: offset of the first element
 *   8   u32  end: offset behind the last
 *   12  u16  number of elements
 *   14  u8   base length
 *   15  u8   marks in use
 *   16  u32  bytes that the elements would take in a listpack of Redis, for its rule of encodings
 *   20  base bytes | gap | elements | gap | marks, u16 each, the first one last
 * </pre>
 *
 * <h2>Elements share a prefix with the base</h2>
 *
 * The base is the beginning of the element that the node was made for and never changes. An element is written as the number
 * of bytes that it shares with the base and what follows; {@link ElementForm} has the forms. Elements of a list tend to look
 * alike: {@code element:000123} takes two to four bytes, a repeated value one, where a listpack spends 16 and the length plus
 * two. Coding against the element before would share a little more, but an end could not be taken off or put on without
 * coding its neighbour again, and no element could be read by itself. Where little is shared, text over a small alphabet is
 * packed ({@link dev.spindle.engine.text.TextPack}): 32 random letters take 21 bytes. How an element is written depends on its bytes and the
 * base alone, so within a node two elements are equal if and only if they are written alike: searching compares written
 * forms and decodes nothing, and splitting a node copies bytes.
 *
 * <h2>Both ends are open</h2>
 *
 * There is a gap on either side, so pushing and popping moves nothing. When the gap of one side is used up, the elements are
 * moved or the node is made larger, and the greater part of the free bytes goes to the side that asked.
 *
 * <h2>No element says how long the one before it is</h2>
 *
 * That would cost a byte each. Instead the last element is found by walking from the last mark, the offset of some element.
 * Marks are set when a walk was long: one pass over the node sets up to 16 of them, and while the node is popped empty from
 * its back they are used up one by one. So a pop from the back walks some 15 elements on average, and the pass costs little
 * when spread over the pops it serves. A list that is never popped from the back has no marks. Whatever moves elements
 * forgets them.
 *
 * <p>Static methods over addresses; nothing here owns memory. An element is known by its address.
 */
final class ListNode {

    /** Bytes of a node that holds more than one element. */
    static final int MOST_BYTES = 4096;

    /** Most elements of a node, a bound for walks within it. */
    static final int MOST_ELEMENTS = 512;

    /** Longest base. */
    static final int MOST_BASE = 127;

    /** Largest written element that shares a node with others. */
    static final int MOST_SHARING = MOST_BYTES / 2;

    static final int HEADER = 20;

    private static final int START = 4;
    private static final int END = 8;
    private static final int COUNT = 12;
    private static final int BASE = 14;
    private static final int MARKS = 15;
    private static final int PACK = 16;

    private static final int LEAST_MARKED = 128;
    private static final int MOST_MARKS = 16;
    private static final int LONG_WALK = 64;

    /** Is not the head of an element. */
    static final int NO_HEAD = -1;

    private ListNode() {}

    /** The capacity that holds so many bytes of header, base and elements. */
    static long fit(long content) {
        long capacity = Arena.roundUp(content);
        return capacity - markRoom(capacity) >= content
                ? capacity
                : Arena.roundUp(content + 2 * MOST_MARKS);
    }

    /** Bytes at the end of a node that are kept for marks. */
    static int markRoom(long capacity) {
        if (capacity < LEAST_MARKED || capacity > MOST_BYTES) {
            return 0;
        }
        return 2 * Math.min(MOST_MARKS, (int) capacity >>> 6);
    }

    /**
     * Writes the head and base of an empty node.
     *
     * @param front whether all room is to be before the elements, or behind.
     */
    static void init(
            Memory memory, long node, long capacity, long base, int baseLength, boolean front) {
        long at = front ? capacity - markRoom(capacity) : HEADER + (long) baseLength;
        memory.putInt(node, (int) capacity);
        memory.putInt(node + START, (int) at);
        memory.putInt(node + END, (int) at);
        memory.putInt(node + COUNT, baseLength << 16);
        memory.putInt(node + PACK, 0);
        memory.copyIn(base, node + HEADER, baseLength);
    }

    static long capacity(Memory memory, long node) {
        return memory.getInt(node) & 0xFFFF_FFFFL;
    }

    /** Address of the first element. */
    static long first(Memory memory, long node) {
        return node + (memory.getInt(node + START) & 0xFFFF_FFFFL);
    }

    /** Address behind the last element. */
    static long end(Memory memory, long node) {
        return node + (memory.getInt(node + END) & 0xFFFF_FFFFL);
    }

    static int count(Memory memory, long node) {
        return memory.getShort(node + COUNT) & 0xFFFF;
    }

    static int baseLength(Memory memory, long node) {
        return memory.getByte(node + BASE) & 255;
    }

    /** Address where the base begins. */
    static long base(long node) {
        return node + HEADER;
    }

    /** Address of the lowest byte that an element may stand at. */
    static long floor(Memory memory, long node) {
        return node + HEADER + baseLength(memory, node);
    }

    /** Address behind the highest byte that an element may stand at. */
    static long limit(Memory memory, long node) {
        long capacity = capacity(memory, node);
        return node + capacity - markRoom(capacity);
    }

    /** Bytes of header, base and elements. */
    static long content(Memory memory, long node) {
        return HEADER + baseLength(memory, node) + end(memory, node) - first(memory, node);
    }

    /** Bytes of the elements in a listpack of Redis. */
    static long pack(Memory memory, long node) {
        return memory.getInt(node + PACK) & 0xFFFF_FFFFL;
    }

    /** Moves the first element's address; marks that are no longer elements are forgotten. */
    static void first(Memory memory, long node, long address) {
        long now = address - node;
        if (memory.getByte(node + MARKS) != 0) {
            // What was popped from the front leaves marks that other bytes are about to be put
            // under.
            long before = memory.getInt(node + START);
            if (now < before && mark(memory, node, 0) < before) {
                memory.putByte(node + MARKS, (byte) 0);
            }
        }
        memory.putInt(node + START, (int) now);
    }

    /** Moves the address behind the last element; marks behind it are forgotten. */
    static void end(Memory memory, long node, long address) {
        memory.putInt(node + END, (int) (address - node));
        int marks = memory.getByte(node + MARKS);
        if (marks != 0) {
            int kept = marks;
            while (kept > 0 && mark(memory, node, kept - 1) >= address - node) {
                kept--;
            }
            if (kept != marks) {
                memory.putByte(node + MARKS, (byte) kept);
            }
        }
    }

    /** Adds to the number of elements and to their bytes in a listpack. */
    static void add(Memory memory, long node, int elements, long pack) {
        memory.putShort(node + COUNT, (short) (count(memory, node) + elements));
        memory.putInt(node + PACK, (int) (pack(memory, node) + pack));
    }

    /** Forgets all marks: elements are about to move. */
    static void forgetMarks(Memory memory, long node) {
        if (memory.getByte(node + MARKS) != 0) {
            memory.putByte(node + MARKS, (byte) 0);
        }
    }

    private static long mark(Memory memory, long node, int number) {
        return memory.getShort(node + capacity(memory, node) - 2L * (number + 1)) & 0xFFFF;
    }

    /** Address of the element behind this one. */
    static long next(Memory memory, long at, int baseLength) {
        int head = memory.getByte(at) & 255;
        if (head < ElementForm.SHARING) {
            return at + 1 + baseLength - head;
        }
        return head < ElementForm.PLAIN
                ? at + 2 + (head & ElementForm.SHARING_MASK)
                : nextOther(memory, at, head, baseLength);
    }

    private static long nextOther(Memory memory, long at, int head, int baseLength) {
        if (head >= ElementForm.PACKED_ALIKE) {
            return at + ElementForm.packedSize(memory, at, head, baseLength);
        }
        if (head < ElementForm.SMALL_NUMBER) {
            return at + 1 + (head & ElementForm.PLAIN_MASK);
        }
        if (head < ElementForm.LONG) {
            return at + 2;
        }
        if (head == ElementForm.LONG) {
            return at + 4 + (memory.getIntUnaligned(at) >>> 16);
        }
        if (head == ElementForm.VERY_LONG) {
            return at + 6 + (memory.getIntUnaligned(at + 2) & 0xFFFF_FFFFL);
        }
        return at + 1 + (head - ElementForm.NUMBER);
    }

    /** The element a number of places behind the first. */
    static long at(Memory memory, long node, int index) {
        assert index < count(memory, node) : "no such element";
        return skip(memory, first(memory, node), index, baseLength(memory, node));
    }

    // The address behind so many elements. The size of packed text takes some work, and no step
    // begins before the one before it has ended: so the size is that of the last one of the same
    // head, which the processor guesses right, and goes on. The same step stands in last and in
    // ListSearch: with head and size handed from step to step in one long, reading the middle of a
    // list of letters took half as long again; in one loop for skip and last, a seventh longer.
    private static long skip(Memory memory, long from, int elements, int base) {
        long at = from;
        int packed = NO_HEAD;
        long size = 0;
        for (int i = 0; i < elements; i++) {
            int head = memory.getByte(at) & 255;
            if (head == packed) {
                at += size;
                continue;
            }
            long next = next(memory, at, base);
            if (head >= ElementForm.PACKED_WHOLE) {
                packed = head;
                size = next - at;
            }
            at = next;
        }
        return at;
    }

    /** The last element of a node that has one; may set marks. */
    static long last(Memory memory, long node) {
        int base = baseLength(memory, node);
        long end = end(memory, node);
        int marks = memory.getByte(node + MARKS);
        long at = first(memory, node);
        if (marks > 0) {
            at = Math.max(at, node + mark(memory, node, marks - 1));
        }
        int walked = 0;
        int packed = NO_HEAD;
        long size = 0;
        while (true) {
            int head = memory.getByte(at) & 255;
            // As in skip.
            long next = head == packed ? at + size : next(memory, at, base);
            if (next >= end) {
                break;
            }
            if (head >= ElementForm.PACKED_WHOLE) {
                packed = head;
                size = next - at;
            }
            at = next;
            walked++;
        }
        if (walked > LONG_WALK && markRoom(capacity(memory, node)) > 0) {
            setMarks(memory, node, base);
        }
        return at;
    }

    private static void setMarks(Memory memory, long node, int base) {
        long capacity = capacity(memory, node);
        int count = count(memory, node);
        int marks = markRoom(capacity) / 2;
        int step = count / (marks + 1);
        long at = first(memory, node);
        for (int i = 0; i < marks; i++) {
            at = skip(memory, at, step, base);
            memory.putShort(node + capacity - 2L * (i + 1), (short) (at - node));
        }
        memory.putByte(node + MARKS, (byte) marks);
    }
}
