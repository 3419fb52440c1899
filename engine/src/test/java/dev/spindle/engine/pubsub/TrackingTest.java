package dev.spindle.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.perf.counter.AllocationProbe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** Client-side caching where chance or cost is concerned, or the order of 7.2; the rest is compared with a real server. */
class TrackingTest {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private static String invalidate(String key) {
        return ">2\r\n$10\r\ninvalidate\r\n*1\r\n$" + key.length() + "\r\n" + key + "\r\n";
    }

    private static String heard(Session session) {
        return RawClient.latin1(EngineHarness.drain(session));
    }

    @Test
    void shouldForgetRandomKeysAndTellWhenThereAreMoreThanAllowed() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("CONFIG", "SET", "tracking-table-max-keys", "10");
            engine.command("HELLO", "3");
            engine.command("CLIENT", "TRACKING", "ON");
            Set<String> kept = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                kept.add("key" + i);
                String[] replies = engine.command("GET", "key" + i).split(">2\r\n");
                assertEquals("_\r\n", replies[0], "the reply comes first");
                for (int n = 1; n < replies.length; n++) {
                    String key = RawClient.flatten(">2\r\n" + replies[n]).get(1);
                    assertTrue(kept.remove(key), key);
                }
                assertEquals(kept.size(), engine.engine().tracking().totalKeys());
                assertTrue(kept.size() <= 10);
            }
            for (int i = 0; i < 200; i++) {
                boolean told = engine.command("SET", "key" + i, "v").contains("invalidate");
                assertEquals(kept.contains("key" + i), told);
            }
            assertEquals(0, engine.engine().tracking().totalItems());
        }
    }

    @Test
    void shouldTellEachOfManyClientsOnceWhenAKeyChanges() {
        try (EngineHarness engine = new EngineHarness()) {
            List<Session> all = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                Session session = engine.connect();
                engine.command(session, "HELLO", "3");
                engine.command(session, "CLIENT", "TRACKING", "ON");
                engine.command(session, "GET", "k");
                engine.command(session, "GET", "k");
                all.add(session);
            }
            assertEquals(1000, engine.engine().tracking().totalItems());
            engine.command("SET", "k", "v");
            engine.command("SET", "k", "w");
            for (Session session : all) {
                assertEquals(invalidate("k"), heard(session));
            }
        }
    }

    @Test
    void shouldTellAfterTheReplyAndAfterNotificationsWhenAClientChangesItsOwnKey() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("CONFIG", "SET", "notify-keyspace-events", "KA");
            engine.command("HELLO", "3");
            engine.command("CLIENT", "TRACKING", "ON");
            engine.command("SUBSCRIBE", "__keyspace@0__:k");
            engine.command("GET", "k");
            assertEquals(
                    "+OK\r\n>3\r\n$7\r\nmessage\r\n$16\r\n__keyspace@0__:k\r\n$3\r\nset\r\n"
                            + invalidate("k")
                            + "+PONG\r\n",
                    engine.send(
                            engine.session(),
                            EngineHarness.frame("SET", "k", "v") + EngineHarness.frame("PING")));
        }
    }

    @Test
    void shouldTellThroughAnotherAfterItsReplyWhenThatOneMadeTheChange() {
        try (EngineHarness engine = new EngineHarness()) {
            Session other = engine.connect();
            engine.command(other, "HELLO", "3");
            engine.command("CLIENT", "TRACKING", "ON", "REDIRECT", Long.toString(other.id()));
            engine.command("GET", "k");
            assertEquals("+OK\r\n" + invalidate("k"), engine.command(other, "SET", "k", "v"));
            engine.command("GET", "k");
            assertEquals(
                    "+OK\r\n>2\r\n$10\r\ninvalidate\r\n$-1\r\n", engine.command(other, "FLUSHALL"));
        }
    }

    @Test
    void shouldTellWhenAKeyExpiresByItself() {
        try (EngineHarness engine = new EngineHarness()) {
            Session other = engine.connect();
            engine.command(other, "HELLO", "3");
            engine.command(other, "CLIENT", "TRACKING", "ON", "BCAST", "NOLOOP");
            engine.command("HELLO", "3");
            engine.command("CLIENT", "TRACKING", "ON");
            engine.command("SET", "k", "v", "PX", "10");
            engine.command("GET", "k");
            assertEquals(invalidate("k"), heard(other));
            engine.clock().advanceMs(1000);
            for (int i = 0; i < 100; i++) {
                engine.engine().cron(engine.clock().nanoTime());
                engine.clock().advanceMs(100);
            }
            assertEquals(invalidate("k"), heard(engine.session()));
            assertEquals(invalidate("k"), heard(other));
        }
    }

    @Test
    void shouldTellWhoMadeRoomThatAKeyWasEvicted() {
        try (EngineHarness engine = new EngineHarness()) {
            String value = "v".repeat(10_000);
            engine.command("SET", "old", value);
            engine.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
            engine.command("CONFIG", "SET", "maxmemory", "1mb");
            engine.command("HELLO", "3");
            engine.command("CLIENT", "TRACKING", "ON", "BCAST", "NOLOOP");
            String told = "";
            for (int i = 0; i < 1000 && told.isEmpty(); i++) {
                String replies = engine.command("SET", "key" + i, value);
                assertTrue(replies.startsWith("+OK\r\n"), replies);
                told = replies.substring("+OK\r\n".length());
            }
            assertTrue(told.startsWith(">2\r\n$10\r\ninvalidate\r\n"), told);
        }
    }

    @Test
    void shouldHearOfNoChangeWhenNobodyTracks() {
        try (EngineHarness engine = new EngineHarness()) {
            Tracking tracking = engine.engine().tracking();
            engine.command("SET", "k", "v");
            engine.command("GET", "k");
            assertEquals(0, tracking.totalKeys());
            assertFalse(tracking.isDue());
            engine.command("HELLO", "3");
            engine.command("CLIENT", "TRACKING", "ON");
            engine.command("GET", "k");
            engine.command("CLIENT", "TRACKING", "OFF");
            assertEquals(1, tracking.totalKeys());
            engine.command("SET", "k", "v");
            assertEquals(0, tracking.totalKeys());
            assertFalse(tracking.isDue());
        }
    }

    @Test
    void shouldTellNobodyElseWhatAFailedCommandLeftUntold() {
        try (EngineHarness engine = new EngineHarness()) {
            Session other = engine.connect();
            for (Session session : List.of(engine.session(), other)) {
                engine.command(session, "HELLO", "3");
                engine.command(session, "CLIENT", "TRACKING", "ON");
            }
            engine.command("GET", "k");
            // As a handler that changes a key and then throws.
            engine.engine().pushes().atHand(engine.session());
            engine.engine().keyspaces().flushAll(false);
            engine.engine().pushes().atHand(null);
            assertEquals(">2\r\n$10\r\ninvalidate\r\n_\r\n", heard(other));
            assertEquals("+PONG\r\n", engine.command(other, "PING"));
        }
    }

    @Test
    void shouldHoldNothingWhenEveryoneHasLeft() {
        try (EngineHarness engine = new EngineHarness()) {
            for (int i = 0; i < 50; i++) {
                Session session = engine.connect();
                engine.command(session, "CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "p" + i % 5);
                engine.engine().disconnect(session);
            }
            assertEquals(0, engine.engine().tracking().totalPrefixes());
            assertEquals(0, engine.engine().tracking().trackingClients());
        }
    }

    @Test
    void shouldAllocateNothingWhenKeysAreReadAgainThatAreRemembered() {
        assumeTrue(AllocationProbe.isSupported());
        try (EngineHarness engine = new EngineHarness()) {
            Session session = engine.session();
            engine.command("HELLO", "3");
            engine.command("CLIENT", "TRACKING", "ON");
            byte[] bytes =
                    RawClient.bytes(
                            (EngineHarness.frame("GET", "key")
                                            + EngineHarness.frame("MGET", "a", "b", "key")
                                            + EngineHarness.frame("SET", "other", "value"))
                                    .repeat(8));
            long source = UnsafeApi.allocateMemory(bytes.length);
            UnsafeApi.copyMemory(bytes, BYTES, null, source, bytes.length);
            long least =
                    AllocationProbe.leastAllocated(
                            2000,
                            50,
                            () -> {
                                long to = session.input().reserve(bytes.length);
                                UnsafeApi.copyMemory(source, to, bytes.length);
                                session.input().received(bytes.length);
                                engine.engine().loop().consume(session);
                                while (!session.output().isEmpty()) {
                                    session.output().drained(session.output().headLength());
                                }
                            });
            UnsafeApi.freeMemory(source);
            assertEquals(0, least, "bytes per 24 commands");
        }
    }
}
