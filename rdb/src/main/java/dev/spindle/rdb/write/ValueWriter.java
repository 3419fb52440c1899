package dev.spindle.rdb.write;

import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.snapshot.DataView;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.format.RdbType;

/**
 * Writes the values of a view, of any type and encoding, in the form of Redis that loads fastest and into the same encoding.
 *
 * <p>What a value needs beside its own bytes is one node or block of it at a time, and the compressed form of that.
 */
public final class ValueWriter {

    private final Memory memory;
    private final StringWriter strings;
    private final ListWriter lists;
    private final SetWriter sets;
    private final SortedSetWriter sortedSets;
    private final HashWriter hashes;
    private final StreamWriter streams;
    private int type;

    /** A writer of values of a view, for one thread. */
    public ValueWriter(DataView view, RdbOutput out) {
        memory = view.arena().memory();
        strings = new StringWriter(memory, out);
        PackBuilder pack = new PackBuilder(memory);
        lists = new ListWriter(view.arena(), out, strings, pack);
        sets = new SetWriter(view.arena(), view.hashSeed(), out, strings, pack);
        sortedSets = new SortedSetWriter(view.arena(), view.hashSeed(), out, strings, pack);
        hashes = new HashWriter(view.arena(), view.hashSeed(), out, strings, pack);
        streams = new StreamWriter(view.arena(), out, strings, pack);
    }

    /** Sets how values are written from now on. */
    public void options(WriteOptions options) {
        strings.compresses(options.compression());
        lists.options(options);
        sets.options(options);
        sortedSets.options(options);
        streams.options(options);
    }

    /**
     * Looks at the value of an entry; {@link #writeValue} then writes it.
     *
     * @return the number of its form, one of {@link RdbType}.
     */
    public int open(long entry) {
        long header = Entry.header(memory, entry);
        type =
                switch (Entry.type(header)) {
                    case ValueType.STRING -> RdbType.STRING;
                    case ValueType.LIST -> RdbType.LIST_QUICKLIST_2;
                    case ValueType.SET -> sets.type(header);
                    case ValueType.SORTED_SET -> SortedSetWriter.type(header);
                    case ValueType.HASH -> hashes.open(entry);
                    case ValueType.STREAM -> streams.type();
                    default ->
                            throw new IllegalStateException(
                                    "no value of this type can be written: " + Entry.type(header));
                };
        return type;
    }

    /** Writes a key. */
    public void writeKey(long entry) {
        long header = Entry.header(memory, entry);
        strings.write(Entry.keyAddress(entry, header), Entry.keyLength(memory, entry, header));
    }

    /** Writes the value that {@link #open} has just looked at, without the number of its form. */
    public void writeValue(long entry) {
        long header = Entry.header(memory, entry);
        switch (Entry.type(header)) {
            case ValueType.STRING -> writeString(entry, header);
            case ValueType.LIST -> lists.write(entry);
            case ValueType.SET -> sets.write(entry, header);
            case ValueType.SORTED_SET -> sortedSets.write(entry);
            case ValueType.HASH -> hashes.write(entry);
            default -> streams.write(entry);
        }
    }

    private void writeString(long entry, long header) {
        if (StringType.isInt(header)) {
            strings.writeLong(Entry.word(memory, entry, header));
        } else if ((Entry.flags(header) & Entry.BLOB) != 0) {
            long word = Entry.word(memory, entry, header);
            strings.write(memory.address(Entry.blobHandle(word)), Entry.blobLength(word));
            strings.trim();
        } else {
            strings.write(Entry.inlineAddress(memory, entry, header), Entry.inlineLength(header));
        }
    }
}
