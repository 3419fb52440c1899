package dev.spindle.aof.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One generation of a log: made anew, appended to, closed, and never opened as such again; a start may add what is missing at its end ({@link LogTail}). Appending and closing are for one thread;
 * {@link #force} may be called by another meanwhile.
 */
public interface AofLog extends AutoCloseable {

    /**
     * Appends a frame. After an exception the frame is not there, the log ends where it ended before, and the call may be repeated
     * unless {@link #isBroken}.
     *
     * @param frame from position to limit; its position may be moved.
     * @throws IOException when there is no room, or the disk fails.
     */
    void append(ByteBuffer frame) throws IOException;

    /**
     * Tells whether each frame will be forced, or a force comes now and then; that changes what is cheap, nothing else. By the
     * thread that appends.
     */
    default void forcesOften(boolean often) {}

    /** Makes everything durable that was appended before the call. */
    void force() throws IOException;

    /** Whether nothing can be appended any more, so that a new generation must begin. */
    boolean isBroken();

    /** Bytes up to the end of the last frame. */
    long size();

    /** What its first frame tells it from all other logs by; never 0. */
    long id();

    /** Ends it: forces, and cuts off what was set aside behind the last frame. */
    @Override
    void close() throws IOException;
}
