package dev.spindle.aof;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.log.LogMaker;
import dev.spindle.aof.log.PassingLog;
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
        return new PassingLog(LogFiles.create(format, path, nowMs, buffer)) {
            @Override
            public void append(ByteBuffer frame) throws IOException {
                ask();
                super.append(frame);
            }

            @Override
            public void force() throws IOException {
                ask();
                super.force();
            }
        };
    }
}
