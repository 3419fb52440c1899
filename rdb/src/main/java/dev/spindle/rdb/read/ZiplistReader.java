package dev.spindle.rdb.read;

import org.agrona.UnsafeApi;

/**
 * The ziplist, which was what the listpack is now up to Redis 6.
 *
 * <pre>
 *   u32 bytes in all | u32 offset of the last element | u16 elements, 65535: more than that | element ... | 255
 *   element:  length of the one before: a byte, or 254 and u32
 *             00nnnnnn | 01nnnnnn nnnnnnnn | 10...... and four bytes, the highest first     text of that length
 *             C0, D0, E0: integer of 2, 4, 8 bytes    F0: of 3    FE: of 1    F1 to FD: 0 to 12
 * </pre>
 */
final class ZiplistReader extends PackReader {

    private static final int HEAD_BYTES = 10;
    private static final int END = 255;
    private static final int LONG_LENGTH = 254;
    private static final int UNKNOWN_COUNT = 0xFFFF;

    private int claimed;
    private long taken;
    private long lastAt;
    private long before;

    ZiplistReader(RdbReader reader) {
        super(reader);
    }

    @Override
    protected String name() {
        return "Ziplist";
    }

    @Override
    protected void begin() {
        need(HEAD_BYTES + 1L);
        if ((UnsafeApi.getInt(start) & 0xFFFF_FFFFL) != end - start || byteAt(end - 1) != END) {
            throw broken();
        }
        lastAt = start + (UnsafeApi.getInt(start + 4) & 0xFFFF_FFFFL);
        claimed = UnsafeApi.getShort(start + 8) & 0xFFFF;
        taken = 0;
        before = 0;
        at = start + HEAD_BYTES;
        end--;
    }

    @Override
    boolean next(RdbText into) {
        if (at == end) {
            boolean lastIsLast = lastAt == end - before;
            if (claimed != UNKNOWN_COUNT && claimed != taken || !lastIsLast) {
                throw broken();
            }
            return false;
        }
        long from = at;
        lengthBefore();
        need(1);
        int first = byteAt(at);
        switch (first >>> 6) {
            case 0 -> text(into, 1, first & 63);
            case 1 -> {
                need(2);
                text(into, 2, (first & 63) << 8 | byteAt(at + 1));
            }
            case 2 -> {
                need(5);
                text(into, 5, Integer.reverseBytes(UnsafeApi.getInt(at + 1)) & 0xFFFF_FFFFL);
            }
            default -> number(into, first);
        }
        before = at - from;
        taken++;
        return true;
    }

    private void lengthBefore() {
        long told = byteAt(at++);
        if (told == LONG_LENGTH) {
            need(4);
            told = UnsafeApi.getInt(at) & 0xFFFF_FFFFL;
            at += 4;
        }
        if (told != before) {
            throw broken();
        }
    }

    private void text(RdbText into, int head, long length) {
        need(head + length);
        into.bytes(at + head, length);
        at += head + length;
    }

    private void number(RdbText into, int first) {
        switch (first) {
            case 0xC0 -> {
                need(3);
                into.number(UnsafeApi.getShort(at + 1));
                at += 3;
            }
            case 0xD0 -> {
                need(5);
                into.number(UnsafeApi.getInt(at + 1));
                at += 5;
            }
            case 0xE0 -> {
                need(9);
                into.number(UnsafeApi.getLong(at + 1));
                at += 9;
            }
            case 0xF0 -> {
                need(4);
                into.number(UnsafeApi.getInt(at) >> 8);
                at += 4;
            }
            case 0xFE -> {
                need(2);
                into.number(UnsafeApi.getByte(at + 1));
                at += 2;
            }
            default -> {
                if (first < 0xF1 || first > 0xFD) {
                    throw broken();
                }
                into.number((first & 15) - 1);
                at++;
            }
        }
    }
}
