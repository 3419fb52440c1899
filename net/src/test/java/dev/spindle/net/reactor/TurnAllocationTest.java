package dev.spindle.net.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.Engine;
import dev.spindle.engine.SilentHost;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.memory.Arena;
import dev.spindle.perf.clock.EpochClock;
import dev.spindle.perf.clock.NanoClock;
import dev.spindle.perf.counter.AllocationProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The core's promise at the reactor: turns of a warm server take nothing from the heap. */
class TurnAllocationTest {

    private static final int CLIENTS = 300;

    @Test
    void shouldAllocateNothingWhenThreeHundredClientsAreBusyOverEpoll() throws IOException {
        EpollPoller poller = EpollPoller.tryOpen();
        assumeTrue(poller != null, "no epoll on this platform");
        assertEquals(0, leastPerRound(poller));
    }

    private static long leastPerRound(Poller poller) throws IOException {
        assumeTrue(AllocationProbe.isSupported(), "this virtual machine does not count");
        Engine engine =
                new Engine(
                        new Arena(64L << 20, false),
                        ServerConfig.defaults(),
                        1,
                        CommandFamilies.rows(),
                        NanoClock.SYSTEM,
                        EpochClock.system(),
                        new SilentHost());
        Reactor reactor = new Reactor(engine, new ReactorSettings(), poller);
        Listener listener =
                Listener.bind(
                        new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
                        StandardProtocolFamily.INET,
                        511);
        reactor.listen(listener);
        List<SocketChannel> clients = new ArrayList<>();
        try (engine) {
            var address = new InetSocketAddress("127.0.0.1", listener.port());
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(SocketChannel.open(address));
                reactor.turn(false);
            }
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 400; round++) {
                least = Math.min(least, round(reactor, clients));
            }
            return least;
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
            reactor.stop();
            reactor.run();
        }
    }

    /** One request of every client, served by this thread; the bytes that the serving turns allocate. */
    private static long round(Reactor reactor, List<SocketChannel> clients) {
        ByteBuffer request = ByteBuffer.wrap("SET k 1\r\nGET k\r\n".getBytes());
        ByteBuffer reply = ByteBuffer.allocate(64);
        try {
            for (SocketChannel client : clients) {
                client.write(request.rewind());
            }
            long before = AllocationProbe.allocatedBytes();
            int served = 0;
            while (served < clients.size()) {
                served += reactor.turn(false);
            }
            long allocated = AllocationProbe.allocatedBytes() - before;
            for (SocketChannel client : clients) {
                reply.clear().limit("+OK\r\n$1\r\n1\r\n".length());
                while (reply.hasRemaining()) {
                    client.read(reply);
                }
            }
            return allocated;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
