package dev.spindle.rdb.read;

import org.agrona.UnsafeApi;

/**
 * The zipmap, in which Redis 2.4 kept small hashes.
 *
 * <pre>
 *   u8 pairs, 254: more than that | (length | field | length | u8 unused | value | unused bytes) ... | 255
 *   length:  a byte, or 254 and u32
 * </pre>
 */
final class ZipmapReader extends PackReader {

    private static final int END = 255;
    private static final int LONG_LENGTH = 254;

    private int claimed;
    private long taken;

    ZipmapReader(RdbReader reader) {
        super(reader);
    }

    @Override
    protected String name() {
        return "Zipmap";
    }

    @Override
    protected void begin() {
        need(2);
        if (byteAt(end - 1) != END) {
            throw broken();
        }
        claimed = byteAt(start);
        taken = 0;
        at = start + 1;
        end--;
    }

    @Override
    boolean next(RdbText into) {
        boolean isField = (taken & 1) == 0;
        if (at == end) {
            if (!isField || claimed < LONG_LENGTH && claimed != taken / 2) {
                throw broken();
            }
            return false;
        }
        long length = byteAt(at++);
        if (length == LONG_LENGTH) {
            need(4);
            length = UnsafeApi.getInt(at) & 0xFFFF_FFFFL;
            at += 4;
        } else if (length == END) {
            throw broken();
        }
        long unused = 0;
        if (!isField) {
            need(1);
            unused = byteAt(at++);
        }
        need(length + unused);
        into.bytes(at, length);
        at += length + unused;
        taken++;
        return true;
    }
}
