package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;

/**
 * Layout of a member of a collection: one allocation that holds a set's member, a hash's field with its value, or a sorted
 * set's member with its score. All have the same head, so that one {@link MemberTable} finds them all.
 *
 * <pre>
 *   0   u8   key length, 0 to 254; 255: the length is in the four bytes that follow
 *   ..  key bytes
 *   ..  payload: what the type keeps behind the key, at any alignment
 * </pre>
 *
 * Static methods over addresses; nothing here owns memory.
 */
public final class Member {

    private static final int LONG_MARK = 255;
    private static final int LONG_HEAD = 5;

    private Member() {}

    /** Bytes that a member needs. */
    public static long size(int keyLength, long payloadLength) {
        return head(keyLength) + (long) keyLength + payloadLength;
    }

    private static int head(int keyLength) {
        return keyLength < LONG_MARK ? 1 : LONG_HEAD;
    }

    /** Writes head and key; the payload is the caller's, at the address that is answered. */
    public static long init(Memory memory, long member, long key, int keyLength) {
        if (keyLength < LONG_MARK) {
            memory.putByte(member, (byte) keyLength);
            memory.copyIn(key, member + 1, keyLength);
            return member + 1 + keyLength;
        }
        memory.putByte(member, (byte) LONG_MARK);
        memory.putIntUnaligned(member + 1, keyLength);
        memory.copyIn(key, member + LONG_HEAD, keyLength);
        return member + LONG_HEAD + keyLength;
    }

    /** Length of the key. */
    public static int keyLength(Memory memory, long member) {
        int length = memory.getByte(member) & 255;
        return length < LONG_MARK ? length : memory.getIntUnaligned(member + 1);
    }

    /** Address of the key's first byte. */
    public static long keyAddress(Memory memory, long member) {
        return member + ((memory.getByte(member) & 255) < LONG_MARK ? 1 : LONG_HEAD);
    }

    /** Address behind the key, where the payload begins. */
    public static long payload(Memory memory, long member) {
        int length = memory.getByte(member) & 255;
        return length < LONG_MARK
                ? member + 1 + length
                : member + LONG_HEAD + memory.getIntUnaligned(member + 1);
    }

    /** Whether a member's key equals bytes anywhere. */
    public static boolean keyEquals(Memory memory, long member, long key, int keyLength) {
        int length = memory.getByte(member) & 255;
        if (keyLength < LONG_MARK) {
            return length == keyLength && ByteRange.equal(member + 1, key, keyLength);
        }
        return length == LONG_MARK
                && memory.getIntUnaligned(member + 1) == keyLength
                && ByteRange.equal(member + LONG_HEAD, key, keyLength);
    }
}
