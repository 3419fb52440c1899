package dev.spindle.rdb.read;

import org.agrona.UnsafeApi;

/**
 * Redis's set of integers.
 *
 * <pre>
 *   u32 bytes per integer: 2, 4 or 8 | u32 how many | integers, ascending
 * </pre>
 */
final class IntsetReader extends PackReader {

    private static final int HEAD_BYTES = 8;

    private int width;
    private long count;
    private long last;
    private boolean first;

    IntsetReader(RdbReader reader) {
        super(reader);
    }

    @Override
    protected String name() {
        return "Intset";
    }

    @Override
    protected void begin() {
        need(HEAD_BYTES);
        width = UnsafeApi.getInt(start);
        count = UnsafeApi.getInt(start + 4) & 0xFFFF_FFFFL;
        boolean known = width == 2 || width == 4 || width == 8;
        if (!known || count == 0 || HEAD_BYTES + count * width != end - start) {
            throw broken();
        }
        at = start + HEAD_BYTES;
        first = true;
    }

    /** Number of integers. */
    long count() {
        return count;
    }

    @Override
    boolean next(RdbText into) {
        if (at == end) {
            return false;
        }
        long value =
                switch (width) {
                    case 2 -> UnsafeApi.getShort(at);
                    case 4 -> UnsafeApi.getInt(at);
                    default -> UnsafeApi.getLong(at);
                };
        if (!first && value <= last) {
            throw broken();
        }
        first = false;
        last = value;
        into.number(value);
        at += width;
        return true;
    }
}
