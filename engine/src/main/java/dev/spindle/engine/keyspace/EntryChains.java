package dev.spindle.engine.keyspace;

import dev.spindle.engine.encoding.BucketChains;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;

/** Chains whose places point at entries of keys. */
final class EntryChains extends BucketChains {

    private final Memory memory;

    EntryChains(Arena arena) {
        super(arena);
        memory = arena.memory();
    }

    @Override
    protected boolean matches(long entry, long keyAddress, int keyLength) {
        return Entry.keyEquals(memory, entry, keyAddress, keyLength);
    }

    @Override
    protected long farLine(long entry) {
        return Entry.farLine(memory, entry);
    }
}
