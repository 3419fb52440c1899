package dev.spindle.engine.keyspace;

/** Copies what an entry's value holds outside the entry, for COPY; one per type that has such. */
@FunctionalInterface
public interface ValueCopier {

    /**
     * Gives a copied entry outside parts of its own.
     *
     * @param from the entry copied.
     * @param made its copy, whose value word still points at the parts of {@code from}; it is in no table yet. When memory
     *     runs out, it is the caller's to free, its value word must not be.
     */
    void copy(long from, long made);

    /**
     * Told that a compact value was copied, whose one block is all it has outside the entry: for what the block refers to.
     *
     * @param made the copy, with a block of its own.
     * @param header its header word.
     */
    default void blockCopied(long made, long header) {}
}
