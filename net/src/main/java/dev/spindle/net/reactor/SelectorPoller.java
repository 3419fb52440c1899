package dev.spindle.net.reactor;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

/** A poller on the JDK's selector, for platforms and virtual machines where {@link EpollPoller} cannot be made. */
final class SelectorPoller implements Poller {

    private final Selector selector = Selector.open();
    private final Consumer<SelectionKey> teller = this::tell;
    private long readyAtNs;
    private boolean told;

    SelectorPoller() throws IOException {}

    @Override
    public String name() {
        return "selector";
    }

    @Override
    public int descriptorOf(SelectableChannel channel) {
        return -1;
    }

    @Override
    public void add(Pollable pollable, int interest) throws IOException {
        pollable.interest = interest;
        int operations = operations(pollable, interest);
        pollable.registration = pollable.channel().register(selector, operations, pollable);
    }

    // What READ means differs for listeners; a set of valid operations tells which it is.
    private static int operations(Pollable pollable, int interest) {
        int valid = pollable.channel().validOps();
        return valid == SelectionKey.OP_ACCEPT ? valid : interest & valid;
    }

    @Override
    public void change(Pollable pollable, int interest) {
        if (pollable.interest != interest) {
            pollable.interest = interest;
            ((SelectionKey) pollable.registration).interestOps(operations(pollable, interest));
        }
    }

    @Override
    public void remove(Pollable pollable) {
        ((SelectionKey) pollable.registration).cancel();
    }

    // The JDK keeps the descriptor of a closed channel until its key has left the selector.
    @Override
    public boolean forgetsAtOnce() {
        return false;
    }

    @Override
    public int poll(int timeoutMs) throws IOException {
        told = false;
        return timeoutMs == 0
                ? selector.selectNow(teller)
                : selector.select(teller, timeoutMs < 0 ? 0 : timeoutMs);
    }

    private void tell(SelectionKey key) {
        if (!told) {
            told = true;
            readyAtNs = System.nanoTime();
        }
        if (key.isValid()) {
            int ready = key.readyOps();
            int bits = (ready & SelectionKey.OP_WRITE) != 0 ? Pollable.WRITE : 0;
            if ((ready & ~SelectionKey.OP_WRITE) != 0) {
                bits |= Pollable.READ;
            }
            ((Pollable) key.attachment()).onReady(bits);
        }
    }

    @Override
    public long readyAtNs() {
        return readyAtNs;
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
