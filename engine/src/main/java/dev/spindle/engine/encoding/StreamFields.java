package dev.spindle.engine.encoding;

/** Where the fields and values of an entry that is added come from: texts outside the heap, fields and values in turn. */
public interface StreamFields {

    /** Number of field-value pairs; at least 1. */
    int pairs();

    /**
     * Address of a text.
     *
     * @param index from 0: the fields are even, their values odd.
     */
    long address(int index);

    /** Length of a text. */
    int length(int index);

    /** Length of all of them together. */
    default long bytes() {
        long total = 0;
        for (int i = 0; i < 2 * pairs(); i++) {
            total += length(i);
        }
        return total;
    }
}
