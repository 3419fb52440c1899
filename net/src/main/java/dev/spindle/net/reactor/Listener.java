package dev.spindle.net.reactor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A bound socket that clients connect to. */
public final class Listener extends Pollable {

    /** Accepts per turn at most, so that a storm of connections does not hold up those that are there. */
    private static final int MAX_ACCEPTS = 1000;

    private final ServerSocketChannel channel;
    private Reactor reactor;

    private Listener(ServerSocketChannel channel) {
        this.channel = channel;
    }

    /** Binds to an address. */
    public static Listener bind(InetSocketAddress address, int backlog) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.configureBlocking(false);
        channel.bind(address, backlog);
        return new Listener(channel);
    }

    /** The port it is bound to. */
    public int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    void attach(Reactor owner) {
        reactor = owner;
    }

    @Override
    SelectableChannel channel() {
        return channel;
    }

    @Override
    void onReady(int ready) {
        try {
            for (int i = 0; i < MAX_ACCEPTS; i++) {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                admit(accepted);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void admit(SocketChannel accepted) throws IOException {
        accepted.configureBlocking(false);
        accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Connection connection =
                new Connection(
                        reactor,
                        accepted,
                        EpollCalls.descriptor(accepted),
                        PeerAddress.text((InetSocketAddress) accepted.getRemoteAddress()),
                        PeerAddress.text((InetSocketAddress) accepted.getLocalAddress()),
                        false);
        reactor.admit(connection, accepted);
    }
}
