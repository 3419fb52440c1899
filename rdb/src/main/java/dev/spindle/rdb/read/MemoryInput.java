package dev.spindle.rdb.read;

import dev.spindle.rdb.format.Crc64;

/** Bytes that stand in memory already, such as an argument of RESTORE. */
public final class MemoryInput extends RdbInput {

    private long start;

    /** Points at bytes outside the heap; answers itself. */
    public MemoryInput wrap(long address, long length) {
        start = address;
        at = address;
        end = address + length;
        endOffset = length;
        return this;
    }

    @Override
    protected long takeMore(long bytes) {
        throw new RdbFault(RdbFault.Kind.SHORT, endOffset, "Unexpected EOF reading RDB file");
    }

    @Override
    public long size() {
        return endOffset;
    }

    /** Bytes not taken yet. */
    public long left() {
        return end - at;
    }

    @Override
    public long checksum() {
        return Crc64.update(Crc64.START, start, at - start);
    }
}
