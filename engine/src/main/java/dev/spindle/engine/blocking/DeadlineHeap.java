package dev.spindle.engine.blocking;

import java.util.Arrays;

/**
 * Those that wait not for ever, the one whose time is up first on top: a binary heap in an array. Each knows its place, so one that
 * is served before its time leaves in logarithmic time.
 */
final class DeadlineHeap {

    private BlockedClient[] heap = new BlockedClient[16];
    private int size;

    int size() {
        return size;
    }

    /** The one whose time is up first, or null. */
    BlockedClient first() {
        return size == 0 ? null : heap[0];
    }

    void add(BlockedClient client) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        rise(size++, client);
    }

    void remove(BlockedClient client) {
        int hole = client.heapIndex;
        assert heap[hole] == client : "not in its place";
        client.heapIndex = BlockedClient.NO_DEADLINE;
        BlockedClient last = heap[--size];
        heap[size] = null;
        if (last != client) {
            if (hole > 0 && isBefore(last, heap[hole - 1 >> 1])) {
                rise(hole, last);
            } else {
                sink(hole, last);
            }
        }
    }

    // Deadlines are readings of a clock that may have any origin: only differences mean something.
    private static boolean isBefore(BlockedClient a, BlockedClient b) {
        return a.deadlineNs - b.deadlineNs < 0;
    }

    private void rise(int from, BlockedClient client) {
        int at = from;
        while (at > 0 && isBefore(client, heap[at - 1 >> 1])) {
            put(at, heap[at - 1 >> 1]);
            at = at - 1 >> 1;
        }
        put(at, client);
    }

    private void sink(int from, BlockedClient client) {
        int at = from;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], client)) {
                break;
            }
            put(at, heap[child]);
            at = child;
        }
        put(at, client);
    }

    private void put(int at, BlockedClient client) {
        heap[at] = client;
        client.heapIndex = at;
    }
}
