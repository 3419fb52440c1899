package dev.spindle.aof.ring;

import org.agrona.UnsafeApi;

/**
 * A bounded ring of bytes outside the heap, from the core thread to the log's agent.
 *
 * <pre>
 *        head                  completed      written
 *   ......|====================|==============|.............
 *          units to be taken     part of a unit  room
 * </pre>
 *
 * <p>Positions count bytes since the ring was made and never turn back; a position's place is its remainder by the capacity, a power of
 * two. The core publishes {@code completed} where a unit of effects ends, so that what is taken up to there may be the end
 * of a log. Only when a unit is larger than the room left it publishes {@code written} too, and the agent takes the unit in parts.
 *
 * <p>Bytes instead of records: an effect may be larger than the ring. The three positions are on lines of their own.
 */
public final class EffectRing implements AutoCloseable {

    /** Least bytes of a ring: several frames fit. */
    public static final long MIN_CAPACITY = 1 << 20;

    private static final int LINE = 128;
    private static final int POSITIONS = 4 * LINE;

    private final long capacity;
    private final long mask;
    private final long memory;
    private final long head;
    private final long completed;
    private final long written;

    // The core's own.
    private long tail;
    private long seenHead;

    /** Makes a ring of at least so many bytes, whose positions begin at 0. */
    public EffectRing(long bytes) {
        this(bytes, 0);
    }

    /** Makes a ring of at least so many bytes, whose positions go on from those of another. */
    public EffectRing(long bytes, long position) {
        long wish = Math.max(MIN_CAPACITY, bytes);
        capacity = Long.highestOneBit(wish - 1) << 1;
        mask = capacity - 1;
        memory = UnsafeApi.allocateMemory(capacity + POSITIONS);
        head = memory + capacity + LINE;
        completed = head + LINE;
        written = completed + LINE;
        UnsafeApi.setMemory(memory + capacity, POSITIONS, (byte) 0);
        tail = position;
        seenHead = position;
        taken(position);
        complete();
    }

    /** Bytes it can hold. */
    public long capacity() {
        return capacity;
    }

    /** Bytes that can be put now. By the core. */
    public long room() {
        long room = capacity - (tail - seenHead);
        if (room < capacity >> 1) {
            seenHead = head();
            room = capacity - (tail - seenHead);
        }
        return room;
    }

    /** Puts bytes, at most {@link #room}. By the core. */
    public void put(long address, long length) {
        long at = tail & mask;
        long first = Math.min(length, capacity - at);
        UnsafeApi.copyMemory(address, memory + at, first);
        if (first < length) {
            UnsafeApi.copyMemory(address + first, memory, length - first);
        }
        tail += length;
    }

    /** Where the next byte goes. By the core. */
    public long tail() {
        return tail;
    }

    /** What was put so far ends a unit. By the core. */
    public void complete() {
        UnsafeApi.putLongRelease(null, written, tail);
        UnsafeApi.putLongRelease(null, completed, tail);
    }

    /** What was put so far may be taken although the unit goes on. By the core. */
    public void publishPart() {
        UnsafeApi.putLongRelease(null, written, tail);
    }

    /** Up to where bytes were taken. */
    public long head() {
        return UnsafeApi.getLongAcquire(null, head);
    }

    /** Up to where whole units can be taken. */
    public long completed() {
        return UnsafeApi.getLongAcquire(null, completed);
    }

    /** Up to where bytes can be taken. */
    public long written() {
        return UnsafeApi.getLongAcquire(null, written);
    }

    /** Copies bytes from a position that was published and not given back. By the agent. */
    public void copyOut(long position, long to, int length) {
        long at = position & mask;
        long first = Math.min(length, capacity - at);
        UnsafeApi.copyMemory(memory + at, to, first);
        if (first < length) {
            UnsafeApi.copyMemory(memory, to + first, length - first);
        }
    }

    /** Gives back the room up to a position. By the agent. */
    public void taken(long position) {
        UnsafeApi.putLongRelease(null, head, position);
    }

    /** Frees the memory; nobody may use the ring any more. */
    @Override
    public void close() {
        UnsafeApi.freeMemory(memory);
    }
}
