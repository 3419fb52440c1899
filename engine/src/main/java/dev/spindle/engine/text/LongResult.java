package dev.spindle.engine.text;

/** Where a parser that answers true leaves the integer it read; reused, so that parsing allocates nothing. */
public final class LongResult {
    /** Meaningful only after a parser has answered true. */
    public long value;
}
