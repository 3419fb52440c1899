package dev.spindle.aof.replay;

import dev.spindle.engine.Engine;
import java.io.IOException;
import java.nio.file.Path;

/** Loads a snapshot that is the base of a log, or the beginning of one. */
@FunctionalInterface
public interface BaseLoader {

    /**
     * Loads it into an empty engine.
     *
     * @return the offset behind its last byte.
     */
    long load(Engine engine, Path file) throws IOException;
}
