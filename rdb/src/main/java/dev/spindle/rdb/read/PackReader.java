package dev.spindle.rdb.read;

import org.agrona.UnsafeApi;

/**
 * Takes the elements out of a pack, one after the other. A pack is checked while it is walked over: its last element has been taken
 * only when {@link #next} has answered false without complaint.
 */
abstract class PackReader {

    protected final RdbReader reader;
    protected long start;
    protected long at;

    /** Behind the last byte of the pack. */
    protected long end;

    PackReader(RdbReader reader) {
        this.reader = reader;
    }

    /** Begins with a pack of so many bytes. */
    final void open(long address, long length) {
        start = address;
        at = address;
        end = address + length;
        begin();
    }

    /** Begins with the bytes of a text. */
    final void open(RdbText pack) {
        open(pack.address(), pack.length());
    }

    /** Looks at what stands before the elements. */
    protected abstract void begin();

    /**
     * Takes the next element.
     *
     * @return false at the end of a pack that was sound.
     * @throws RdbFault when the pack is not.
     */
    abstract boolean next(RdbText into);

    /** What the pack is called in complaints. */
    protected abstract String name();

    protected final RdbFault broken() {
        return reader.corrupt(name() + " integrity check failed.");
    }

    /** Bytes that are left; no element takes less than one. */
    final long left() {
        return end - at;
    }

    /** Makes sure that so many bytes are left. */
    protected final void need(long bytes) {
        if (bytes < 0 || bytes > end - at) {
            throw broken();
        }
    }

    protected final int byteAt(long address) {
        return UnsafeApi.getByte(address) & 255;
    }

    /** Takes the next element, which must be there. */
    final void require(RdbText into) {
        if (!next(into)) {
            throw broken();
        }
    }

    /** Takes the next element, which must be an integer, and answers it. */
    final long requireLong(RdbText into) {
        require(into);
        if (!into.isNumber()) {
            throw broken();
        }
        return into.number();
    }
}
