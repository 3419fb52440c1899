package dev.spindle.aof.log;

import dev.spindle.aof.frame.FrameDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Frames one behind the other in a plain file, with zeros behind the last. */
public final class FileLog implements AofLog {

    private final FileChannel channel;
    private final ReservedFile reserved;
    private final long id;
    private volatile long end;

    /**
     * Makes a file; it must not be there yet.
     *
     * @param first a frame to begin with.
     */
    public FileLog(Path file, ByteBuffer first) throws IOException {
        id = FrameDescriptor.idOf(first);
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        reserved = new ReservedFile(file, channel);
        try {
            append(first);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void append(ByteBuffer frame) throws IOException {
        reserved.requireUncut(end);
        int length = frame.remaining();
        reserved.ensure(end, length);
        end = reserved.write(frame, end);
    }

    @Override
    public void forcesOften(boolean often) {
        reserved.forcesOften(often);
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public boolean isBroken() {
        return reserved.isCut() || !channel.isOpen();
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
        try (channel) {
            channel.truncate(end);
            channel.force(true);
        }
    }
}
