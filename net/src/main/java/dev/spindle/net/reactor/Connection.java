package dev.spindle.net.reactor;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.session.Transport;
import java.nio.channels.SocketChannel;

/** One client's connection. State only; what happens to it is decided by {@link Reactor}. */
final class Connection extends Pollable implements Transport {

    private final Reactor reactor;
    private final SocketChannel channel;
    private final int descriptor;
    private final String remoteAddress;
    private final String localAddress;
    private final boolean unixSocket;

    /** The client it carries; set once, right after the connection is made. */
    Session session;

    /** Place in the reactor's list of connections. */
    int index;

    /** Bytes to ask for when the input is empty; follows what the client sends at a time. */
    int readSize = Reactor.MIN_READ;

    /** On the list of connections to flush, to resume, to close at the end of the turn. */
    boolean flushing;

    boolean resuming;

    /** Held back: what it has to send may leave when effects up to {@link #heldAt} are on disk. */
    boolean held;

    long heldAt;

    /** How many bytes ever written to its output that lets go; what came later waits anew. */
    long heldUpTo;

    boolean closing;

    Connection(
            Reactor reactor,
            SocketChannel channel,
            String remoteAddress,
            String localAddress,
            boolean unixSocket) {
        this.reactor = reactor;
        this.channel = channel;
        this.descriptor = reactor.descriptorOf(channel);
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
        this.unixSocket = unixSocket;
    }

    @Override
    SocketChannel channel() {
        return channel;
    }

    @Override
    void onReady(int ready) {
        reactor.onReady(this, ready);
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String localAddress() {
        return localAddress;
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    @Override
    public boolean isUnixSocket() {
        return unixSocket;
    }

    @Override
    public void closeNow() {
        reactor.closeLater(this);
    }

    @Override
    public void flushLater() {
        reactor.flushLater(this);
    }

    @Override
    public void resumeLater() {
        reactor.resumeLater(this);
    }
}
