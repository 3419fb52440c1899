package dev.spindle.engine.type;

/** Receives members of a set by reference; see {@link SetType}. */
@FunctionalInterface
public interface RefVisitor {

    /**
     * One member; the set must not be changed meanwhile.
     *
     * @param encoding of the set.
     */
    void member(int encoding, long ref);
}
