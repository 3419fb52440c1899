package dev.spindle.rdb.format;

import org.agrona.UnsafeApi;

/**
 * How RDB writes lengths, and strings that are not simply their bytes. The two highest bits of the first byte say which form it is:
 *
 * <pre>
 *   00xxxxxx                      the length itself, up to 63
 *   01xxxxxx xxxxxxxx             14 bits, the highest first
 *   10000000 and four bytes       32 bits, the highest first
 *   10000001 and eight bytes      64 bits, the highest first
 *   11xxxxxx                      no length: a string in a form of its own ({@link #INT8} ... {@link #LZF})
 * </pre>
 */
public final class RdbLength {

    /** First byte of a length of four bytes. */
    public static final int BITS_32 = 0x80;

    /** First byte of a length of eight bytes. */
    public static final int BITS_64 = 0x81;

    /** Highest bits of a first byte behind which a length of 14 bits is. */
    public static final int BITS_14 = 0x40;

    /** Highest bits of a first byte that is no length. */
    public static final int SPECIAL = 0xC0;

    /** A string that is a number of one byte; in the low bits of a first byte with {@link #SPECIAL}. */
    public static final int INT8 = 0;

    /** A string that is a number of two bytes, the lowest first. */
    public static final int INT16 = 1;

    /** A string that is a number of four bytes, the lowest first. */
    public static final int INT32 = 2;

    /** A compressed string: its length compressed, its length, the compressed bytes. */
    public static final int LZF = 3;

    /** Bytes that a length takes at most. */
    public static final int MOST_BYTES = 9;

    private RdbLength() {}

    /** Bytes that a length takes. */
    public static int size(long length) {
        if (length >>> 6 == 0) {
            return 1;
        }
        if (length >>> 14 == 0) {
            return 2;
        }
        return length >>> 32 == 0 ? 5 : 9;
    }

    /**
     * Writes a length.
     *
     * @param to native memory with {@link #MOST_BYTES} of room.
     * @param length unsigned.
     * @return bytes written.
     */
    public static int write(long to, long length) {
        if (length >>> 6 == 0) {
            UnsafeApi.putByte(to, (byte) length);
            return 1;
        }
        if (length >>> 14 == 0) {
            UnsafeApi.putByte(to, (byte) (BITS_14 | length >>> 8));
            UnsafeApi.putByte(to + 1, (byte) length);
            return 2;
        }
        if (length >>> 32 == 0) {
            UnsafeApi.putByte(to, (byte) BITS_32);
            UnsafeApi.putInt(to + 1, Integer.reverseBytes((int) length));
            return 5;
        }
        UnsafeApi.putByte(to, (byte) BITS_64);
        UnsafeApi.putLong(to + 1, Long.reverseBytes(length));
        return 9;
    }
}
