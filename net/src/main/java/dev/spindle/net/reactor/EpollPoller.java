package dev.spindle.net.reactor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * A poller on Linux's epoll without the JDK's selector around it.
 *
 * <p>The selector takes three locks per turn, keeps its keys in a map by boxed descriptor and hands out sets. All that a
 * reactor needs is an array from descriptor to connection: small integers that the kernel reuses, so the array stays short. An epoll
 * instance forgets a descriptor by itself when it is closed.
 */
final class EpollPoller implements Poller {

    private static final int MAX_EVENTS = 1024;

    private final int epoll;
    private final long events;
    private final Pipe wakeups;
    private final Pollable wakeupEnd;
    private Pollable[] byDescriptor = new Pollable[64];
    private long readyAtNs;

    private EpollPoller() throws IOException {
        epoll = EpollCalls.create();
        events = UnsafeApi.allocateMemory((long) MAX_EVENTS * EpollCalls.EVENT_BYTES);
        wakeups = Pipe.open();
        wakeups.source().configureBlocking(false);
        wakeups.sink().configureBlocking(false);
        wakeupEnd = new WakeupEnd(wakeups.source());
        add(wakeupEnd, Pollable.READ);
    }

    /** A poller, or null where the virtual machine does not let us at its natives. */
    static EpollPoller tryOpen() throws IOException {
        try {
            return new EpollPoller();
        } catch (LinkageError e) {
            return null;
        }
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public int descriptorOf(SelectableChannel channel) {
        return EpollCalls.descriptor(channel);
    }

    @Override
    public void add(Pollable pollable, int interest) throws IOException {
        int descriptor = EpollCalls.descriptor(pollable.channel());
        if (descriptor >= byDescriptor.length) {
            byDescriptor =
                    Arrays.copyOf(byDescriptor, Math.max(descriptor + 1, byDescriptor.length * 2));
        }
        byDescriptor[descriptor] = pollable;
        pollable.interest = interest;
        control(EpollCalls.CTL_ADD, descriptor, interest);
    }

    @Override
    public void change(Pollable pollable, int interest) throws IOException {
        if (pollable.interest != interest) {
            pollable.interest = interest;
            control(EpollCalls.CTL_MOD, EpollCalls.descriptor(pollable.channel()), interest);
        }
    }

    // READ and WRITE have the values of EPOLLIN and EPOLLOUT.
    private void control(int operation, int descriptor, int interest) throws IOException {
        int errno = EpollCalls.ctl(epoll, operation, descriptor, interest);
        if (errno != 0) {
            throw new IOException("epoll_ctl of descriptor " + descriptor + ": errno " + errno);
        }
    }

    @Override
    public void remove(Pollable pollable) {
        int descriptor = EpollCalls.descriptor(pollable.channel());
        EpollCalls.ctl(epoll, EpollCalls.CTL_DEL, descriptor, 0);
        byDescriptor[descriptor] = null;
    }

    @Override
    public boolean forgetsAtOnce() {
        return true;
    }

    @Override
    public int poll(int timeoutMs) {
        int count = EpollCalls.await(epoll, events, MAX_EVENTS, timeoutMs);
        if (count <= 0) {
            return 0;
        }
        readyAtNs = System.nanoTime();
        long event = events;
        for (int i = 0; i < count; i++) {
            int ready = UnsafeApi.getInt(event + EpollCalls.EVENTS_OFFSET);
            Pollable pollable =
                    byDescriptor[UnsafeApi.getInt(event + EpollCalls.DESCRIPTOR_OFFSET)];
            if (pollable != null) {
                int told = ready & (Pollable.READ | Pollable.WRITE);
                pollable.onReady(told == ready ? told : Pollable.READ | Pollable.WRITE);
            }
            event += EpollCalls.EVENT_BYTES;
        }
        return count;
    }

    @Override
    public long readyAtNs() {
        return readyAtNs;
    }

    @Override
    public void wakeup() {
        try {
            wakeups.sink().write(ByteBuffer.allocate(1));
        } catch (IOException e) {
            // Only a closed poller refuses, and that one does not wait.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        wakeups.sink().close();
        wakeups.source().close();
        UnsafeApi.freeMemory(events);
        EpollCalls.close(epoll);
    }

    private static final class WakeupEnd extends Pollable {
        private final Pipe.SourceChannel source;
        private final ByteBuffer sink = ByteBuffer.allocateDirect(64);

        WakeupEnd(Pipe.SourceChannel source) {
            this.source = source;
        }

        @Override
        SelectableChannel channel() {
            return source;
        }

        @Override
        void onReady(int ready) {
            try {
                sink.clear();
                source.read(sink);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
