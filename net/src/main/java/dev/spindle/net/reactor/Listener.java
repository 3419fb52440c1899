package dev.spindle.net.reactor;

import dev.spindle.engine.EngineHost.LogLevel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A bound socket that clients connect to. */
public final class Listener extends Pollable implements AutoCloseable {

    /** Accepts per turn at most, so that a storm of connections does not hold up those that are there. */
    private static final int MAX_ACCEPTS = 1000;

    private final ServerSocketChannel channel;
    private final Path unixPath;
    private final String unixName;
    private Reactor reactor;

    private Listener(ServerSocketChannel channel, Path unixPath, String unixName) {
        this.channel = channel;
        this.unixPath = unixPath;
        this.unixName = unixName;
    }

    /**
     * Binds to an address of the network.
     *
     * @param family INET for IPv4 alone; INET6 takes IPv4 as well when the address is the wildcard.
     */
    public static Listener bind(
            InetSocketAddress address, StandardProtocolFamily family, int backlog)
            throws IOException {
        return bind(address, family, backlog, null, null);
    }

    /**
     * Binds to a path in the file system; what stood there must have been removed before.
     *
     * @param name what clients see as its address: the path as it was configured.
     */
    public static Listener bindUnix(Path path, String name, int backlog) throws IOException {
        return bind(
                UnixDomainSocketAddress.of(path), StandardProtocolFamily.UNIX, backlog, path, name);
    }

    private static Listener bind(
            SocketAddress address, ProtocolFamily family, int backlog, Path path, String name)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(family);
        try {
            if (path == null) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            channel.configureBlocking(false);
            channel.bind(address, backlog);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new Listener(channel, path, name);
    }

    /** The port it is bound to; 0 for a path. */
    public int port() throws IOException {
        return unixPath != null ? 0 : ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    /** The path it is bound to, or null. */
    public Path unixPath() {
        return unixPath;
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
        for (int i = 0; i < MAX_ACCEPTS; i++) {
            try {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                admit(accepted);
            } catch (IOException e) {
                // Most likely no descriptor is left; the client stays in the backlog.
                reactor.engine()
                        .host()
                        .log(LogLevel.WARNING, "Accepting client connection: " + e.getMessage());
                return;
            }
        }
    }

    private void admit(SocketChannel accepted) throws IOException {
        try {
            if (unixPath != null) {
                reactor.admit(accepted, unixName + ":0", unixName + ":0", true, true);
                return;
            }
            InetSocketAddress remote = (InetSocketAddress) accepted.getRemoteAddress();
            InetSocketAddress local = (InetSocketAddress) accepted.getLocalAddress();
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            KeepAlive.set(accepted, reactor.settings().keepAliveSeconds);
            reactor.admit(
                    accepted,
                    PeerAddress.text(remote),
                    PeerAddress.text(local),
                    false,
                    remote.getAddress().isLoopbackAddress());
        } catch (IOException | RuntimeException e) {
            // The peer may be gone again already.
            accepted.close();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
