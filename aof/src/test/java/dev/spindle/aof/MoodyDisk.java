package dev.spindle.aof;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.log.LogMaker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Makes logs on a disk that refuses to take anything while it is told to. */
final class MoodyDisk implements LogMaker {

    /** What it refuses with; null while it does not. */
    volatile String refusal;

    private void ask() throws IOException {
        if (refusal != null) {
            throw new IOException(refusal);
        }
    }

    @Override
    public AofLog create(LogFormat format, Path path, long nowMs, FrameBuffer buffer)
            throws IOException {
        ask();
        AofLog log = LogFiles.create(format, path, nowMs, buffer);
        return new AofLog() {
            @Override
            public void append(ByteBuffer frame) throws IOException {
                ask();
                log.append(frame);
            }

            @Override
            public void force() throws IOException {
                ask();
                log.force();
            }

            @Override
            public boolean isBroken() {
                return log.isBroken();
            }

            @Override
            public long size() {
                return log.size();
            }

            @Override
            public long id() {
                return log.id();
            }

            @Override
            public void close() throws IOException {
                log.close();
            }
        };
    }
}
