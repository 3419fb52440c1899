package dev.spindle.aof.agent;

import dev.spindle.aof.log.AofLog;
import java.io.IOException;

/** Makes the next generation's log; on the agent's thread, which will append to it. */
@FunctionalInterface
public interface LogOpener {

    /**
     * Makes it.
     *
     * @param firstSequence of the frames in it, if it is used at once; -1 when that is not known yet.
     */
    AofLog open(long firstSequence) throws IOException;

    /** What was made is not going to be used; it is closed already. */
    default void abandon() throws IOException {}
}
