package dev.spindle.engine.memory;

import org.agrona.UnsafeApi;

/**
 * A buffer outside the heap and outside the arena, that grows as it is asked and is used again: where a value is put together
 * before it is stored, or taken apart before it is sent. It is no part of the data, so nothing hears of stores into it.
 */
public final class Scratch {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int LEAST = 64;

    /** A buffer that grew beyond this is given back by {@link #clear}. */
    private static final long MOST_KEPT = 1 << 20;

    private long address;
    private long capacity;
    private long length;

    /** Empties the buffer. */
    public void clear() {
        length = 0;
        if (capacity > MOST_KEPT) {
            UnsafeApi.freeMemory(address);
            address = 0;
            capacity = 0;
        }
    }

    /** Empties the buffer and gives all its memory back. */
    public void release() {
        length = 0;
        if (capacity > 0) {
            UnsafeApi.freeMemory(address);
            address = 0;
            capacity = 0;
        }
    }

    /** Bytes held, used or not. */
    public long capacity() {
        return capacity;
    }

    /** Address of the first byte; changes when the buffer grows. */
    public long address() {
        return address;
    }

    /** Number of bytes in it. */
    public long length() {
        return length;
    }

    /** Cuts it to a length. */
    public void length(long bytes) {
        assert bytes <= length : "a buffer is not grown by cutting";
        length = bytes;
    }

    /** Adds room for bytes at the end; answers its address. What it holds is up to the caller. */
    public long extend(long bytes) {
        long needed = length + bytes;
        if (needed > capacity) {
            long larger = Math.max(Math.max(LEAST, needed), capacity * 2);
            address = UnsafeApi.reallocateMemory(address, larger);
            capacity = larger;
        }
        long at = address + length;
        length = needed;
        return at;
    }

    /** Appends bytes that lie anywhere outside the heap. */
    public void append(long from, long bytes) {
        long to = extend(bytes);
        UnsafeApi.copyMemory(from, to, bytes);
    }

    /** Appends bytes of a memory, which may be frozen. */
    public void append(Memory memory, long from, long bytes) {
        long to = extend(bytes);
        memory.copyOut(from, to, bytes);
    }

    /** Appends bytes of the heap. */
    public void append(byte[] from) {
        long to = extend(from.length);
        UnsafeApi.copyMemory(from, BYTES, null, to, from.length);
    }

    /** Appends a byte. */
    public void appendByte(int value) {
        UnsafeApi.putByte(extend(1), (byte) value);
    }

    /** Appends eight bytes. */
    public void appendLong(long value) {
        UnsafeApi.putLong(extend(8), value);
    }

    /** Eight bytes at an offset. */
    public long longAt(long offset) {
        assert offset >= 0 && offset + 8 <= length : "outside the buffer";
        return UnsafeApi.getLong(address + offset);
    }

    /** Stores eight bytes at an offset. */
    public void longAt(long offset, long value) {
        assert offset >= 0 && offset + 8 <= length : "outside the buffer";
        UnsafeApi.putLong(address + offset, value);
    }

    /** The byte at an offset, 0 to 255. */
    public int byteAt(long offset) {
        assert offset >= 0 && offset < length : "outside the buffer";
        return UnsafeApi.getByte(address + offset) & 255;
    }

    /** Stores a byte at an offset. */
    public void byteAt(long offset, int value) {
        assert offset >= 0 && offset < length : "outside the buffer";
        UnsafeApi.putByte(address + offset, (byte) value);
    }

    /** Sets the bytes from an offset to the end to zero. */
    public void zero(long offset) {
        assert offset >= 0 && offset <= length : "outside the buffer";
        UnsafeApi.setMemory(address + offset, length - offset, (byte) 0);
    }

    /** Replaces a stretch by room for other bytes; what lies behind moves. */
    public void splice(long offset, long removed, long inserted) {
        long tail = length - offset - removed;
        assert offset >= 0 && removed >= 0 && tail >= 0 : "outside the buffer";
        if (inserted > removed) {
            extend(inserted - removed);
        }
        UnsafeApi.copyMemory(address + offset + removed, address + offset + inserted, tail);
        length = offset + inserted + tail;
    }
}
