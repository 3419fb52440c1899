package dev.spindle.engine.keyspace;

/** Moves what a large value is made of out of slabs that are being emptied; one per type that has such. */
@FunctionalInterface
public interface ValueMover {

    /**
     * Lets objects of a value change places: each object in turn goes through {@link
     * dev.spindle.engine.memory.Compaction#move}, and where that answers another address, what pointed at the object is
     * changed. The value may be changed by commands between two calls; what is missed by that is no harm.
     *
     * <p>What is a {@link dev.spindle.engine.encoding.MemberTable} lets its root go by {@link
     * dev.spindle.engine.type.CollectionEntry#relocateRoot} at cursor 0, and the rest by {@link
     * dev.spindle.engine.encoding.MemberTable#relocate}.
     *
     * @param entry of the value, neither compact nor a string; its word may be changed, the entry itself stays.
     * @param cursor 0 to begin, else what the last call answered.
     * @param most objects to look at, roughly.
     * @return where to go on; 0 when all was looked at.
     */
    long relocate(long entry, long header, long cursor, int most);
}
