package dev.spindle.aof.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Frames one behind the other in a plain file, with zeros behind the last. */
public final class FileLog implements AofLog {

    private final FileChannel channel;
    private final ReservedFile reserved;
    private volatile long end;
    private volatile boolean broken;

    /** Makes a file; it must not be there yet. */
    public FileLog(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        reserved = new ReservedFile(channel);
    }

    @Override
    public void append(ByteBuffer frame) throws IOException {
        if (broken) {
            throw new IOException("Input/output error");
        }
        if (channel.size() < end) {
            // Written on, it would hold a hole that nobody finds before the next start.
            broken = true;
            throw new IOException("The file was cut at " + channel.size() + " of " + end);
        }
        int length = frame.remaining();
        reserved.ensure(end, length);
        long at = end;
        while (frame.hasRemaining()) {
            at += channel.write(frame, at);
        }
        end = at;
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public boolean isBroken() {
        return broken || !channel.isOpen();
    }

    @Override
    public long size() {
        return end;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            channel.truncate(end);
            channel.force(true);
        }
    }
}
