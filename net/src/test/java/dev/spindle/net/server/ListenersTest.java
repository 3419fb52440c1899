package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that move to other ports and addresses while they serve. */
class ListenersTest {

    private static final String OTHER_LOOPBACK = "127.0.0.2";

    @TempDir private Path directory;

    private static void assertServes(String host, int port) {
        try (RawClient client = new RawClient(host, port)) {
            assertEquals("+PONG\r\n", client.command("PING"));
        }
    }

    private static void assertRefuses(String host, int port) {
        assertThrows(UncheckedIOException.class, () -> new RawClient(host, port).close());
    }

    @Test
    void shouldListenOnTheNewPortAloneAndKeepItsClientsWhenPortIsSet() {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient client = server.connect()) {
            int before = server.server().port();
            int after = RealRedis.freePort();
            assertEquals(
                    "+OK\r\n", client.command("CONFIG", "SET", "port", Integer.toString(after)));
            assertRefuses("127.0.0.1", before);
            assertServes("127.0.0.1", after);
            assertEquals("+PONG\r\n", client.command("PING"));
            assertTrue(client.command("INFO", "server").contains("\r\ntcp_port:" + after + "\r\n"));
            assertEquals(after, server.server().port());
        }
    }

    @Test
    void shouldListenOnTheNewAddressesAloneWhenBindIsSet() {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient client = server.connect()) {
            int port = server.server().port();
            assertRefuses(OTHER_LOOPBACK, port);
            assertEquals(
                    "+OK\r\n",
                    client.command("CONFIG", "SET", "bind", "127.0.0.1 " + OTHER_LOOPBACK));
            assertServes("127.0.0.1", port);
            assertServes(OTHER_LOOPBACK, port);
            assertEquals("+OK\r\n", client.command("CONFIG", "SET", "bind", OTHER_LOOPBACK));
            assertRefuses("127.0.0.1", port);
            assertServes(OTHER_LOOPBACK, port);
            assertEquals("+PONG\r\n", client.command("PING"));
        }
    }

    @Test
    void shouldListenWhenTheNewAddressIsAnOldOneUnderAnotherName() {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient client = server.connect()) {
            assertEquals("+OK\r\n", client.command("CONFIG", "SET", "bind", "localhost"));
            assertServes("127.0.0.1", server.server().port());
        }
    }

    @Test
    void shouldListenAsBeforeWhenAnAddressClosedForAnotherCannotBeReplaced() {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient client = server.connect()) {
            String reply = client.command("CONFIG", "SET", "bind", "localhost 192.0.2.1");
            assertTrue(reply.endsWith("Failed to bind to specified addresses.\r\n"), reply);
            assertServes("127.0.0.1", server.server().port());
        }
    }

    @Test
    void shouldListenAsBeforeWhenAnotherValueOfTheSameCommandIsRefused() {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient client = server.connect()) {
            int before = server.server().port();
            int after = RealRedis.freePort();
            String reply =
                    client.command(
                            "CONFIG",
                            "SET",
                            "port",
                            Integer.toString(after),
                            "tls-port",
                            Integer.toString(RealRedis.freePort()));
            assertTrue(reply.contains("related to argument 'tls-port'"), reply);
            assertServes("127.0.0.1", before);
            assertRefuses("127.0.0.1", after);
        }
    }

    @Test
    void shouldAnswerAndStayAsRedisDoesWhenItCannotListenElsewhere() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                RealRedis redis = RealRedis.start();
                ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient theirs = redis.connect();
                RawClient ours = server.connect()) {
            String port = Integer.toString(taken.getLocalPort());
            String free = Integer.toString(RealRedis.freePort());
            String[][] sets = {
                {"port", port},
                {"PORT", port, "maxmemory", "1gb"},
                {"maxmemory", "1gb", "port", port},
                {"bind", "192.0.2.1"},
                {"bind", "127.0.0.1 127.0.0.1"},
                {"bind", "127.0.0.1 192.0.2.1"},
                {"bind", "127.0.0.1 no.such.host.invalid"},
                {"port", free, "bind", "192.0.2.1"},
                {"bind", "192.0.2.1", "port", free},
                {"port", "70000"},
                {"bind", "127.0.0.1 -192.0.2.1"},
            };
            for (String[] set : sets) {
                String[] command = new String[set.length + 2];
                command[0] = "CONFIG";
                command[1] = "SET";
                System.arraycopy(set, 0, command, 2, set.length);
                String what = String.join(" ", set);
                assertEquals(theirs.command(command), ours.command(command), what);
                for (String name : new String[] {"bind", "maxmemory"}) {
                    assertEquals(
                            theirs.command("CONFIG", "GET", name),
                            ours.command("CONFIG", "GET", name),
                            what);
                }
                assertServes("127.0.0.1", redis.port());
                assertServes("127.0.0.1", server.server().port());
            }
            for (String line :
                    new String[] {
                        "# Warning: Could not create server TCP listening socket 127.0.0.1:"
                                + port
                                + ": bind: Address already in use",
                        "# Warning: Could not create server TCP listening socket 192.0.2.1:"
                                + server.server().port()
                                + ": bind: Cannot assign requested address",
                        "# Failed to bind",
                        "# Failed applying new configuration. Possibly related to new port setting. Restoring previous settings.",
                        "# Failed applying new configuration. Possibly related to new bind setting. Restoring previous settings.",
                    }) {
                ServerUnderTest.await(
                        "the log says " + line, () -> server.log().contains(line + "\n"));
            }
        }
    }
}
