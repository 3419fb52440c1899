package dev.spindle.net.reactor;

import java.io.IOException;
import java.nio.channels.SelectableChannel;

/**
 * Waits for channels to become ready and tells their {@link Pollable}s. One thread, but for {@link #wakeup}.
 *
 * <p>Readiness is level-triggered: what is not dealt with is reported again. A channel must stay open while the events of a turn are
 * being told; the reactor closes channels at the end of its turn.
 */
interface Poller extends AutoCloseable {

    /** The best poller that this virtual machine allows. */
    static Poller open() throws IOException {
        EpollPoller epoll = EpollPoller.tryOpen();
        return epoll != null ? epoll : new SelectorPoller();
    }

    /** A short name for the log. */
    String name();

    /** Number of a channel's descriptor, or -1 where it cannot be known. */
    int descriptorOf(SelectableChannel channel);

    /** Starts watching. */
    void add(Pollable pollable, int interest) throws IOException;

    /** Changes what is watched for. */
    void change(Pollable pollable, int interest) throws IOException;

    /** Stops watching; called before the channel is closed. */
    void remove(Pollable pollable);

    /**
     * Tells every pollable that is ready.
     *
     * @param timeoutMs how long to wait at most for the first one; 0 not at all.
     * @return how many were told.
     */
    int poll(int timeoutMs) throws IOException;

    /** When the last {@link #poll} that told anyone stopped waiting, by {@code System.nanoTime}. */
    long readyAtNs();

    /** Whether a channel that was removed and closed is closed for the system too, or only by the next {@link #poll}. */
    boolean forgetsAtOnce();

    /** Makes a waiting {@link #poll} return soon. From any thread. */
    void wakeup();

    @Override
    void close() throws IOException;
}
