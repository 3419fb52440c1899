package dev.spindle.engine.encoding;

/** Moves the elements of a table, one by one. */
@FunctionalInterface
public interface ElementMover {

    /** Moves an element or leaves it; answers where it stands now. The table must not be changed meanwhile. */
    long move(long element);
}
