package dev.spindle.aof.ring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
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
 *
 * <p>The memory may be a {@link RingFile}, which a process that is killed leaves behind. For that the agent notes {@linkplain RingMark marks}; the core
 * stores no more than it would otherwise: its bytes, then the two positions, and those in an order in which the kill of a thread leaves a prefix of what it did. So what lies before
 * {@code completed} is whole, always. Layout: {@link RingDescriptor}.
 */
public final class EffectRing implements AutoCloseable {

    private static final int PAGE = 4096;
    private static final long SMALL = 128;
    private static final int PAGES_AT_A_TIME = 64;

    private final long capacity;
    private final long mask;
    private final long header;
    private final long memory;
    private final long head;
    private final long completed;
    private final long written;
    private final RingFile file;

    // The core's own.
    private long tail;
    private long seenHead;

    // The agent's own.
    private final ByteBuffer mark =
            ByteBuffer.allocateDirect(RingMark.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final long markAddress = BufferUtil.address(mark);
    private final CRC32C checksum = new CRC32C();
    private int generations;
    private long touched;
    private long touchedBytes;

    /** Makes a ring of at least so many bytes, whose positions begin at 0. */
    public EffectRing(long bytes) {
        this(bytes, 0);
    }

    /** Makes a ring of at least so many bytes, whose positions go on from those of another. */
    public EffectRing(long bytes, long position) {
        this(
                capacityFor(bytes),
                UnsafeApi.allocateMemory(capacityFor(bytes) + RingDescriptor.DATA),
                null,
                position);
    }

    /** Makes a ring over a file, which it owns from now on. */
    public EffectRing(RingFile file, long position) {
        this(file.capacity(), file.address(), file, position);
    }

    private EffectRing(long capacity, long header, RingFile file, long position) {
        this.capacity = capacity;
        this.header = header;
        this.file = file;
        mask = capacity - 1;
        memory = header + RingDescriptor.DATA;
        head = header + RingDescriptor.HEAD;
        completed = header + RingDescriptor.COMPLETED;
        written = header + RingDescriptor.WRITTEN;
        touched = file == null ? capacity : 0;
        UnsafeApi.setMemory(header, RingDescriptor.DATA, (byte) 0);
        tail = position;
        seenHead = position;
        UnsafeApi.putLong(header + RingDescriptor.LOST, RingDescriptor.NOTHING_LOST);
        taken(position);
        complete();
        describe();
    }

    private void describe() {
        ByteBuffer fixed = ByteBuffer.allocate(RingMark.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        int sum = fixedChecksum(fixed, RingDescriptor.VERSION, capacity);
        UnsafeApi.putInt(header + RingDescriptor.VERSION_AT, RingDescriptor.VERSION);
        UnsafeApi.putInt(header + RingDescriptor.CHECKSUM, sum);
        UnsafeApi.putLong(header + RingDescriptor.CAPACITY, capacity);
        UnsafeApi.putLongRelease(null, header, RingDescriptor.MAGIC);
    }

    /** Checksum of what never changes in a header. */
    static int fixedChecksum(ByteBuffer scratch, int version, long capacity) {
        scratch.clear();
        scratch.putLong(RingDescriptor.MAGIC).putInt(version).putLong(capacity).flip();
        CRC32C sum = new CRC32C();
        sum.update(scratch);
        return (int) sum.getValue();
    }

    /** The capacity of a ring that is to hold so many bytes. */
    public static long capacityFor(long bytes) {
        long wish = Math.max(RingDescriptor.MIN_CAPACITY, bytes);
        return Long.highestOneBit(wish - 1) << 1;
    }

    /** Bytes it can hold. */
    public long capacity() {
        return capacity;
    }

    /** Whether what is in it outlives the process. */
    public boolean isInFile() {
        return file != null;
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
        copy(address, memory + at, first);
        if (first < length) {
            UnsafeApi.copyMemory(address + first, memory, length - first);
        }
        tail += length;
    }

    // Most effects are small: a call would take longer than the copy.
    private static void copy(long from, long to, long length) {
        if (length > SMALL || length < Long.BYTES) {
            UnsafeApi.copyMemory(from, to, length);
            return;
        }
        long last = length - Long.BYTES;
        for (long i = 0; i < last; i += Long.BYTES) {
            UnsafeApi.putLong(to + i, UnsafeApi.getLong(from + i));
        }
        UnsafeApi.putLong(to + last, UnsafeApi.getLong(from + last));
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

    /** From now on effects are dropped: what is completed later than now follows on something that is missing. By the core. */
    public void lose() {
        if (!hasLost()) {
            UnsafeApi.putLongRelease(null, header + RingDescriptor.LOST, completed());
        }
    }

    /** Whether effects were dropped that no generation has yet. */
    public boolean hasLost() {
        return UnsafeApi.getLongAcquire(null, header + RingDescriptor.LOST)
                != RingDescriptor.NOTHING_LOST;
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

    /** Nothing that was lost counts any more: a generation begins behind it whose base has it. By the agent. */
    public void foundAgain() {
        UnsafeApi.putLongRelease(null, header + RingDescriptor.LOST, RingDescriptor.NOTHING_LOST);
    }

    /**
     * A frame is going to be appended. By the agent, before it is.
     *
     * @param end position where its effects end.
     * @param log id of the generation that it goes to.
     * @param frame its checksum.
     */
    public void markFrame(long sequence, long end, long log, int frame) {
        // In turn, so that the mark of the frame before stays whole whenever the process ends.
        int slot = (int) (sequence & RingDescriptor.FRAME_MARKS - 1);
        putMark(slot, sequence, end, log, frame);
    }

    /**
     * A generation begins. By the agent, before any frame goes there.
     *
     * @param lastSequence of the frame before it.
     * @param position where its effects begin.
     * @param log its id.
     */
    public void markGeneration(long lastSequence, long position, long log) {
        int slot = RingDescriptor.FRAME_MARKS + (generations++ & 1);
        putMark(slot, lastSequence, position, log, 0);
    }

    /** The logs that were marked do not lead to what comes from now on. By the agent. */
    public void forgetMarks() {
        for (int slot = 0; slot < RingDescriptor.ALL_MARKS; slot++) {
            long at = header + RingDescriptor.mark(slot);
            UnsafeApi.putLongVolatile(null, at + RingMark.LOG, 0);
        }
    }

    // The checksum last; while it is 0 the rest is not believed.
    private void putMark(int slot, long sequence, long position, long log, int frame) {
        RingMark.encode(mark, checksum, sequence, position, log, frame);
        long at = header + RingDescriptor.mark(slot);
        UnsafeApi.putIntVolatile(null, at + RingMark.CHECKSUM, 0);
        UnsafeApi.copyMemory(markAddress, at, RingMark.CHECKSUM);
        UnsafeApi.putIntVolatile(null, at + RingMark.CHECKSUM, mark.getInt(RingMark.CHECKSUM));
    }

    /**
     * Lets some more pages of a file be mapped before the core comes there. By the agent, when it has nothing else to do.
     *
     * @return whether there were any.
     */
    public boolean touchAhead() {
        if (touched >= capacity) {
            return false;
        }
        for (int i = 0; i < PAGES_AT_A_TIME && touched < capacity; i++) {
            // Read only, as the core may be writing there; and kept, so that it is read.
            touchedBytes += UnsafeApi.getByteVolatile(null, memory + touched);
            touched += PAGE;
        }
        return true;
    }

    /** Frees the memory, and deletes the file if it is one; nobody may use the ring any more. */
    @Override
    public void close() {
        if (file == null) {
            UnsafeApi.freeMemory(header);
            return;
        }
        try {
            file.remove();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, but leaves the file to the next start: something in it is not in the log. */
    public void leave() {
        if (file == null) {
            close();
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
