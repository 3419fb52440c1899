package dev.spindle.net.reactor;

import java.nio.channels.SelectableChannel;

/** Something with a descriptor that a {@link Poller} watches. */
abstract class Pollable {

    /** Bit of {@link #onReady} and of interest: there is something to read, or to accept. */
    static final int READ = 1;

    /** Bit of {@link #onReady} and of interest: there is room to write. */
    static final int WRITE = 4;

    /** What the poller watches for at present; the poller's own note. */
    int interest;

    /** What the poller keeps for this object; the poller's own note. */
    Object registration;

    /** The channel behind it, in non-blocking mode. */
    abstract SelectableChannel channel();

    /**
     * The channel is ready.
     *
     * @param ready {@link #READ}, {@link #WRITE} or both; an error or a hang-up shows as both.
     */
    abstract void onReady(int ready);
}
