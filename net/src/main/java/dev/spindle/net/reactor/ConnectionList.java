package dev.spindle.net.reactor;

import java.util.Arrays;

/** A list of connections that grows and is emptied every turn; allocates only to grow. */
final class ConnectionList {

    private Connection[] items = new Connection[64];
    private int size;

    void add(Connection connection) {
        if (size == items.length) {
            items = Arrays.copyOf(items, size * 2);
        }
        items[size++] = connection;
    }

    int size() {
        return size;
    }

    Connection get(int index) {
        return items[index];
    }

    void set(int index, Connection connection) {
        items[index] = connection;
    }

    /** Drops all but the first entries. */
    void shrink(int count) {
        Arrays.fill(items, count, size, null);
        size = count;
    }

    /** Drops the first entries, which have been dealt with. */
    void removeFirst(int count) {
        int left = size - count;
        System.arraycopy(items, count, items, 0, left);
        Arrays.fill(items, left, size, null);
        size = left;
    }
}
