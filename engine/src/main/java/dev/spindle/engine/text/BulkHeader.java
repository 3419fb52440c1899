package dev.spindle.engine.text;

/** The line {@code $n CR LF} before a short bulk string, as 8 bytes and a length: one load and one store. */
public final class BulkHeader {

    /** Lengths below this have a header here. */
    public static final int LENGTHS = 256;

    private static final long[] WORDS = new long[LENGTHS];

    static {
        for (int i = 0; i < LENGTHS; i++) {
            String line = "$" + i + "\r\n";
            for (int at = line.length() - 1; at >= 0; at--) {
                WORDS[i] = WORDS[i] << 8 | line.charAt(at);
            }
        }
    }

    private BulkHeader() {}

    /** The line, its first byte lowest; the bytes behind it are 0. */
    public static long word(int length) {
        return WORDS[length];
    }

    /** Bytes of a line. */
    public static int size(long word) {
        return 8 - (Long.numberOfLeadingZeros(word) >>> 3);
    }
}
