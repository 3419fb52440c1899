package dev.spindle.engine.encoding;

/** Receives the elements of a table in a walk. */
@FunctionalInterface
public interface ElementVisitor {

    /** One element; the table must not be changed meanwhile. */
    void entry(long address);
}
