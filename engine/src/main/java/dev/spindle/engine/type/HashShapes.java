package dev.spindle.engine.type;

import dev.spindle.engine.encoding.KeyHash;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Names of fields that many small hashes have in common, each list of them kept once: a shape. Hashes that are records of the
 * same kind (users, sessions, products) hold then their values and four bytes that say which shape they have.
 *
 * <pre>
 *   0   u32  hashes that have the shape
 *   4   u16  bytes of the names
 *   6   u16  place among the guesses; 0xFFFF: none
 *   8   u64  fingerprint
 *   16  the names, elements of a listpack, in the order of the hashes' fields
 * </pre>
 *
 * <p>A shape never changes but for its count, and goes with its last hash. It stands in the arena and does not move while it is
 * there: thousands of blocks hold its handle, and none is known to it. (The slab of a shape is thus not emptied by the
 * defragmenter; {@link #MOST} bounds what that can cost.) Readers need the handle and the arena and nothing else.
 *
 * <h2>Which names become a shape</h2>
 *
 * Those of a hash that is made with all its fields at once, when the same were seen before: a fingerprint of the first is
 * noted in a table of fixed size, where others may take its place, and the second hash makes the shape. Names that occur once thus
 * cost nothing but the fingerprint, and names too short to save {@link #LEAST_SAVED} bytes not even that. A hash that gets or
 * loses a field is given its names back, and keeps them.
 *
 * <h2>Guesses</h2>
 *
 * A hash that is being made probably has the shape that the last one with the same first field had. That is looked up by the first
 * name; if the rest bears it out, the names are compared once and written nowhere.
 *
 * <p>The index of the shapes is on the heap, in arrays of fixed size, and belongs to the thread that writes.
 */
final class HashShapes {

    /** Bytes before the values in a block: the handle of the shape. */
    static final int HANDLE_BYTES = 4;

    /** Shapes at the same time. */
    static final int MOST = 1024;

    /** Bytes that a hash must become shorter by, for it to be worth it. */
    static final int LEAST_SAVED = 16;

    private static final int MOST_NAME_BYTES = 4096;
    private static final int NAMES = 16;
    private static final int PLACES_MASK = 2 * MOST - 1;
    private static final int SEEN_MASK = 4095;
    private static final int GUESSES_MASK = 255;
    private static final int NO_GUESS = 0xFFFF;

    private final Arena arena;
    private final Memory memory;
    private final long seed;

    // Open addressing with linear probing; a handle of 0 is a free place.
    private final int[] handles = new int[2 * MOST];
    private final long[] fingerprints = new long[2 * MOST];
    private final long[] seen = new long[SEEN_MASK + 1];
    private final int[] guesses = new int[GUESSES_MASK + 1];
    private int count;
    private long bytes;

    // What measure() says of the names it was shown.
    private long fingerprint;
    private long nameBytes;

    HashShapes(Arena arena, long seed) {
        this.arena = arena;
        this.memory = arena.memory();
        this.seed = seed;
    }

    /** Writes which shapes there are, so that another process can go on with the arena. */
    void writeState(DataOutput out) throws IOException {
        out.writeInt(count);
        for (int handle : handles) {
            if (handle != 0) {
                out.writeInt(handle);
            }
        }
    }

    /** Takes over what {@link #writeState} wrote, over the same arena. */
    void readState(DataInput in) throws IOException {
        int shapes = in.readInt();
        if (shapes < 0 || shapes > MOST) {
            throw new IOException("more shapes than there can be");
        }
        for (int i = 0; i < shapes; i++) {
            index(memory.address(in.readInt()));
        }
    }

    /** Number of shapes. */
    int count() {
        return count;
    }

    /** Bytes of all shapes. */
    long bytes() {
        return bytes;
    }

    /** Whether a compact hash has a shape. */
    static boolean isShaped(long header) {
        return Entry.encoding(header) == ValueType.LISTPACK_SHAPED;
    }

    /** Address of the shape that a block refers to. */
    static long of(Memory memory, long block) {
        return memory.address(memory.getInt(block));
    }

    /** Address of a shape's first name. */
    static long names(long shape) {
        return shape + NAMES;
    }

    /** Address behind a shape's last name. */
    static long end(Memory memory, long shape) {
        return shape + NAMES + nameBytes(memory, shape);
    }

    /** Bytes of a shape's names. */
    static int nameBytes(Memory memory, long shape) {
        return memory.getShort(shape + 4) & 0xFFFF;
    }

    /** The shape that a hash whose first field has this name may have, or 0. */
    long guess(long name, int length) {
        int handle = guesses[guessOf(name, length)];
        return handle == 0 ? 0 : memory.address(handle);
    }

    private int guessOf(long name, int length) {
        return (int) KeyHash.hash(name, length, seed) & GUESSES_MASK;
    }

    /**
     * The shape of a listpack of fields and values; makes it when its names were seen before.
     *
     * @return its address, for a hash more than it had; 0 when the listpack stays as it is.
     */
    long claim(long pairs, long end) {
        if (!measure(pairs, end)) {
            return 0;
        }
        long shape = find(pairs, end);
        if (shape == 0) {
            int slot = (int) (fingerprint >>> 32) & SEEN_MASK;
            if (seen[slot] != fingerprint || count == MOST) {
                seen[slot] = fingerprint;
                return 0;
            }
            shape = make(pairs, end);
        }
        if (shape != 0) {
            retain(shape);
            int guess = memory.getShort(shape + 6) & 0xFFFF;
            if (guess != NO_GUESS) {
                guesses[guess] = memory.handle(shape);
            }
        }
        return shape;
    }

    // Whether the names are worth a shape.
    private boolean measure(long pairs, long end) {
        long names = 0;
        long hash = seed;
        for (long at = pairs; at < end; ) {
            long value = Listpack.next(memory, at);
            names += value - at;
            if (names > MOST_NAME_BYTES) {
                return false;
            }
            hash = KeyHash.hash(at, (int) (value - at), hash);
            at = Listpack.next(memory, value);
        }
        nameBytes = names;
        fingerprint = hash;
        return names >= LEAST_SAVED + HANDLE_BYTES;
    }

    private long find(long pairs, long end) {
        for (int i = home(fingerprint); handles[i] != 0; i = i + 1 & PLACES_MASK) {
            if (fingerprints[i] == fingerprint) {
                long shape = memory.address(handles[i]);
                if (hasNames(shape, pairs, end)) {
                    return shape;
                }
            }
        }
        return 0;
    }

    private static int home(long fingerprint) {
        return (int) fingerprint & PLACES_MASK;
    }

    private boolean hasNames(long shape, long pairs, long end) {
        if (nameBytes(memory, shape) != nameBytes) {
            return false;
        }
        long name = names(shape);
        for (long at = pairs; at < end; ) {
            long value = Listpack.next(memory, at);
            int length = (int) (value - at);
            // Equal elements have equal lengths, so names of the same sum of bytes cannot part
            // here.
            if (!ByteRange.equal(name, at, length)) {
                return false;
            }
            name += length;
            at = Listpack.next(memory, value);
        }
        return true;
    }

    private long make(long pairs, long end) {
        long shape;
        try {
            shape = arena.allocate(NAMES + nameBytes);
        } catch (OutOfMemory full) {
            return 0;
        }
        memory.putInt(shape, 0);
        memory.putShort(shape + 4, (short) nameBytes);
        memory.putLong(shape + 8, fingerprint);
        long to = names(shape);
        for (long at = pairs; at < end; ) {
            long value = Listpack.next(memory, at);
            memory.copyIn(at, to, value - at);
            to += value - at;
            at = Listpack.next(memory, value);
        }
        long first = names(shape);
        int guess = NO_GUESS;
        if (!Listpack.isLong(memory, first)) {
            guess =
                    guessOf(
                            Listpack.stringAddress(memory, first),
                            Listpack.stringLength(memory, first));
        }
        memory.putShort(shape + 6, (short) guess);
        index(shape);
        return shape;
    }

    private void index(long shape) {
        long print = memory.getLong(shape + 8);
        bytes += arena.sizeOf(shape);
        count++;
        int place = home(print);
        while (handles[place] != 0) {
            place = place + 1 & PLACES_MASK;
        }
        handles[place] = memory.handle(shape);
        fingerprints[place] = print;
    }

    /** Notes that a hash more has a shape. */
    void retain(long shape) {
        memory.putInt(shape, memory.getInt(shape) + 1);
    }

    /** Notes that a hash fewer has a shape; the shape goes with the last. */
    void release(long shape) {
        int left = memory.getInt(shape) - 1;
        memory.putInt(shape, left);
        if (left == 0) {
            forget(shape);
            bytes -= arena.sizeOf(shape);
            count--;
            arena.free(shape);
        }
    }

    private void forget(long shape) {
        int handle = memory.handle(shape);
        int guess = memory.getShort(shape + 6) & 0xFFFF;
        if (guess != NO_GUESS && guesses[guess] == handle) {
            guesses[guess] = 0;
        }
        int hole = home(memory.getLong(shape + 8));
        while (handles[hole] != handle) {
            hole = hole + 1 & PLACES_MASK;
        }
        // What stands behind it closes up, so that no look-up ends at the hole.
        for (int i = hole + 1 & PLACES_MASK; handles[i] != 0; i = i + 1 & PLACES_MASK) {
            int away = i - home(fingerprints[i]) & PLACES_MASK;
            if (away >= (i - hole & PLACES_MASK)) {
                handles[hole] = handles[i];
                fingerprints[hole] = fingerprints[i];
                hole = i;
            }
        }
        handles[hole] = 0;
    }
}
