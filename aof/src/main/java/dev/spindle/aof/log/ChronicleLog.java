package dev.spindle.aof.log;

import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.perf.os.Posix;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.BufferUtil;

/**
 * Frames as documents of a queue of Chronicle's, one queue of one file per generation.
 *
 * <h2>What is asked of the queue, and what is not</h2>
 *
 * The queue gives appends into a mapped file without a system call and without garbage. It does not make anything durable, has no
 * checksums, and its reader and its writer go past damage without a word. So: {@code SyncMode.NONE}, and {@link #force} is fdatasync on a descriptor of our
 * own, which covers the whole file; frames carry their checksums and sequence numbers; and no queue is ever opened again to append.
 *
 * <h2>Faults</h2>
 *
 * The first touch of a page of a sparse mapped file may read ahead and zero megabytes: tens of milliseconds. Each new block is advised
 * as randomly accessed, and {@link ReservedFile} has its pages written before the appender comes there. Where the disk is full nevertheless,
 * the virtual machine turns the SIGBUS into an InternalError; then the log is broken, ends at its last frame, and a new
 * generation must begin.
 *
 * <h2>Where somebody cuts the file</h2>
 *
 * Before each append the file's size is looked at, and a file that got shorter breaks the log before a page is touched that is no more. A cut
 * <i>within</i> an append, between that look and the last store, is not found in time. Then it depends on which store meets it:
 *
 * <ul>
 *   <li>The frame's bytes are copied by the virtual machine's guarded copy: an InternalError, as above.
 *   <li>The document's header, the queue's write position and its index entries are set by atomic operations. In compiled code the virtual
 *       machine takes the signal for a fault of that code: an InternalError again. In the interpreter it does not, and the process
 *       would end with SIGBUS. So {@link ChronicleSetup} calls these operations, on memory of its own, until they are compiled.
 * </ul>
 *
 * <p>What is left is the moment between opening the first log and the end of that compilation, milliseconds in the life of a process, and a
 * virtual machine that runs without compiler. It cannot be closed with a queue that is mapped: the queue sets its headers in the mapping whatever
 * way the frame's bytes take; a lease on the file (fcntl) is refused while it is open more than once, which it is; seals are for
 * files in memory only. {@link FileLog} maps nothing.
 */
public final class ChronicleLog implements AofLog {

    /** Bytes that are mapped at a time. */
    public static final long BLOCK = 256L << 20;

    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final PointerBytesStore pointer = new PointerBytesStore();
    private FileChannel channel;
    private ReservedFile reserved;
    private BytesStore<?, ?> advised;
    private final long id;
    private volatile long end;
    private volatile boolean broken;

    /**
     * Makes a queue. The calling thread is the one that appends.
     *
     * @param directory which must not be there yet.
     * @param first a frame to begin with: only with it there is a file.
     */
    public ChronicleLog(Path directory, long block, ByteBuffer first) throws IOException {
        id = FrameDescriptor.idOf(first);
        try {
            queue =
                    SingleChronicleQueueBuilder.binary(directory)
                            .rollCycle(GenerationCycle.ONLY)
                            .blockSize(block)
                            .syncMode(SyncMode.NONE)
                            .build();
            appender = queue.createAppender();
            write(first);
            File file = appender.currentFile();
            channel =
                    FileChannel.open(
                            file.toPath(), StandardOpenOption.READ, StandardOpenOption.WRITE);
            reserved = new ReservedFile(channel);
        } catch (InternalError | RuntimeException e) {
            throw failure(e);
        }
    }

    private static IOException failure(Throwable cause) {
        return cause instanceof InternalError
                ? new IOException("No space left on device", cause)
                : new IOException("Chronicle Queue: " + cause, cause);
    }

    @Override
    public void append(ByteBuffer frame) throws IOException {
        if (broken) {
            throw new IOException("Input/output error");
        }
        // Better than to find out by a fault, see above.
        reserved.requireUncut(end);
        reserved.ensure(end, frame.remaining());
        try {
            write(frame);
        } catch (InternalError | RuntimeException e) {
            broken = true;
            throw failure(e);
        }
    }

    /** Appends without a look at the file before. */
    void write(ByteBuffer frame) {
        int length = frame.remaining();
        pointer.set(BufferUtil.address(frame) + frame.position(), length);
        long wrote;
        try (DocumentContext document = appender.writingDocument()) {
            Bytes<?> bytes = document.wire().bytes();
            bytes.write(pointer, 0L, length);
            wrote = bytes.writePosition();
            if (bytes.bytesStore() != advised) {
                advise(bytes.bytesStore());
            }
        }
        frame.position(frame.limit());
        end = wrote;
    }

    private void advise(BytesStore<?, ?> block) {
        advised = block;
        if (Posix.isAvailable()) {
            long from = block.addressForRead(block.start());
            // Advice only: a kernel that refuses it costs time, nothing else.
            Posix.tryMadvise(from, block.realCapacity(), Posix.MADV_RANDOM);
        }
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public boolean isBroken() {
        return broken || reserved.isCut();
    }

    @Override
    public long size() {
        return end;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public void close() throws IOException {
        try (FileChannel file = channel) {
            try {
                queue.close();
            } catch (InternalError | RuntimeException e) {
                broken = true;
            }
            file.truncate(end);
            file.force(true);
        }
    }
}
