package dev.spindle.rdb.read;

/**
 * Bytes to read from, one behind the other, outside the heap. {@link #take} is the only way to get at them: it answers where so many
 * bytes stand in one piece, which they do until the next call.
 */
public abstract class RdbInput implements AutoCloseable {

    /** The next byte to take. */
    protected long at;

    /** Behind the last byte that can be taken without further ado. */
    protected long end;

    /** Offset of {@link #end} in the input. */
    protected long endOffset;

    /**
     * Takes bytes.
     *
     * @param bytes how many; any number, also one that a liar wrote.
     * @return address of the first, good until the next call.
     * @throws RdbFault when there are not so many.
     */
    public final long take(long bytes) {
        long from = at;
        if (bytes >= 0 && bytes <= end - from) {
            at = from + bytes;
            return from;
        }
        if (bytes < 0) {
            throw new RdbFault(RdbFault.Kind.CORRUPT, offset(), "A length beyond all bounds");
        }
        return takeMore(bytes);
    }

    /** Takes more bytes than stand ready in one piece. */
    protected abstract long takeMore(long bytes);

    /** How many bytes were taken. */
    public long offset() {
        return endOffset - (end - at);
    }

    /** Bytes there are in all, or -1 when nobody knows. */
    public abstract long size();

    /** The checksum of all that was taken, to be asked for directly behind a {@link #take}. */
    public abstract long checksum();

    @Override
    public void close() {}
}
