package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;

/**
 * Layout of the root of a {@link Quicklist} of several nodes: which they are, in order.
 *
 * <pre>
 *   0   u64  elements of the list
 *   8   u32  number of the first slot in use
 *   12  u32  number behind the last
 *   16  u32  slots there are
 *   20  u32  unused
 *   24  slots: handle of a node, u32, and its number of elements, u32
 * </pre>
 *
 * An array with a gap at both ends takes the place of links between nodes. To find the element in the middle of a million,
 * some thousand counts that lie side by side are added up; with links each would be a miss of the cache. The price is that the
 * array is copied when it is full: once per half of it, 8 bytes per node of up to 512 elements.
 *
 * <p>Static methods over addresses.
 */
final class NodeDirectory {

    static final int HEADER = 24;

    private static final int FIRST = 8;
    private static final int END = 12;
    private static final int CAPACITY = 16;
    private static final int LEAST = 5;

    private NodeDirectory() {}

    /** Makes a directory of one node. */
    static long make(Arena arena, long node) {
        Memory memory = arena.memory();
        long root = empty(arena, LEAST, LEAST / 2);
        memory.putInt(root + END, LEAST / 2 + 1);
        slot(memory, root, 0, node, ListNode.count(memory, node));
        memory.putLong(root, ListNode.count(memory, node));
        return root;
    }

    /** Makes a directory that has no nodes yet and room for some. */
    static long empty(Arena arena, long slots, int first) {
        Memory memory = arena.memory();
        long bytes = Arena.roundUp(HEADER + 8 * slots);
        long root = arena.allocate(bytes);
        memory.putLong(root, 0);
        memory.putInt(root + FIRST, first);
        memory.putInt(root + END, first);
        memory.putInt(root + CAPACITY, (int) ((bytes - HEADER) >>> 3));
        memory.putInt(root + CAPACITY + 4, 0);
        return root;
    }

    /** Elements of the list. */
    static long size(Memory memory, long root) {
        return memory.getLong(root);
    }

    /** Number of nodes. */
    static int nodes(Memory memory, long root) {
        return memory.getInt(root + END) - memory.getInt(root + FIRST);
    }

    private static long slotAddress(Memory memory, long root, int index) {
        assert index >= 0 && index < nodes(memory, root) : "no such node";
        return root + HEADER + 8L * (memory.getInt(root + FIRST) + index);
    }

    /** Address of a node. */
    static long node(Memory memory, long root, int index) {
        return memory.address((int) memory.getLong(slotAddress(memory, root, index)));
    }

    /** Number of elements of a node. */
    static int count(Memory memory, long root, int index) {
        return (int) (memory.getLong(slotAddress(memory, root, index)) >>> 32);
    }

    /** Replaces a node; the number of all elements is not changed. */
    static void slot(Memory memory, long root, int index, long node, int count) {
        memory.putLong(
                slotAddress(memory, root, index),
                memory.handle(node) & 0xFFFF_FFFFL | (long) count << 32);
    }

    /** Adds to the number of elements of a node and of the list. */
    static void add(Memory memory, long root, int index, int elements) {
        long slot = slotAddress(memory, root, index);
        memory.putLong(slot, memory.getLong(slot) + ((long) elements << 32));
        memory.putLong(root, memory.getLong(root) + elements);
    }

    /**
     * Makes sure that one more node can be put in; it may do so by moving to another place.
     *
     * @param front whether there must be a slot before the first one, or behind the last.
     * @return the root's address.
     */
    static long reserve(Arena arena, long root, boolean front) {
        Memory memory = arena.memory();
        int first = memory.getInt(root + FIRST);
        int end = memory.getInt(root + END);
        int capacity = memory.getInt(root + CAPACITY);
        if (front ? first > 0 : end < capacity) {
            return root;
        }
        int nodes = end - first;
        // A queue wanders through the array: then there is room enough, on the wrong side.
        long wanted = nodes > capacity / 2 ? nodes + nodes / 2 + LEAST : capacity;
        long moved = empty(arena, wanted, 0);
        int free = memory.getInt(moved + CAPACITY) - nodes;
        int start = front ? free - free / 4 : free / 4;
        memory.putLong(moved, memory.getLong(root));
        memory.putInt(moved + FIRST, start);
        memory.putInt(moved + END, start + nodes);
        memory.copyIn(root + HEADER + 8L * first, moved + HEADER + 8L * start, 8L * nodes);
        arena.free(root);
        return moved;
    }

    /**
     * Puts a node in; there must be room on the side that is nearer to it: see {@link #sideOf}. Its elements are added to the
     * list's.
     */
    static void insert(Memory memory, long root, int index, long node) {
        int first = memory.getInt(root + FIRST);
        int end = memory.getInt(root + END);
        int nodes = end - first;
        long slots = root + HEADER + 8L * first;
        if (isFront(index, nodes)) {
            memory.putInt(root + FIRST, first - 1);
            if (index > 0) {
                memory.move(slots, slots - 8, 8L * index);
            }
        } else {
            memory.putInt(root + END, end + 1);
            if (index < nodes) {
                memory.move(slots + 8L * index, slots + 8L * index + 8, 8L * (nodes - index));
            }
        }
        int count = ListNode.count(memory, node);
        slot(memory, root, index, node, count);
        memory.putLong(root, memory.getLong(root) + count);
    }

    /** Whether a node that is put in at an index pushes those before it forward, rather than those behind it back. */
    static boolean isFront(int index, int nodes) {
        return index < nodes - index;
    }

    /** Takes nodes out; their elements no longer count for the list's. */
    static void remove(Memory memory, long root, int index, int nodesRemoved) {
        long elements = 0;
        for (int i = 0; i < nodesRemoved; i++) {
            elements += count(memory, root, index + i);
        }
        int first = memory.getInt(root + FIRST);
        int end = memory.getInt(root + END);
        int behind = end - first - index - nodesRemoved;
        long slots = root + HEADER + 8L * first;
        if (index < behind) {
            memory.move(slots, slots + 8L * nodesRemoved, 8L * index);
            memory.putInt(root + FIRST, first + nodesRemoved);
        } else {
            memory.move(slots + 8L * (index + nodesRemoved), slots + 8L * index, 8L * behind);
            memory.putInt(root + END, end - nodesRemoved);
        }
        memory.putLong(root, memory.getLong(root) - elements);
    }

    /**
     * The node that holds an element.
     *
     * @param index of the element, in the list.
     * @return number of the node in the low half, index of the element in the node in the high half.
     */
    static long locate(Memory memory, long root, long index) {
        long size = size(memory, root);
        assert index >= 0 && index < size : "no such element";
        if (index <= size / 2) {
            long slot = slotAddress(memory, root, 0);
            long left = index;
            int node = 0;
            for (long count = memory.getLong(slot) >>> 32;
                    left >= count;
                    count = memory.getLong(slot) >>> 32) {
                left -= count;
                slot += 8;
                node++;
            }
            return node | left << 32;
        }
        int node = nodes(memory, root) - 1;
        long slot = slotAddress(memory, root, node);
        long left = size - index;
        long count = memory.getLong(slot) >>> 32;
        while (left > count) {
            left -= count;
            slot -= 8;
            node--;
            count = memory.getLong(slot) >>> 32;
        }
        return node | (count - left) << 32;
    }
}
