package dev.spindle.rdb.read;

import dev.spindle.rdb.format.BackLength;
import org.agrona.UnsafeApi;

/**
 * Redis's listpack.
 *
 * <pre>
 *   u32 bytes in all | u16 elements, 65535: more than that | element ... | 255
 *   element:  as in engine.encoding.Listpack, and behind it how long it was, seven bits per byte, the highest first
 * </pre>
 */
final class ListpackReader extends PackReader {

    private static final int HEAD_BYTES = 6;
    private static final int END = 255;
    private static final int UNKNOWN_COUNT = 0xFFFF;

    private int claimed;
    private long taken;

    ListpackReader(RdbReader reader) {
        super(reader);
    }

    @Override
    protected String name() {
        return "Listpack";
    }

    @Override
    protected void begin() {
        need(HEAD_BYTES + 1L);
        if ((UnsafeApi.getInt(start) & 0xFFFF_FFFFL) != end - start || byteAt(end - 1) != END) {
            throw broken();
        }
        claimed = UnsafeApi.getShort(start + 4) & 0xFFFF;
        taken = 0;
        at = start + HEAD_BYTES;
        end--;
    }

    /** Number of elements as the pack claims it, or -1; for whoever wants to know ahead. */
    long claimed() {
        return claimed == UNKNOWN_COUNT ? -1 : claimed;
    }

    @Override
    boolean next(RdbText into) {
        if (at == end) {
            if (claimed != UNKNOWN_COUNT && claimed != taken) {
                throw broken();
            }
            return false;
        }
        long from = at;
        int first = byteAt(at);
        if (first < 0x80) {
            into.number(first);
            at++;
        } else if (first < 0xC0) {
            text(into, 1, first & 63);
        } else if (first < 0xE0) {
            need(2);
            into.number(((first & 0x1F) << 8 | byteAt(at + 1)) << 19 >> 19);
            at += 2;
        } else if (first < 0xF0) {
            need(2);
            text(into, 2, (first & 15) << 8 | byteAt(at + 1));
        } else {
            large(into, first);
        }
        backLength(at - from);
        taken++;
        return true;
    }

    private void text(RdbText into, int head, long length) {
        need(head + length);
        into.bytes(at + head, length);
        at += head + length;
    }

    private void large(RdbText into, int first) {
        switch (first) {
            case 0xF0 -> {
                need(5);
                text(into, 5, UnsafeApi.getInt(at + 1) & 0xFFFF_FFFFL);
            }
            case 0xF1 -> {
                need(3);
                into.number(UnsafeApi.getShort(at + 1));
                at += 3;
            }
            case 0xF2 -> {
                need(4);
                into.number(UnsafeApi.getInt(at) >> 8);
                at += 4;
            }
            case 0xF3 -> {
                need(5);
                into.number(UnsafeApi.getInt(at + 1));
                at += 5;
            }
            case 0xF4 -> {
                need(9);
                into.number(UnsafeApi.getLong(at + 1));
                at += 9;
            }
            default -> throw broken();
        }
    }

    private void backLength(long length) {
        int bytes = BackLength.bytes(length);
        need(bytes);
        for (int i = bytes - 1, shift = 0; i >= 0; i--, shift += 7) {
            int expected = (int) (length >>> shift) & 127 | (i == 0 ? 0 : 128);
            if (byteAt(at + i) != expected) {
                throw broken();
            }
        }
        at += bytes;
    }
}
