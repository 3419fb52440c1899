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
}
