package dev.spindle.engine.keyspace;

/** Removes elements of a value whose time has come; for types whose elements can expire of themselves. */
@FunctionalInterface
public interface ElementExpirer {

    /**
     * Does a bounded part of it.
     *
     * @param entry in its table, with {@link Entry#VOLATILE}; gone afterwards when its last element went.
     * @param counts receives what was met.
     * @return whether there is more to do for this entry now.
     */
    boolean expireSome(Keyspace db, long entry, SweepCounts counts);
}
