package dev.spindle.rdb.format;

import org.agrona.UnsafeApi;

/** Takes apart what {@link LzfCompressor} and its like have written; see there for the format. Believes nothing. */
public final class LzfDecompressor {

    /** The most bytes that a byte can stand for: a reference of three bytes is at most 264. */
    public static final long MOST_EXPANSION = 88;

    private LzfDecompressor() {}

    /**
     * Decompresses bytes.
     *
     * @param from native address of the compressed bytes.
     * @param to native address of room for {@code length} bytes.
     * @param length of what comes out.
     * @return whether the bytes are well formed and exactly so many came out.
     */
    public static boolean decompress(long from, long compressed, long to, long length) {
        long at = from;
        long end = from + compressed;
        long out = to;
        long outEnd = to + length;
        while (at < end) {
            int control = UnsafeApi.getByte(at++) & 255;
            if (control < 32) {
                int run = control + 1;
                if (run > end - at || run > outEnd - out) {
                    return false;
                }
                UnsafeApi.copyMemory(at, out, run);
                at += run;
                out += run;
                continue;
            }
            int run = control >>> 5;
            if (run == 7) {
                if (at == end) {
                    return false;
                }
                run += UnsafeApi.getByte(at++) & 255;
            }
            run += 2;
            if (at == end) {
                return false;
            }
            long source = out - ((control & 31) << 8) - (UnsafeApi.getByte(at++) & 255) - 1;
            if (source < to || run > outEnd - out) {
                return false;
            }
            repeat(source, out, run);
            out += run;
        }
        return out == outEnd;
    }

    // What is repeated may overlap what it becomes: then it repeats itself.
    private static void repeat(long source, long out, int run) {
        if (out - source >= run) {
            UnsafeApi.copyMemory(source, out, run);
            return;
        }
        for (int i = 0; i < run; i++) {
            UnsafeApi.putByte(out + i, UnsafeApi.getByte(source + i));
        }
    }
}
