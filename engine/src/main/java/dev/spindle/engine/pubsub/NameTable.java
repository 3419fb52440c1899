package dev.spindle.engine.pubsub;

import dev.spindle.engine.encoding.KeyHash;
import java.util.Arrays;

/**
 * Names found by bytes outside the heap, without making anything of them: a look-up allocates nothing.
 *
 * <pre>
 *   slots   [ 0 | 3 | 0 | 1 | 2 | 0 | 0 | 0 ]    1 + index of a name; 0: free; linear probing, at most half full
 *                 |       |   +----------+
 *                 v       +---------v    v
 *   names        [2]               [0]  [1]      dense, so that all can be walked and one picked at random
 *   hashes        .                 .    .       beside them: growing reads these in order and no name
 * </pre>
 *
 * <p>Removal closes the gap in the slots by moving back what was probed past it, and the gap among the names by moving the last
 * one into it. Growth is at once: half a million names take some milliseconds. The hash is seeded, since clients choose names.
 *
 * @param <T> what has the names.
 */
final class NameTable<T extends Name> {

    private static final int LEAST_SLOTS = 16;

    private final long seed;
    private int[] slots = new int[LEAST_SLOTS];
    private Name[] names = new Name[LEAST_SLOTS / 2];
    private long[] hashes = new long[LEAST_SLOTS / 2];
    private int size;

    NameTable(long seed) {
        this.seed = seed;
    }

    /** The hash of a name in this table. */
    long hash(long address, int length) {
        return KeyHash.hash(address, length, seed);
    }

    /** How many names there are. */
    int size() {
        return size;
    }

    /** One of them, by its place below {@link #size}. */
    @SuppressWarnings("unchecked")
    T get(int place) {
        return (T) names[place];
    }

    /** Finds a name, or answers null. */
    T find(long hash, long address, int length) {
        int mask = slots.length - 1;
        for (int slot = (int) hash & mask; slots[slot] != 0; slot = slot + 1 & mask) {
            int place = slots[slot] - 1;
            if (hashes[place] == hash && names[place].is(address, length)) {
                return get(place);
            }
        }
        return null;
    }

    /** Adds a name that is not there. */
    void add(T name) {
        if (size == names.length) {
            grow();
        }
        name.place = size;
        names[size] = name;
        hashes[size] = name.hash;
        size++;
        occupy(name.hash, size);
    }

    private void grow() {
        names = Arrays.copyOf(names, size * 2);
        hashes = Arrays.copyOf(hashes, size * 2);
        slots = new int[slots.length * 2];
        for (int i = 0; i < size; i++) {
            occupy(hashes[i], i + 1);
        }
    }

    private void occupy(long hash, int value) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = value;
    }

    /** Removes a name that is there. */
    void remove(T name) {
        int place = name.place;
        assert names[place] == name : "the name is in another table";
        free(slotOf(place));
        int last = --size;
        if (place != last) {
            int slot = slotOf(last);
            names[place] = names[last];
            hashes[place] = hashes[last];
            names[place].place = place;
            slots[slot] = place + 1;
        }
        names[last] = null;
    }

    private int slotOf(int place) {
        int mask = slots.length - 1;
        int slot = (int) hashes[place] & mask;
        while (slots[slot] != place + 1) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void free(int from) {
        int mask = slots.length - 1;
        int gap = from;
        for (int slot = gap + 1 & mask; slots[slot] != 0; slot = slot + 1 & mask) {
            int home = (int) hashes[slots[slot] - 1] & mask;
            // It may move back when its home is not between the gap and where it is.
            if ((slot - home & mask) >= (slot - gap & mask)) {
                slots[gap] = slots[slot];
                gap = slot;
            }
        }
        slots[gap] = 0;
    }

    /** Removes all. */
    void clear() {
        slots = new int[LEAST_SLOTS];
        names = new Name[LEAST_SLOTS / 2];
        hashes = new long[LEAST_SLOTS / 2];
        size = 0;
    }
}
