package dev.spindle.aof.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Adds frames to a generation that a process has left, when the start finds in what is left of that process what belongs there.
 *
 * <p>A queue is written without Chronicle, as it is read without it: documents of a header of four bytes, aligned to four. Nobody will ever open it to append, so
 * its own index, which does not learn of them, has no use any more.
 */
public final class LogTail implements AutoCloseable {

    private static final int DOCUMENT_HEADER = 4;

    private final FileChannel channel;
    private final boolean inQueue;
    private final ByteBuffer head =
            ByteBuffer.allocate(DOCUMENT_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    private long end;

    /**
     * Opens the file and cuts off what is behind its last good frame.
     *
     * @param file with the frames.
     * @param end of the last good frame.
     */
    public LogTail(Path file, LogFormat format, long end) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        inQueue = format == LogFormat.CHRONICLE;
        this.end = end;
        try {
            channel.truncate(end);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Appends a frame. */
    public void append(ByteBuffer frame) throws IOException {
        if (inQueue) {
            end = end + DOCUMENT_HEADER - 1 & -DOCUMENT_HEADER;
            head.clear().putInt(frame.remaining()).flip();
            write(head);
        }
        write(frame);
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            end += channel.write(bytes, end);
        }
    }

    /** Makes everything durable. */
    public void force() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
