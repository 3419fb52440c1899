package dev.spindle.rdb.read;

import dev.spindle.engine.encoding.KeyHash;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Scratch;
import java.util.Arrays;

/**
 * Which texts came by, to find those that come twice. Their bytes are kept, since those that were read last may be gone. For the few
 * elements of a pack; tables of values find twins by themselves.
 */
final class SeenTexts {

    private static final int LEAST_SLOTS = 256;

    private final Scratch bytes = new Scratch();
    private int[] slots = new int[LEAST_SLOTS];
    private long[] hashes = new long[LEAST_SLOTS / 2];
    private long[] offsets = new long[LEAST_SLOTS / 2];
    private int[] lengths = new int[LEAST_SLOTS / 2];
    private int count;

    /** Forgets all. */
    void clear() {
        if (count > 0) {
            Arrays.fill(slots, 0);
        }
        bytes.clear();
        count = 0;
    }

    /** Remembers a text; answers whether it is new. */
    boolean add(RdbText text) {
        long at = text.address();
        int length = text.length();
        long hash = KeyHash.hash(at, length, 0);
        int slot = find(hash, at, length);
        if (slots[slot] != 0) {
            return false;
        }
        if (count == hashes.length) {
            grow();
            slot = find(hash, at, length);
        }
        hashes[count] = hash;
        offsets[count] = bytes.length();
        lengths[count] = length;
        bytes.append(at, length);
        slots[slot] = ++count;
        return true;
    }

    private int find(long hash, long at, int length) {
        int mask = slots.length - 1;
        int slot = (int) (hash ^ hash >>> 32) & mask;
        while (slots[slot] != 0) {
            int each = slots[slot] - 1;
            if (hashes[each] == hash
                    && lengths[each] == length
                    && ByteRange.equal(bytes.address() + offsets[each], at, length)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        hashes = Arrays.copyOf(hashes, count * 2);
        offsets = Arrays.copyOf(offsets, count * 2);
        lengths = Arrays.copyOf(lengths, count * 2);
        int mask = slots.length - 1;
        for (int i = 0; i < count; i++) {
            int slot = (int) (hashes[i] ^ hashes[i] >>> 32) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = i + 1;
        }
    }

    /** Gives back what it holds. */
    void release() {
        bytes.release();
    }
}
