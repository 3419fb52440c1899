package dev.spindle.net.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerCacheTest {

    private static final String HOST = "127.0.0.1";
    private static final long TIMEOUT_MS = 5000;
    private static final long START_NS = 1_000;

    private final PeerCache peers = new PeerCache();
    private final List<ServerSocket> servers = new ArrayList<>();

    private int server() throws IOException {
        ServerSocket made = new ServerSocket(0, PeerCache.MOST, InetAddress.getLoopbackAddress());
        servers.add(made);
        return made.getLocalPort();
    }

    @AfterEach
    void close() throws IOException {
        peers.close();
        for (ServerSocket each : servers) {
            each.close();
        }
    }

    private PeerCache.Link get(int port, long nowNs) throws IOException {
        return peers.get(HOST, port, null, TIMEOUT_MS, nowNs);
    }

    @Test
    void shouldGiveTheSameConnectionUntilNobodyHasUsedItForLong() throws IOException {
        int port = server();
        PeerCache.Link first = get(port, START_NS);
        assertSame(first, get(port, START_NS + 7));
        peers.closeIdle(START_NS + 7 + PeerCache.IDLE_NS);
        assertSame(first, get(port, START_NS + 7 + PeerCache.IDLE_NS));
        peers.closeIdle(START_NS + 8 + 2 * PeerCache.IDLE_NS);
        assertEquals(0, peers.size());
        assertNotSame(first, get(port, START_NS));
    }

    @Test
    void shouldDropTheOneNotUsedForLongestWhenThereAreTooMany() throws IOException {
        List<Integer> ports = new ArrayList<>();
        List<PeerCache.Link> links = new ArrayList<>();
        for (int i = 0; i < PeerCache.MOST; i++) {
            ports.add(server());
            links.add(get(ports.get(i), START_NS + i));
        }
        assertSame(links.get(0), get(ports.get(0), START_NS + PeerCache.MOST));
        get(server(), START_NS + PeerCache.MOST);
        assertEquals(PeerCache.MOST, peers.size());
        assertSame(links.get(0), get(ports.get(0), START_NS + PeerCache.MOST));
        assertNotSame(links.get(1), get(ports.get(1), START_NS + PeerCache.MOST));
    }

    @Test
    void shouldConnectAnewWhenCredentialsAreOthers() throws IOException {
        int port = server();
        byte[][] login = {{'a'}, {'b'}};
        PeerCache.Link with = peers.get(HOST, port, login, TIMEOUT_MS, START_NS);
        byte[][] same = {{'a'}, {'b'}};
        assertSame(with, peers.get(HOST, port, same, TIMEOUT_MS, START_NS));
        assertNotSame(with, get(port, START_NS));
        assertEquals(1, peers.size());
    }

    @Test
    void shouldNotKnowTheDatabaseWhenTheConnectionIsNew() throws IOException {
        PeerCache.Link link = get(server(), START_NS);
        assertTrue(!link.isIn(0));
        link.in(3);
        assertTrue(link.isIn(3));
        link.inUnknown();
        assertTrue(!link.isIn(3));
    }
}
