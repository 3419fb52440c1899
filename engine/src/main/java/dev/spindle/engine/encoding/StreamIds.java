package dev.spindle.engine.encoding;

/** Arithmetic of stream ids: two unsigned 64-bit numbers, milliseconds and a sequence number, ordered as one of 128 bits. */
public final class StreamIds {

    /** What both halves of the greatest id are. */
    public static final long MAX = -1;

    private StreamIds() {}

    /** Orders two ids: negative, 0 or positive. */
    public static int compare(long ms, long seq, long otherMs, long otherSeq) {
        return ms == otherMs
                ? Long.compareUnsigned(seq, otherSeq)
                : Long.compareUnsigned(ms, otherMs);
    }
}
