package dev.spindle.perf.os;

import java.io.IOException;
import java.io.RandomAccessFile;

/**
 * A short file of {@code /proc}, read whole, whose numbers are taken out of its bytes. Reading leaves a few hundred bytes for
 * the collector, where strings would leave many thousand: the core does this whenever it is asked for figures.
 */
public final class ProcText {
    /** Longer ones are cut; the files this is for have some hundred bytes. */
    private static final int MOST_BYTES = 2048;

    private final byte[] bytes;
    private final int length;

    ProcText(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    /** Reads a file now. */
    public static ProcText read(String path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path, "r")) {
            final byte[] bytes = new byte[MOST_BYTES];
            return new ProcText(bytes, Math.max(0, file.read(bytes)));
        }
    }

    /** Index behind the last of these characters, or -1 if there is none. */
    int behindLast(char c) {
        int at = length;
        while (at > 0 && bytes[at - 1] != c) {
            at--;
        }
        return at > 0 ? at : -1;
    }

    /**
     * Index of a field; fields are parted by blanks.
     *
     * @param from index to begin at
     * @param skipped fields before the wanted one
     * @throws IllegalArgumentException if there are not so many
     */
    public int field(int from, int skipped) {
        int at = pastBlanks(from);
        for (int i = 0; i < skipped; i++) {
            while (at < length && !isBlank(bytes[at])) {
                at++;
            }
            at = pastBlanks(at);
        }
        if (at >= length) {
            throw new IllegalArgumentException("too few fields");
        }
        return at;
    }

    /**
     * The number that begins at an index.
     *
     * @throws IllegalArgumentException if none does
     */
    public long number(int from) {
        long value = 0;
        int at = from;
        while (at < length && bytes[at] >= '0' && bytes[at] <= '9') {
            value = value * 10 + (bytes[at] - '0');
            at++;
        }
        if (at == from) {
            throw new IllegalArgumentException("not a number");
        }
        return value;
    }

    private int pastBlanks(int from) {
        int at = from;
        while (at < length && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\t';
    }
}
