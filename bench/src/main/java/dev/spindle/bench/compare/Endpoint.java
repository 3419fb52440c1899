package dev.spindle.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a load reaches a server: its loopback port, or its Unix socket, through which a request costs both sides a fraction of
 * the kernel's time for TCP.
 *
 * @param socket null for the port
 */
record Endpoint(int port, Path socket) {

    static Endpoint ofPort(int port) {
        return new Endpoint(port, null);
    }

    /** Opens a blocking connection. */
    SocketChannel connect() throws IOException {
        if (socket == null) {
            SocketChannel channel =
                    SocketChannel.open(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return channel;
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** What redis-benchmark is told. */
    List<String> forRedisBenchmark() {
        return socket == null
                ? List.of("-p", Integer.toString(port))
                : List.of("-s", socket.toString());
    }
}
