package dev.spindle.engine.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import java.util.List;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class ClientEvictionTest {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final String BIG = "x".repeat(200_000);

    // A client that asks and does not read what it is answered.
    private static void ask(EngineHarness engine, Session session, String... words) {
        byte[] frame = RawClient.bytes(EngineHarness.frame(words));
        long to = session.input().reserve(frame.length);
        UnsafeApi.copyMemory(frame, BYTES, null, to, frame.length);
        session.input().received(frame.length);
        engine.engine().loop().consume(session);
    }

    private static void endTurn(EngineHarness engine) {
        engine.engine().cron(engine.clock().nanoTime());
    }

    private static List<String> evictions(EngineHarness engine) {
        return engine.log().stream().filter(line -> line.startsWith("Evicting client: ")).toList();
    }

    @Test
    void shouldEndTheLargestFirstAndOnlyAsManyAsNeeded() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "big", BIG);
            engine.command("CONFIG", "SET", "maxmemory-clients", "2mb");
            Session large = engine.connect();
            Session small = engine.connect();
            Session listener = engine.connect();
            ask(engine, listener, "SUBSCRIBE", "x");
            ask(engine, small, "GET", "big");
            int asked = 0;
            while (!engine.isClosed(large)) {
                ask(engine, large, "GET", "big");
                endTurn(engine);
                asked++;
                assertTrue(asked < 20, "no end to it");
            }
            assertTrue(asked > 5);
            assertTrue(large.isClosed());
            assertFalse(engine.isClosed(small));
            assertFalse(engine.isClosed(listener));
            assertEquals(1, evictions(engine).size());
            assertTrue(evictions(engine).get(0).contains("id=" + large.id() + " "));
            String info = engine.command("INFO", "stats");
            assertTrue(info.contains("evicted_clients:1\r\n"));
            engine.command("CONFIG", "RESETSTAT");
            assertTrue(engine.command("INFO", "stats").contains("evicted_clients:0\r\n"));
        }
    }

    @Test
    void shouldSpareThoseThatAskedForItAndSayWhenNobodyIsLeft() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "big", BIG);
            engine.command("CLIENT", "NO-EVICT", "ON");
            engine.command("CONFIG", "SET", "maxmemory-clients", "1");
            Session protectedOne = engine.connect();
            engine.command(protectedOne, "CLIENT", "NO-EVICT", "ON");
            Session other = engine.connect();
            // The least limit is 128 KiB.
            ask(engine, other, "PING");
            endTurn(engine);
            assertFalse(engine.isClosed(other));
            ask(engine, protectedOne, "GET", "big");
            endTurn(engine);
            endTurn(engine);
            assertFalse(engine.isClosed(protectedOne));
            assertTrue(engine.isClosed(other));
            assertEquals(
                    1,
                    engine.log().stream()
                            .filter(
                                    "Over client maxmemory after evicting all evictable clients"
                                            ::equals)
                            .count());
        }
    }

    @Test
    void shouldEndAClientBeforeItsOwnNextCommandWhenItIsTheLargest() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "big", BIG);
            engine.command("CONFIG", "SET", "maxmemory-clients", "300kb");
            Session client = engine.connect();
            ask(engine, client, "GET", "big");
            ask(engine, client, "GET", "big");
            ask(engine, client, "SET", "done", "1");
            assertTrue(engine.isClosed(client));
            assertEquals("$-1\r\n", engine.command("GET", "done"));
        }
    }

    @Test
    void shouldReckonTheLimitAsRedisDoes() {
        assertEquals(0, ClientEviction.limit(0, 100 << 20));
        assertEquals(0, ClientEviction.limit(-5, 0));
        assertEquals(5 << 20, ClientEviction.limit(-5, 100 << 20));
        assertEquals(3 << 20, ClientEviction.limit(3 << 20, 0));
        assertEquals(128 << 10, ClientEviction.limit(1, 0));
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("CONFIG", "SET", "maxmemory", "100mb", "maxmemory-clients", "10%");
            assertEquals(10 << 20, engine.engine().settings().maxClientMemory);
            engine.command("CONFIG", "SET", "maxmemory", "200mb");
            assertEquals(20 << 20, engine.engine().settings().maxClientMemory);
        }
    }
}
