package dev.spindle.engine.encoding;

/**
 * Bytes that elements take in Redis's listpack: those of {@link Listpack}, and behind them the element's length, which lets
 * Redis walk backwards.
 */
final class ListpackSize {

    /** Head and end of an empty listpack. */
    static final int EMPTY = 7;

    private ListpackSize() {}

    static long ofLong(long value) {
        return Listpack.sizeOfLong(value) + 1L;
    }

    static long ofString(int length) {
        long size = Listpack.sizeOfString(length);
        return size + lengthBytes(size);
    }

    private static int lengthBytes(long size) {
        if (size <= 127) {
            return 1;
        }
        if (size < 16383) {
            return 2;
        }
        if (size < 2097151) {
            return 3;
        }
        return size < 268435455 ? 4 : 5;
    }
}
