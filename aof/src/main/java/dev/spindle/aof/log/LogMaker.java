package dev.spindle.aof.log;

import dev.spindle.aof.frame.FrameBuffer;
import java.io.IOException;
import java.nio.file.Path;

/** Makes logs: {@link LogFiles#create}, but where a test lets a disk fail. */
@FunctionalInterface
public interface LogMaker {

    /** Makes one; as {@link LogFiles#create}. */
    AofLog create(LogFormat format, Path path, long nowMs, FrameBuffer buffer) throws IOException;
}
