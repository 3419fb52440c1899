package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;

/** Receives the fields of a hash in a walk. */
@FunctionalInterface
public interface FieldVisitor {

    /**
     * One field; the hash must not be changed meanwhile.
     *
     * @param name its bytes; valid only during the call.
     * @param value address of its value, an element of a listpack.
     */
    void field(ByteView name, long value);
}
