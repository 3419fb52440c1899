package dev.spindle.rdb.format;

import org.agrona.UnsafeApi;

/**
 * The checksum at the end of RDB files and DUMP payloads: CRC-64 with the polynomial of Jones, bits reflected, beginning with 0 and
 * with nothing done to the result. Its value for the text "123456789" is E9C6D914C4B8D9CA.
 *
 * <p>Eight tables of 256 words let one step take eight bytes (Kounavis and Berry, 2005): the eight look-ups of a step do not depend
 * on each other, only steps do. The tables are 16 KiB and stay in the first-level cache.
 *
 * <p>The checksum can be taken in parts: what one part returns is what the next begins with.
 */
public final class Crc64 {

    /** What the checksum of nothing is, and what the first part begins with. */
    public static final long START = 0;

    private static final long POLYNOMIAL_REFLECTED = 0x95AC_9329_AC4B_C9B5L;
    private static final int SLICES = 8;
    private static final long[] TABLE = table();
    private static final long BYTE_ARRAY = UnsafeApi.arrayBaseOffset(byte[].class);

    private Crc64() {}

    private static long[] table() {
        long[] table = new long[SLICES << 8];
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : POLYNOMIAL_REFLECTED);
            }
            table[i] = crc;
        }
        for (int i = 256; i < table.length; i++) {
            long before = table[i - 256];
            table[i] = table[(int) before & 255] ^ before >>> 8;
        }
        return table;
    }

    /**
     * Takes native memory into a checksum.
     *
     * @param crc of what comes before, or {@link #START}.
     * @param address of the first byte.
     * @param length in bytes.
     * @return the checksum of all up to here.
     */
    public static long update(long crc, long address, long length) {
        return update(crc, null, address, length);
    }

    /** Takes a part of an array into a checksum. */
    public static long update(long crc, byte[] bytes, int offset, int length) {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new IndexOutOfBoundsException("offset " + offset + " length " + length);
        }
        return update(crc, bytes, BYTE_ARRAY + offset, length);
    }

    private static long update(long before, Object array, long address, long length) {
        long[] table = TABLE;
        long crc = before;
        long at = address;
        long end = address + length;
        for (; end - at >= 8; at += 8) {
            long word = crc ^ UnsafeApi.getLong(array, at);
            crc =
                    table[0x700 | (int) word & 255]
                            ^ table[0x600 | (int) (word >>> 8) & 255]
                            ^ table[0x500 | (int) (word >>> 16) & 255]
                            ^ table[0x400 | (int) (word >>> 24) & 255]
                            ^ table[0x300 | (int) (word >>> 32) & 255]
                            ^ table[0x200 | (int) (word >>> 40) & 255]
                            ^ table[0x100 | (int) (word >>> 48) & 255]
                            ^ table[(int) (word >>> 56)];
        }
        for (; at < end; at++) {
            crc = table[(int) (crc ^ UnsafeApi.getByte(array, at)) & 255] ^ crc >>> 8;
        }
        return crc;
    }
}
