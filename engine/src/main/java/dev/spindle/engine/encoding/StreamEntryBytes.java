package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.ByteCopy;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.TextPack;
import org.agrona.UnsafeApi;

/**
 * Bytes of an entry that is being put together outside the arena. The most that it can take is asked for once, so that what is
 * put need not look for room.
 */
final class StreamEntryBytes {

    /** Bytes that a text takes at most beside itself: heads and two lengths, or a head and an integer of eight bytes. */
    static final int MOST_HEAD = 12;

    /** Bytes that are stored at most behind what was put. */
    private static final int SLACK = Math.max(8, TextPack.SLACK);

    private final Scratch scratch = new Scratch();
    private long start;
    private long end;
    private long at;

    /** Empties it, and makes room for so many bytes. */
    void begin(long most) {
        scratch.clear();
        start = scratch.extend(most + SLACK);
        end = start + most;
        at = start;
    }

    /** Address of the first byte. */
    long address() {
        return start;
    }

    /** Number of bytes that were put. */
    long length() {
        assert at <= end : "more bytes than there was room for";
        return at - start;
    }

    /** Leaves room for so many bytes. */
    void skip(int bytes) {
        at += bytes;
    }

    /** Puts a byte. */
    void put(int value) {
        UnsafeApi.putByte(at++, (byte) value);
    }

    /** Puts the lowest bytes of an integer, up to eight. */
    void put(long value, int bytes) {
        UnsafeApi.putLong(at, value);
        at += bytes;
    }

    /** Puts a number that is not negative, or of 64 bits without sign, seven bits a byte, the lowest first. */
    void varint(long value) {
        long rest = value;
        while ((rest & ~127L) != 0) {
            put((int) (rest & 127 | 128));
            rest >>>= 7;
        }
        put((int) rest);
    }

    /** Puts a text. */
    void text(long address, int length) {
        ByteCopy.copy(address, at, length);
        at += length;
    }

    /** Puts a text packed. */
    void packed(int textClass, long address, int length) {
        TextPack.pack(textClass, address, length, at);
        at += TextPack.size(textClass, length);
    }
}
