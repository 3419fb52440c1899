package dev.spindle.engine.type;

import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.NewElement;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;

/**
 * The making of a compact hash that gets all its fields at once.
 *
 * <pre>
 *   as the guess has it     [value][value] ...                 ends in [shape][value][value] ...
 *   otherwise               [field][value] [field][value] ...  ends so, or in the same
 * </pre>
 *
 * While the fields are those of the guessed shape, one after the other, only values are written, and no field needs to be
 * looked for among those before, since the names of a shape differ. At the first that is another the names are put between
 * the values, for which there is room: the block is as long as fields and values can be.
 */
final class HashFilling {

    private final Memory memory;
    private final CompactHash compact;
    private final HashShapes shapes;
    private long filled;
    private long shape;
    private long name;

    HashFilling(Memory memory, CompactHash compact, HashShapes shapes) {
        this.memory = memory;
        this.compact = compact;
        this.shapes = shapes;
    }

    /** Begins with an entry whose block is empty. */
    void begin() {
        filled = 0;
        shape = 0;
    }

    /** Adds a field, or changes it; answers whether it is a new one. */
    boolean add(long entry, NewElement field, NewElement value) {
        long header = Entry.header(memory, entry);
        long block = CollectionEntry.block(memory, entry, header);
        if (filled == 0) {
            shape = shapes.guess(field.address(), field.length());
            name = HashShapes.names(shape);
        }
        if (shape != 0) {
            if (name < HashShapes.end(memory, shape) && field.isAt(memory, name)) {
                name = Listpack.next(memory, name);
                filled = value.write(memory, block + filled) - block;
                CollectionEntry.count(memory, entry, CollectionEntry.count(header) + 1);
                return true;
            }
            spread(block, CollectionEntry.blockLength(memory, entry, header));
        }
        if (filled > 0
                && compact.findWithin(block, block + filled, field.address(), field.length())) {
            replace(block, value);
            return false;
        }
        filled = value.write(memory, field.write(memory, block + filled)) - block;
        CollectionEntry.count(memory, entry, CollectionEntry.count(header) + 1);
        return true;
    }

    private void replace(long block, NewElement value) {
        long before = compact.valueBytes();
        long at = compact.value();
        if (before != value.size()) {
            memory.move(at + before, at + value.size(), block + filled - at - before);
            filled += value.size() - before;
        }
        value.write(memory, at);
    }

    // The guess was wrong: each value so far gets its name before it.
    private void spread(long block, long length) {
        long from = block + length - filled;
        long to = block;
        memory.move(block, from, filled);
        for (long at = HashShapes.names(shape); at < name; ) {
            long behind = Listpack.next(memory, at);
            memory.copyIn(at, to, behind - at);
            to += behind - at;
            at = behind;
            long next = Listpack.next(memory, from);
            memory.move(from, to, next - from);
            to += next - from;
            from = next;
        }
        filled = to - block;
        shape = 0;
    }

    /**
     * Ends the filling: gives back what was not needed.
     *
     * @param shared whether the hash may have the names of its fields in common with others; in vain where they are to get times next.
     */
    void end(Keyspace db, long entry, boolean shared) {
        if (filled == 0) {
            return;
        }
        long header = Entry.header(memory, entry);
        long block = CollectionEntry.block(memory, entry, header);
        long length = CollectionEntry.blockLength(memory, entry, header);
        if (shape != 0) {
            if (shared
                    && name == HashShapes.end(memory, shape)
                    && takeValues(db.arena(), entry, header, block)) {
                return;
            }
            spread(block, length);
        }
        if (shared && takePairs(db.arena(), entry, header, block)) {
            return;
        }
        if (filled < length) {
            CollectionEntry.splice(db, entry, filled, length - filled, 0);
        }
    }

    private boolean takeValues(Arena arena, long entry, long header, long block) {
        long size = HashShapes.HANDLE_BYTES + filled;
        long made = block;
        if (arena.sizeOf(block) != Arena.roundUp(size)) {
            try {
                made = arena.allocate(size);
            } catch (OutOfMemory full) {
                return false;
            }
            memory.copyIn(block, made + HashShapes.HANDLE_BYTES, filled);
            arena.free(block);
        } else {
            memory.move(block, made + HashShapes.HANDLE_BYTES, filled);
        }
        shapes.retain(shape);
        become(entry, header, shape, made, size);
        return true;
    }

    private boolean takePairs(Arena arena, long entry, long header, long block) {
        long end = block + filled;
        long claimed = shapes.claim(block, end);
        if (claimed == 0) {
            return false;
        }
        long size = HashShapes.HANDLE_BYTES + filled - HashShapes.nameBytes(memory, claimed);
        long made;
        try {
            made = arena.allocate(size);
        } catch (OutOfMemory full) {
            shapes.release(claimed);
            return false;
        }
        long to = made + HashShapes.HANDLE_BYTES;
        for (long at = block; at < end; ) {
            long value = Listpack.next(memory, at);
            at = Listpack.next(memory, value);
            memory.copyIn(value, to, at - value);
            to += at - value;
        }
        arena.free(block);
        become(entry, header, claimed, made, size);
        return true;
    }

    private void become(long entry, long header, long of, long block, long size) {
        memory.putInt(block, memory.handle(of));
        memory.putLong(
                Entry.wordAddress(entry, header), Entry.blobWord(memory.handle(block), size));
        Entry.encoding(memory, entry, ValueType.LISTPACK_SHAPED);
    }
}
