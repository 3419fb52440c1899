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

    /** Told that the one block of a compact value is about to be freed: for what the block refers to. */
    default void blockLeaves(long entry, long header) {}

    /** How many objects the value is made of, roughly; above {@link #FREE_AT_ONCE} it is freed in slices. */
    default long effort(long entry, long header) {
        return 1;
    }

    /**
     * Frees a part of a value that is in no table any more.
     *
     * @param most how many objects at most, roughly.
     * @return whether nothing is left.
     */
    default boolean disposeSome(long entry, long header, int most) {
        dispose(entry, header);
        return true;
    }

    /** Objects that are freed on the spot. */
    int FREE_AT_ONCE = 64;
}
