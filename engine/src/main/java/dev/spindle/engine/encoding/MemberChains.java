package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;

/** Chains whose places point at members of collections. */
final class MemberChains extends BucketChains {

    private final Memory memory;

    MemberChains(Arena arena) {
        super(arena);
        memory = arena.memory();
    }

    @Override
    protected boolean matches(long member, long keyAddress, int keyLength) {
        return Member.keyEquals(memory, member, keyAddress, keyLength);
    }

    @Override
    protected long farLine(long member) {
        // The end of a key that fills its line; what lies behind it is nearly always in the same
        // one.
        return member + (memory.getByte(member) & 255) & -8L;
    }
}
