package dev.spindle.engine.blocking;

import dev.spindle.engine.command.Invocation;

/** What a command that blocks does for a client that waited, when one of its keys may have something for it. */
@FunctionalInterface
public interface BlockedOperation {

    /**
     * Tries to serve a client.
     *
     * @param in its request, as it came; the database, the client and the reply are its own.
     * @param memo what the command gave when it blocked the client, or null.
     * @return whether the client was answered, be it with an error; otherwise nothing was written and it goes on waiting, in its
     *     place.
     */
    boolean tryServe(Invocation in, long[] memo);

    /**
     * Answers a client whose time is up, where that is not the usual null.
     *
     * @return whether it was answered.
     */
    default boolean giveUp(Invocation in, long[] memo) {
        return false;
    }
}
