package dev.spindle.engine.type;

import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.memory.Memory;

/**
 * What stands behind the field's name in a member of a large hash.
 *
 * <pre>
 *   [value]                      an element of a listpack, so that numbers are short and a small hash's values can be copied
 *   [0xF5 u8][expiry i64][value] the same of a field that expires; no element of a listpack begins so
 * </pre>
 */
final class HashMember {

    private static final int EXPIRES = 0xF5;
    private static final int EXPIRY_BYTES = 9;

    private HashMember() {}

    /** Bytes of what stands before the value. */
    static int headBytes(long until) {
        return until == HashType.NEVER ? 0 : EXPIRY_BYTES;
    }

    /** When a member's field expires, epoch milliseconds, or {@link HashType#NEVER}. */
    static long expiry(Memory memory, long member) {
        long payload = Member.payload(memory, member);
        return (memory.getByte(payload) & 255) == EXPIRES
                ? memory.getLongUnaligned(payload + 1)
                : HashType.NEVER;
    }

    /** Address of a member's value. */
    static long value(Memory memory, long member) {
        long payload = Member.payload(memory, member);
        return (memory.getByte(payload) & 255) == EXPIRES ? payload + EXPIRY_BYTES : payload;
    }

    /** Bytes of a whole member. */
    static long size(Memory memory, long member) {
        return Listpack.next(memory, value(memory, member)) - member;
    }

    /** Writes what stands before the value; answers where the value goes. */
    static long writeHead(Memory memory, long payload, long until) {
        if (until == HashType.NEVER) {
            return payload;
        }
        memory.putByte(payload, (byte) EXPIRES);
        memory.putLongUnaligned(payload + 1, until);
        return payload + EXPIRY_BYTES;
    }
}
