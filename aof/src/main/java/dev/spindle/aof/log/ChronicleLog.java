package dev.spindle.aof.log;

import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.perf.os.Posix;
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
 * The queue gives documents one behind the other in a mapped file, whole or not there, without garbage. It does not make anything durable, has no
 * checksums, and its reader and its writer go past damage without a word. So: {@code SyncMode.NONE}, and {@link #force} is fdatasync on a descriptor of our
 * own, which covers the whole file; frames carry their checksums and sequence numbers; and no queue is ever opened again to append.
 *
 * <h2>Two ways into one file</h2>
 *
 * The queue sets a document's header in the mapping, and what a kill in between leaves may be its bytes behind a header of zero; the bytes themselves go by write(2) to the place that the queue
 * gave them, which the kernel keeps in the same pages. Stores into the mapping would cost a fault for each page of 4 KiB, and one more whenever a force has made it
 * clean: with frames of half a megabyte two thirds of what an append takes.
 *
 * <h2>Faults</h2>
 *
 * What is left of them is a page per frame. The first touch of a page of a sparse mapped file may read ahead and zero megabytes: tens of milliseconds. Each new block is advised
 * as randomly accessed, and {@link ReservedFile} sees to it that there is room where the appender comes. Where the disk is full nevertheless,
 * the virtual machine turns the SIGBUS into an InternalError; then the log is broken, ends at its last frame, and a new
 * generation must begin.
 *
 * <h2>Where somebody cuts the file</h2>
 *
 * Before each append the file's size is looked at, and a file that got shorter breaks the log before a page is touched that is no more. A cut
 * <i>within</i> an append is found by another look behind it, and what meets it in between does no harm:
 *
 * <ul>
 *   <li>The frame's bytes make the file longer again, but not as long as it was.
 *   <li>The document's header, the queue's write position and its index entries are set by atomic operations. In compiled code the virtual
 *       machine takes the signal for a fault of that code, an InternalError that it throws at its next occasion, which the exception after that look
 *       is. In the interpreter it does not, and the process
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
            writeFirst(first);
            Path file = appender.currentFile().toPath();
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            reserved = new ReservedFile(file, channel);
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
    void write(ByteBuffer frame) throws IOException {
        int length = frame.remaining();
        long wrote;
        try (DocumentContext document = appender.writingDocument()) {
            Bytes<?> bytes = document.wire().bytes();
            try {
                reserved.write(frame, bytes.writePosition());
            } catch (IOException e) {
                broken = true;
                document.rollbackOnClose();
                throw e;
            }
            bytes.writeSkip(length);
            wrote = wrote(bytes);
        }
        reserved.requireUncut(wrote);
        end = wrote;
    }

    // Through the mapping: there is no file before the first document.
    private void writeFirst(ByteBuffer frame) {
        int length = frame.remaining();
        PointerBytesStore pointer = new PointerBytesStore();
        pointer.set(BufferUtil.address(frame) + frame.position(), length);
        try (DocumentContext document = appender.writingDocument()) {
            Bytes<?> bytes = document.wire().bytes();
            bytes.write(pointer, 0L, length);
            end = wrote(bytes);
        }
    }

    private long wrote(Bytes<?> bytes) {
        if (bytes.bytesStore() != advised) {
            advise(bytes.bytesStore());
        }
        return bytes.writePosition();
    }

    @Override
    public void forcesOften(boolean often) {
        reserved.forcesOften(often);
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
        reserved.close();
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
