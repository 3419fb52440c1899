package dev.spindle.engine.text;

/** Where a parser that answers true leaves the double it read; reused, so that parsing allocates nothing. */
public final class DoubleResult {
    /** Meaningful only after a parser has answered true. */
    public double value;
}
