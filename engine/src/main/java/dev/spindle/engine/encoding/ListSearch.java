package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Memory;

/**
 * Elements of a {@link ListNode} that equal some bytes. Equal elements of a node are written alike, so the bytes are
 * measured once for that node, and written forms are compared.
 */
final class ListSearch {

    private final int[] indexes = new int[ListNode.MOST_ELEMENTS];
    private final int[] offsets = new int[ListNode.MOST_ELEMENTS];

    int run(Memory memory, long node, ElementForm form, long bytes, int most) {
        int base = ListNode.baseLength(memory, node);
        int size = (int) form.size();
        int count = ListNode.count(memory, node);
        long first = ListNode.first(memory, node);
        long at = first;
        int found = 0;
        int packed = ListNode.NO_HEAD;
        long packedSize = 0;
        for (int i = 0; i < count && found < most; i++) {
            int head = memory.getByte(at) & 255;
            // As in ListNode: what the last one of the same head took.
            long next = head == packed ? at + packedSize : ListNode.next(memory, at, base);
            if (head >= ElementForm.PACKED_WHOLE) {
                packed = head;
                packedSize = next - at;
            }
            if (next - at == size && form.isAt(memory, at, bytes)) {
                indexes[found] = i;
                offsets[found++] = (int) (at - node);
            }
            at = next;
        }
        return found;
    }

    int index(int number) {
        return indexes[number];
    }

    /** Takes found elements out of a node, but for its counts. */
    void drop(Memory memory, long node, int from, int end, long size) {
        long last = ListNode.end(memory, node);
        long to = node + offsets[from];
        for (int i = from; i < end; i++) {
            long kept = node + offsets[i] + size;
            long keptEnd = i + 1 < end ? node + offsets[i + 1] : last;
            memory.move(kept, to, keptEnd - kept);
            to += keptEnd - kept;
        }
        ListNode.end(memory, node, to);
    }
}
