package dev.spindle.engine.keyspace;

/** Frees what an entry's value holds outside the entry; one per type that has such. */
@FunctionalInterface
public interface ValueDisposer {

    /**
     * Frees the value. The entry itself is the caller's.
     *
     * @param entry its address.
     * @param header its header word.
     */
    void dispose(long entry, long header);
}
