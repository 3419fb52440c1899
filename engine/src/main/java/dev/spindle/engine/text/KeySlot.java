package dev.spindle.engine.text;

import org.agrona.UnsafeApi;

/**
 * Which of the cluster's slots a key lives in: CRC16 (XMODEM, polynomial 0x1021) modulo 16384.
 *
 * <p>When a key has a non-empty part between its first opening brace and the first closing one after it, only that part
 * counts, so that clients can keep keys together.
 */
public final class KeySlot {
    public static final int SLOTS = 16384;

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final char[] TABLE = table();

    private KeySlot() {}

    /**
     * @return 0 to 16383
     */
    public static int of(long address, int length) {
        return slot(null, address, length);
    }

    public static int of(byte[] key) {
        return slot(key, BYTES, key.length);
    }

    /** The checksum itself, without hash tags, as the cluster specification defines it. */
    public static int crc16(byte[] bytes) {
        return crc(bytes, BYTES, BYTES + bytes.length);
    }

    private static int slot(Object base, long offset, int length) {
        long end = offset + length;
        for (long open = offset; open < end; open++) {
            if (UnsafeApi.getByte(base, open) == '{') {
                long close = open + 1;
                while (close < end && UnsafeApi.getByte(base, close) != '}') {
                    close++;
                }
                if (close < end && close > open + 1) {
                    return crc(base, open + 1, close) & (SLOTS - 1);
                }
                break;
            }
        }
        return crc(base, offset, end) & (SLOTS - 1);
    }

    private static int crc(Object base, long from, long end) {
        int crc = 0;
        for (long at = from; at < end; at++) {
            int index = (crc >>> 8 ^ UnsafeApi.getByte(base, at)) & 0xff;
            crc = (crc << 8 ^ TABLE[index]) & 0xffff;
        }
        return crc;
    }

    private static char[] table() {
        char[] table = new char[256];
        for (int i = 0; i < 256; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
            table[i] = (char) crc;
        }
        return table;
    }
}
