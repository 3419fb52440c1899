package dev.spindle.aof.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * The ring of a process that is no more.
 *
 * <p>Nothing of it is believed before it was looked at: whose the file is, magic, version and checksum of what never changes, size, the order of the
 * positions and their distances. Nothing is mapped, so that a file that is cut gives an error and no signal. What the bytes of the data are worth is
 * for {@link dev.spindle.aof.replay.RingRecovery} to find out; a checksum of them there is none, as the core would have to compute it.
 */
public final class LeftRing implements AutoCloseable {

    private static final int CHUNK = 64 << 10;
    private static final Path SELF = Path.of("/proc/self");
    private static final String OWNER = "unix:uid";

    private final FileChannel channel;
    private final ByteBuffer chunk =
            ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C checksum = new CRC32C();
    private final long capacity;
    private final long head;
    private final long completed;
    private final long written;
    private final List<RingMark> frames = new ArrayList<>();
    private final List<RingMark> generations = new ArrayList<>();

    private LeftRing(FileChannel channel) throws IOException, UnusableRing {
        this.channel = channel;
        read(0, RingDescriptor.DATA);
        if (chunk.getLong(0) != RingDescriptor.MAGIC) {
            throw new UnusableRing("it is not a ring, or one that was not begun");
        }
        int version = chunk.getInt(RingDescriptor.VERSION_AT);
        if (version != RingDescriptor.VERSION) {
            throw new UnusableRing("it has version " + version + ", not " + RingDescriptor.VERSION);
        }
        capacity = chunk.getLong(RingDescriptor.CAPACITY);
        ByteBuffer scratch = ByteBuffer.allocate(RingMark.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        if (chunk.getInt(RingDescriptor.CHECKSUM)
                != EffectRing.fixedChecksum(scratch, version, capacity)) {
            throw new UnusableRing("the checksum of its header is wrong");
        }
        if (capacity < RingDescriptor.MIN_CAPACITY
                || capacity > RingDescriptor.MAX_CAPACITY
                || Long.bitCount(capacity) != 1
                || channel.size() != capacity + RingDescriptor.DATA) {
            throw new UnusableRing(
                    "it has " + channel.size() + " bytes for a capacity of " + capacity);
        }
        head = chunk.getLong(RingDescriptor.HEAD);
        long whole = chunk.getLong(RingDescriptor.COMPLETED);
        written = chunk.getLong(RingDescriptor.WRITTEN);
        long lost = chunk.getLong(RingDescriptor.LOST);
        completed = lost == RingDescriptor.NOTHING_LOST ? whole : Math.min(whole, lost);
        // Parts of a unit may be taken before its end is known: the head may be ahead of whole
        // units, never of what was written.
        if (head < 0
                || completed < 0
                || written < whole
                || written < head
                || written - head > capacity
                || whole - head > capacity) {
            throw new UnusableRing(
                    "its positions are impossible: head %d, completed %d, written %d, lost %d"
                            .formatted(head, whole, written, lost));
        }
        readMarks();
    }

    /**
     * Opens what a process has left.
     *
     * @return null when there is nothing.
     * @throws UnusableRing when it must not be used.
     */
    public static LeftRing open(Path path) throws UnusableRing {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try {
            requireOurs(path);
            FileChannel channel =
                    FileChannel.open(
                            path,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS);
            try {
                if (!RingFile.isOurs(channel)) {
                    throw new UnusableRing("another server uses it");
                }
                return new LeftRing(channel);
            } catch (IOException | UnusableRing e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    // Where everybody may write somebody may have put a file under our name.
    private static void requireOurs(Path path) throws IOException, UnusableRing {
        Set<PosixFilePermission> others =
                Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        others.removeAll(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
        boolean owned =
                Files.getAttribute(path, OWNER, LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getAttribute(SELF, OWNER));
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || !others.isEmpty() || !owned) {
            throw new UnusableRing("it may have been written by somebody else");
        }
    }

    private static UnusableRing unreadable(IOException e) {
        return new UnusableRing("it cannot be read: " + e, e);
    }

    private void read(long offset, int length) throws IOException, UnusableRing {
        chunk.clear().limit(length);
        while (chunk.hasRemaining()) {
            if (channel.read(chunk, offset + chunk.position()) < 0) {
                throw new UnusableRing("it ends at " + channel.size() + " bytes");
            }
        }
        chunk.clear();
    }

    private void readMarks() {
        ByteBuffer one = ByteBuffer.allocate(RingMark.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        for (int slot = 0; slot < RingDescriptor.ALL_MARKS; slot++) {
            chunk.get(RingDescriptor.mark(slot), one.array(), 0, RingMark.LENGTH);
            RingMark mark = RingMark.decode(one);
            if (mark != null) {
                (slot < RingDescriptor.FRAME_MARKS ? frames : generations).add(mark);
            }
        }
    }

    /** Marks of frames that are whole. */
    public List<RingMark> frames() {
        return frames;
    }

    /** Marks of generations that are whole. */
    public List<RingMark> generations() {
        return generations;
    }

    /** From where on bytes are there. */
    public long head() {
        return head;
    }

    /** Up to where whole units are there, and nothing before it is missing. */
    public long completed() {
        return completed;
    }

    /** Up to where bytes were published. */
    public long written() {
        return written;
    }

    /** Copies bytes from a position, which with the length must be between {@link #head} and {@link #completed}. */
    public void copyOut(long position, long to, int length) throws UnusableRing {
        if (position < head || length > completed - position) {
            throw new IllegalArgumentException("bytes that the ring does not hold");
        }
        try {
            int done = 0;
            while (done < length) {
                long at = position + done & capacity - 1;
                int now = (int) Math.min(Math.min(CHUNK, length - done), capacity - at);
                read(RingDescriptor.DATA + at, now);
                UnsafeApi.copyMemory(BufferUtil.address(chunk), to + done, now);
                done += now;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Notes that a frame is going to be appended, as the agent does: should this process be killed too, the next one goes on from there. */
    public void markFrame(long sequence, long end, long log, int frame) throws UnusableRing {
        int slot = (int) (sequence & RingDescriptor.FRAME_MARKS - 1);
        long at = RingDescriptor.mark(slot);
        try {
            RingMark.encode(chunk, checksum, sequence, end, log, frame);
            int sum = chunk.getInt(RingMark.CHECKSUM);
            writeInt(0, at + RingMark.CHECKSUM, sum);
            chunk.position(0).limit(RingMark.CHECKSUM);
            write(at);
            writeInt(sum, at + RingMark.CHECKSUM, sum);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void writeInt(int value, long at, int kept) throws IOException {
        chunk.clear().putInt(RingMark.CHECKSUM, value);
        chunk.position(RingMark.CHECKSUM).limit(RingMark.LENGTH);
        write(at);
        chunk.clear().putInt(RingMark.CHECKSUM, kept);
    }

    private void write(long offset) throws IOException {
        long at = offset;
        while (chunk.hasRemaining()) {
            at += channel.write(chunk, at);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
