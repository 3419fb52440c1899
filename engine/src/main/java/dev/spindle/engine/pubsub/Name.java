package dev.spindle.engine.pubsub;

import org.agrona.UnsafeApi;

/** Bytes by which something is found in a {@link NameTable}: a channel, a pattern, a key that clients keep. */
class Name {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    final byte[] bytes;
    final long hash;

    /** Index among its table's names; changes when another is removed. */
    int place;

    Name(byte[] bytes, long hash) {
        this.bytes = bytes;
        this.hash = hash;
    }

    /** A copy of bytes outside the heap. */
    static byte[] copy(long address, int length) {
        byte[] copy = new byte[length];
        for (int i = 0; i < length; i++) {
            copy[i] = UnsafeApi.getByte(address + i);
        }
        return copy;
    }

    /** Whether these are its bytes. */
    final boolean is(long address, int length) {
        if (bytes.length != length) {
            return false;
        }
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            if (UnsafeApi.getLong(bytes, BYTES + i) != UnsafeApi.getLong(address + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (bytes[i] != UnsafeApi.getByte(address + i)) {
                return false;
            }
        }
        return true;
    }
}
