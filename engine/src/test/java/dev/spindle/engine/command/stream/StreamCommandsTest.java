package dev.spindle.engine.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.Engine;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceListener;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a comparison with another server cannot show: ids that are chosen, events, memory. */
class StreamCommandsTest {

    @Test
    void shouldChooseTheTimeAndThenTheNextNumberWhenNoIdIsGiven() {
        try (EngineHarness engine = new EngineHarness()) {
            long now = engine.clock().epochMs();
            assertEquals(bulk(now + "-0"), engine.command("XADD", "s", "*", "a", "b"));
            assertEquals(bulk(now + "-1"), engine.command("XADD", "s", "*", "a", "b"));
            engine.clock().advanceMs(5);
            assertEquals(bulk(now + 5 + "-0"), engine.command("XADD", "s", "*", "a", "b"));
            assertEquals(
                    bulk("9" + now + "-7"),
                    engine.command("XADD", "s", "9" + now + "-7", "a", "b"));
            assertEquals(bulk("9" + now + "-8"), engine.command("XADD", "s", "*", "a", "b"));
            engine.command("XADD", "s", "9" + now + "-18446744073709551615", "a", "b");
            long next = Long.parseLong("9" + now) + 1;
            assertEquals(bulk(next + "-0"), engine.command("XADD", "s", "*", "a", "b"));
        }
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    @Test
    void shouldTellWhenAConsumerWasSeenAndWhenItWasActive() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("XGROUP", "CREATE", "s", "g", "0", "MKSTREAM");
            engine.command("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
            engine.clock().advanceMs(1000);
            assertTrue(consumers(engine).endsWith("idle\r\n:1000\r\n$8\r\ninactive\r\n:-1\r\n"));
            engine.command("XADD", "s", "1-1", "a", "b");
            engine.command("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
            engine.clock().advanceMs(300);
            engine.command("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
            engine.clock().advanceMs(20);
            assertTrue(consumers(engine).endsWith("idle\r\n:20\r\n$8\r\ninactive\r\n:320\r\n"));
        }
    }

    private static String consumers(EngineHarness engine) {
        return engine.command("XINFO", "CONSUMERS", "s", "g");
    }

    @Test
    void shouldTellEventsAsRedisNamesThem() {
        try (EngineHarness engine = new EngineHarness()) {
            List<String> events = new ArrayList<>();
            listen(engine.engine(), events);
            engine.command("XADD", "s", "1-1", "a", "b");
            engine.command("XADD", "s", "MAXLEN", "1", "1-2", "a", "b");
            engine.command("XGROUP", "CREATE", "s", "g", "0");
            engine.command("XGROUP", "CREATE", "t", "g", "0", "MKSTREAM");
            engine.command("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
            engine.command("XGROUP", "CREATECONSUMER", "s", "g", "d");
            engine.command("XGROUP", "DELCONSUMER", "s", "g", "d");
            engine.command("XGROUP", "SETID", "s", "g", "0");
            engine.command("XACK", "s", "g", "1-2");
            engine.command("XSETID", "s", "5-5");
            engine.command("XDEL", "s", "1-2");
            engine.command("XTRIM", "s", "MAXLEN", "0");
            engine.command("XADD", "s", "6-6", "a", "b");
            engine.command("XTRIM", "s", "MAXLEN", "0");
            engine.command("XGROUP", "DESTROY", "s", "g");
            assertEquals(
                    List.of(
                            "modified s",
                            "new s",
                            "xadd s",
                            "modified s",
                            "xadd s",
                            "xtrim s",
                            "xgroup-create s",
                            "modified t",
                            "new t",
                            "xgroup-create t",
                            "xgroup-createconsumer s",
                            "xgroup-createconsumer s",
                            "xgroup-delconsumer s",
                            "xgroup-setid s",
                            "modified s",
                            "xsetid s",
                            "modified s",
                            "xdel s",
                            "modified s",
                            "xadd s",
                            "modified s",
                            "xtrim s",
                            "xgroup-destroy s"),
                    sortedNew(events));
        }
    }

    // A new key is told of before or after its change; both are fine.
    private static List<String> sortedNew(List<String> events) {
        List<String> all = new ArrayList<>(events);
        for (int i = 0; i + 1 < all.size(); i++) {
            if (all.get(i).startsWith("new ") && all.get(i + 1).startsWith("modified ")) {
                all.add(i, all.remove(i + 1));
            }
        }
        return all;
    }

    private static void listen(Engine engine, List<String> events) {
        KeyspaceShared shared = engine.keyspaces().shared();
        shared.eventMask(-1);
        shared.listener(
                new KeyspaceListener() {
                    private String key(long address, int length) {
                        StringBuilder text = new StringBuilder();
                        for (int i = 0; i < length; i++) {
                            text.append((char) org.agrona.UnsafeApi.getByte(address + i));
                        }
                        return text.toString();
                    }

                    @Override
                    public void keyModified(int db, long address, int length) {
                        events.add("modified " + key(address, length));
                    }

                    @Override
                    public void keyExpired(int db, long address, int length) {}

                    @Override
                    public void flushed(int db) {}

                    @Override
                    public void keyEvent(int db, KeyspaceEvent event, long address, int length) {
                        events.add(event.name() + " " + key(address, length));
                    }
                });
    }

    @Test
    void shouldFreeALargeStreamInSlicesWhenItIsDeleted() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("CONFIG", "SET", "stream-node-max-entries", "2");
            for (int i = 1; i <= 1000; i++) {
                engine.command("XADD", "s", i + "-0", "field", "value " + i);
            }
            engine.command("XGROUP", "CREATE", "s", "g", "0");
            engine.command("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
            KeyspaceShared shared = engine.engine().keyspaces().shared();
            assertEquals(":1\r\n", engine.command("DEL", "s"));
            int slices = 0;
            while (shared.freeSlice()) {
                slices++;
            }
            assertTrue(slices >= 8, slices + " slices");
            engine.command("FLUSHALL");
            shared.freeAll();
            assertEquals(0, engine.engine().arena().usedBytes());
        }
    }

    @Test
    void shouldRefuseAndLoseNothingWhenTheArenaIsFull() {
        for (long seed = 1; seed <= 6; seed++) {
            Random random = new Random(seed);
            try (EngineHarness engine = new EngineHarness(4L << 20)) {
                engine.command("XGROUP", "CREATE", "s", "g", "0", "MKSTREAM");
                int stored = 0;
                int refused = 0;
                for (int i = 1; refused < 500; i++) {
                    String value = "v".repeat(random.nextInt(1 << 3 + random.nextInt(10)));
                    String key = random.nextInt(8) == 0 ? "t" + i : "s";
                    String reply =
                            engine.command("XADD", key, i + "-1", "field", value, "n", "" + i);
                    refused += reply.startsWith("-OOM ") ? 1 : 0;
                    stored += reply.startsWith("$") && key.equals("s") ? 1 : 0;
                    engine.command(
                            "XREADGROUP", "GROUP", "g", "c" + i, "COUNT", "2", "STREAMS", "s", ">");
                    boolean made =
                            engine.command("XGROUP", "CREATE", "n" + i, "g", "0", "MKSTREAM")
                                    .equals("+OK\r\n");
                    assertEquals(made ? ":1\r\n" : ":0\r\n", engine.command("EXISTS", "n" + i));
                    engine.command("COPY", "s", "copy");
                    engine.command("XGROUP", "CREATE", "s", "g" + i, "0");
                }
                assertEquals(":" + stored + "\r\n", engine.command("XLEN", "s"), "seed " + seed);
                assertEquals(
                        "*" + stored + "\r\n", firstLine(engine.command("XRANGE", "s", "-", "+")));
                engine.command("FLUSHALL");
                engine.engine().keyspaces().shared().freeAll();
                assertEquals(0, engine.engine().arena().usedBytes(), "seed " + seed);
            }
        }
    }

    private static String firstLine(String reply) {
        return reply.substring(0, reply.indexOf("\r\n") + 2);
    }
}
