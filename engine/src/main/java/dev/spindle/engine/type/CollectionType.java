package dev.spindle.engine.type;

import dev.spindle.engine.keyspace.ValueCopier;
import dev.spindle.engine.keyspace.ValueDisposer;
import dev.spindle.engine.keyspace.ValueMover;

/**
 * What the server asks of a type's values whatever the type: to free, copy, weigh and describe them. Values in one block
 * (flag BLOB of the entry) are freed and copied without it; it is only told, for what the block refers to.
 */
public interface CollectionType extends ValueDisposer, ValueCopier, ValueMover {

    /** Bytes that a value holds outside its entry, for MEMORY USAGE; exact, and may walk the whole value. */
    long bytes(long entry, long header);

    /** Number of its elements: list elements, members, fields, stream entries. */
    long size(long entry, long header);

    /** Tells a value to a digest, element by element, in the way of DEBUG DIGEST. */
    void digest(long entry, long header, ValueDigest digest);
}
