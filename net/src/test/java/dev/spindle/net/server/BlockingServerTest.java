package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that wait over sockets: they are woken in order, in time, and not at all when they have gone. */
class BlockingServerTest {

    private static final int CLIENTS = 60;
    private static final int WAITS = 10;

    @TempDir private Path directory;

    private static void send(RawClient client, String... words) {
        client.sendRaw(RawClient.encode(RawClient.bytes(words)));
    }

    private static String reply(RawClient client) {
        return RawClient.latin1(client.readReply());
    }

    private static void awaitBlocked(RawClient observer, int count) {
        ServerUnderTest.await(
                count + " wait",
                () -> observer.text("INFO", "clients").contains("blocked_clients:" + count + "\r"));
    }

    @Test
    void shouldServeInOrderAndGoOnWithThePipelineWhenManyWait() {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient observer = server.connect()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                RawClient client = server.connect();
                send(client, "BLPOP", "k", "0");
                send(client, "ECHO", "behind " + i);
                awaitBlocked(observer, i + 1);
                clients.add(client);
            }
            clients.get(7).close();
            awaitBlocked(observer, CLIENTS - 1);
            String[] push = new String[CLIENTS + 2];
            push[0] = "RPUSH";
            push[1] = "k";
            for (int i = 0; i < CLIENTS; i++) {
                push[2 + i] = "e" + i;
            }
            assertEquals(":" + CLIENTS + "\r\n", observer.command(push));
            int element = 0;
            for (int i = 0; i < CLIENTS; i++) {
                if (i == 7) {
                    continue;
                }
                RawClient client = clients.get(i);
                assertEquals(List.of("k", "e" + element++), RawClient.flatten(reply(client)));
                assertEquals(List.of("behind " + i), RawClient.flatten(reply(client)));
                client.close();
            }
            assertEquals(":1\r\n", observer.command("LLEN", "k"));
        }
    }

    @Test
    void shouldEndWaitsInTimeAlthoughNothingElseHappens() {
        try (ServerUnderTest server = ServerUnderTest.start(directory, "--hz", "1");
                RawClient client = server.connect();
                RawClient other = server.connect()) {
            long start = System.nanoTime();
            send(other, "BLMOVE", "k", "l", "LEFT", "LEFT", "0.12");
            assertEquals("*-1\r\n", client.command("BZPOPMIN", "k", "0.05"));
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(tookMs >= 50, "took " + tookMs);
            assertEquals("*-1\r\n", reply(other));
            tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(tookMs >= 119, "took " + tookMs);
            // If ticks ended waits, each of those that follow would take the second between two:
            // far more than a busy machine adds.
            start = System.nanoTime();
            for (int i = 0; i < WAITS; i++) {
                assertEquals("*-1\r\n", client.command("BLPOP", "k", "0.05"));
            }
            tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(tookMs < (WAITS - 2) * 1000L, "took " + tookMs);
        }
    }

    @Test
    void shouldRunTransactionsThatComeInOnePiece() {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient client = server.connect();
                RawClient waiting = server.connect()) {
            send(waiting, "BRPOP", "k", "0");
            awaitBlocked(client, 1);
            client.sendRaw(RawClient.bytes("MULTI\r\nRPUSH k 1 2\r\nLLEN k\r\nEXEC\r\nLLEN k\r\n"));
            assertEquals("+OK\r\n", reply(client));
            assertEquals("+QUEUED\r\n", reply(client));
            assertEquals("+QUEUED\r\n", reply(client));
            assertEquals("*2\r\n:2\r\n:2\r\n", reply(client));
            assertEquals(":1\r\n", reply(client));
            assertEquals(List.of("k", "2"), RawClient.flatten(reply(waiting)));
        }
    }

    @Test
    void shouldNotEndAClientThatWaitsForSilence() {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient waiting = server.connect();
                RawClient silent = server.connect()) {
            send(waiting, "BLPOP", "k", "0");
            awaitBlocked(silent, 1);
            assertEquals("+OK\r\n", silent.command("CONFIG", "SET", "timeout", "1"));
            ServerUnderTest.await("the silent one is gone", () -> hasOneBeside(server));
            assertEquals(0, silent.readUntilClosed().length);
            try (RawClient other = server.connect()) {
                other.command("RPUSH", "k", "1");
                assertEquals(List.of("k", "1"), RawClient.flatten(reply(waiting)));
            }
        }
    }

    // Asks each time as a new client: one that stays could be silent for too long itself.
    private static boolean hasOneBeside(ServerUnderTest server) {
        try (RawClient fresh = server.connect()) {
            return fresh.text("INFO", "clients").contains("connected_clients:2\r");
        } catch (UncheckedIOException ended) {
            return false;
        }
    }
}
