package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;

/** Makes {@link ListNode}s: for an element, and from other nodes. Knows no list and counts for none. */
final class ListNodes {

    private static final int GAP_SHARE = 4;

    private final Arena arena;
    private final Memory memory;
    private final ListElement element = new ListElement();

    ListNodes(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
    }

    /**
     * A node for an element, which is not in it yet.
     *
     * @param front whether all room is to be before it, or behind.
     * @param small whether the node is to have room for this element only.
     */
    long forElement(long bytes, int length, boolean front, boolean small) {
        int base = Math.min(length, ListNode.MOST_BASE);
        // The element shares all of the base.
        long content = ListNode.HEADER + base + (length == base ? 1L : 6L + length - base);
        long capacity =
                content > ListNode.MOST_SHARING || small
                        ? ListNode.fit(content)
                        : ListNode.MOST_BYTES;
        long node = arena.allocate(capacity);
        ListNode.init(memory, node, capacity, bytes, base, front);
        return node;
    }

    /** The part of free bytes that goes before the elements when one side asks for room. */
    static long gap(long free, boolean front) {
        long other = free / GAP_SHARE;
        return front ? free - other : other;
    }

    /** Moves a node to another allocation, with a gap before the elements. */
    long moved(long node, long capacity, long gap) {
        long moved = arena.allocate(capacity);
        copy(node, moved, capacity, gap);
        arena.free(node);
        return moved;
    }

    /** Copies a node into an allocation, with a gap before the elements. */
    void copy(long node, long made, long capacity, long gap) {
        int base = ListNode.baseLength(memory, node);
        ListNode.init(memory, made, capacity, ListNode.base(node), base, false);
        long from = ListNode.first(memory, node);
        long used = ListNode.end(memory, node) - from;
        long to = ListNode.floor(memory, made) + gap;
        memory.copyIn(from, to, used);
        ListNode.first(memory, made, to);
        ListNode.end(memory, made, to + used);
        ListNode.add(memory, made, ListNode.count(memory, node), ListNode.pack(memory, node));
    }

    /**
     * Copies a node into an allocation with other bytes in the place of some.
     *
     * @param offset of those from the first element.
     * @return the address of the room for the others.
     */
    long spliced(long node, long made, long offset, long removed, long inserted) {
        long first = ListNode.first(memory, node);
        long behind = ListNode.end(memory, node) - first - offset - removed;
        int base = ListNode.baseLength(memory, node);
        ListNode.init(memory, made, arena.sizeOf(made), ListNode.base(node), base, false);
        long to = ListNode.floor(memory, made);
        memory.copyIn(first, to, offset);
        memory.copyIn(first + offset + removed, to + offset + inserted, behind);
        ListNode.end(memory, made, to + offset + inserted + behind);
        ListNode.add(memory, made, ListNode.count(memory, node), ListNode.pack(memory, node));
        return to + offset;
    }

    /** Bytes that elements from one on take in a listpack of Redis. */
    long packOf(long node, long from, int elements) {
        long pack = 0;
        long at = from;
        for (int i = 0; i < elements; i++) {
            element.read(memory, node, at);
            pack += element.pack();
            at = element.next();
        }
        return pack;
    }

    /** Address behind the last element of the last {@link #packOf}. */
    long behind() {
        return element.next();
    }
}
