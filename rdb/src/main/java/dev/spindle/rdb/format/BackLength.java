package dev.spindle.rdb.format;

/** The length behind each element of a listpack, by which Redis walks it backwards: groups of seven bits. */
public final class BackLength {

    /** Bytes that one takes at most. */
    public static final int MOST_BYTES = 5;

    private BackLength() {}

    /**
     * Bytes that the length of an element takes. The limits of two to four bytes are one lower than they had to be: Redis takes a byte more
     * for the greatest number of each, and derives the size from the number when it walks.
     */
    public static int bytes(long length) {
        if (length <= 127) {
            return 1;
        }
        if (length < (1 << 14) - 1) {
            return 2;
        }
        if (length < (1 << 21) - 1) {
            return 3;
        }
        return length < (1 << 28) - 1 ? 4 : MOST_BYTES;
    }
}
