package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Memory;

/**
 * A set of integers in one block: sorted, each of 2, 4 or 8 bytes, all of the width that the widest needs.
 *
 * <pre>
 *   [smallest] ... [largest]      width = bytes of the block / number of elements
 * </pre>
 *
 * Neither width nor number stands in the block: both follow from what the key's entry says. A set is widened when an integer
 * comes that does not fit, and is never narrowed. Found by bisection, so it costs no memory beside the integers and is meant for
 * some hundred of them.
 *
 * <p>Static methods over addresses; nothing here owns memory.
 */
public final class IntSet {

    private IntSet() {}

    /** Bytes that an integer needs: 2, 4 or 8. */
    public static int widthOf(long value) {
        if (value == (short) value) {
            return Short.BYTES;
        }
        return value == (int) value ? Integer.BYTES : Long.BYTES;
    }

    /** The integer at a place. */
    public static long get(Memory memory, long block, int width, int index) {
        return switch (width) {
            case Short.BYTES -> memory.getShort(block + 2L * index);
            case Integer.BYTES -> memory.getInt(block + 4L * index);
            default -> memory.getLong(block + 8L * index);
        };
    }

    /** Stores an integer at a place; it must fit the width. */
    public static void put(Memory memory, long block, int width, int index, long value) {
        assert widthOf(value) <= width : "does not fit";
        switch (width) {
            case Short.BYTES -> memory.putShort(block + 2L * index, (short) value);
            case Integer.BYTES -> memory.putInt(block + 4L * index, (int) value);
            default -> memory.putLong(block + 8L * index, value);
        }
    }

    /**
     * Looks for an integer.
     *
     * @return its place; or {@code -1 - p} when it is not there and p is the place that it would take.
     */
    public static int search(Memory memory, long block, int width, int count, long value) {
        if (widthOf(value) > width) {
            return value < 0 ? -1 : -1 - count;
        }
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long here = get(memory, block, width, middle);
            if (here < value) {
                low = middle + 1;
            } else if (here > value) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return -1 - low;
    }

    /** Gives each integer a larger width where it is; the block must have the room. */
    public static void widen(Memory memory, long block, int count, int from, int to) {
        for (int i = count - 1; i >= 0; i--) {
            put(memory, block, to, i, get(memory, block, from, i));
        }
    }
}
