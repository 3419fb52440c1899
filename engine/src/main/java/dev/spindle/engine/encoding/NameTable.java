package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;

/**
 * Records that are found by a name and kept in the order of their names: a stream's consumer groups, a group's consumers.
 * One sorted array of handles, since there are few; a thousand names are a binary search of ten steps and an insertion moves
 * at most 4 KiB.
 *
 * <pre>
 *   state:   0 u32 array   4 u32 records   8 u32 capacity   12 u32 unused      16 bytes, wherever the owner keeps them
 *   record:  0 u32 length of the name   4 u32 offset of the name   .. what its owner keeps there
 * </pre>
 *
 * Records are the owner's to allocate and free. They do not move, except by {@link #relocate}.
 */
public final class NameTable {

    /** Bytes of a table's state; all 0 is an empty table. */
    public static final int STATE_BYTES = 16;

    private static final int LEAST = 2;

    private final Arena arena;
    private final Memory memory;
    private long state;
    private int place;

    public NameTable(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
    }

    /** Points at a table by the address of its state. */
    public NameTable wrap(long stateAddress) {
        state = stateAddress;
        return this;
    }

    /** Number of records. */
    public int size() {
        return memory.getInt(state + 4);
    }

    /** Address of a record, counted from 0 in the order of names. */
    public long record(int index) {
        return memory.address(memory.getInt(slot(index)));
    }

    private long slot(int index) {
        return memory.address(memory.getInt(state)) + 4L * index;
    }

    /** Writes the head of a record and its name. */
    public static void name(Memory memory, long record, int offset, long name, int length) {
        memory.putInt(record, length);
        memory.putInt(record + 4, offset);
        memory.copyIn(name, record + offset, length);
    }

    /** Address of a record's name. */
    public static long nameAddress(Memory memory, long record) {
        return record + memory.getInt(record + 4);
    }

    /** Length of a record's name. */
    public static int nameLength(Memory memory, long record) {
        return memory.getInt(record);
    }

    /** Finds a record by its name; answers its address or 0, and remembers the place where it is or belongs. */
    public long find(long name, int length) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = low + high >>> 1;
            long record = record(middle);
            int order =
                    ByteRange.compare(
                            nameAddress(memory, record), nameLength(memory, record), name, length);
            if (order == 0) {
                place = middle;
                return record;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        place = low;
        return 0;
    }

    /** Makes sure that one more record fits, so that {@link #insert} cannot fail. */
    public void reserve() {
        int used = size();
        int capacity = memory.getInt(state + 8);
        if (used < capacity) {
            return;
        }
        long larger = arena.allocate(4L * Math.max(LEAST, capacity * 2));
        if (capacity > 0) {
            long old = memory.address(memory.getInt(state));
            memory.copyIn(old, larger, 4L * used);
            arena.free(old);
        }
        memory.putInt(state, memory.handle(larger));
        memory.putInt(state + 8, Math.max(LEAST, capacity * 2));
    }

    /** Adds a record at the place where {@link #find} did not find its name. */
    public void insert(long record) {
        int used = size();
        memory.move(slot(place), slot(place + 1), 4L * (used - place));
        memory.putInt(slot(place), memory.handle(record));
        memory.putInt(state + 4, used + 1);
    }

    /** Takes out the record that {@link #find} found; frees the array with the last one. */
    public void removeFound() {
        remove(place);
    }

    /** Takes out a record by its number. */
    public void remove(int index) {
        int left = size() - 1;
        memory.move(slot(index + 1), slot(index), 4L * (left - index));
        memory.putInt(state + 4, left);
        if (left == 0) {
            arena.free(memory.address(memory.getInt(state)));
            memory.putInt(state, 0);
            memory.putInt(state + 8, 0);
        }
    }

    /** Lets the array leave a slab that is being emptied. */
    public void relocateArray() {
        if (memory.getInt(state + 8) == 0) {
            return;
        }
        long array = memory.address(memory.getInt(state));
        long moved = arena.compaction().move(array);
        if (moved != array) {
            memory.putInt(state, memory.handle(moved));
        }
    }

    /** Lets a record leave a slab that is being emptied; answers its address now. What else points at it is the owner's to mend. */
    public long relocate(int index) {
        long record = record(index);
        long moved = arena.compaction().move(record);
        if (moved != record) {
            memory.putInt(slot(index), memory.handle(moved));
        }
        return moved;
    }

    /** Bytes allocated for the array. */
    public long bytes() {
        return memory.getInt(state + 8) == 0
                ? 0
                : arena.sizeOf(memory.address(memory.getInt(state)));
    }
}
