package dev.spindle.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.perf.counter.AllocationProbe;
import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** What a comparison with an older server cannot show: order of replies and pushes to oneself as of 7.2, and what it costs. */
class PubSubTest {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    @Test
    void shouldSendTheReplyFirstWhenAClientPublishesToItself() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("HELLO", "3");
            engine.command("SUBSCRIBE", "x");
            engine.command("PSUBSCRIBE", "x*");
            assertEquals(
                    ":2\r\n"
                            + ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\nm\r\n"
                            + ">4\r\n$8\r\npmessage\r\n$2\r\nx*\r\n$1\r\nx\r\n$1\r\nm\r\n"
                            + "+PONG\r\n",
                    engine.send(
                            engine.session(),
                            EngineHarness.frame("PUBLISH", "x", "m")
                                    + EngineHarness.frame("PING")));
            engine.command("CLIENT", "REPLY", "OFF");
            assertEquals(
                    ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\nm\r\n"
                            + ">4\r\n$8\r\npmessage\r\n$2\r\nx*\r\n$1\r\nx\r\n$1\r\nm\r\n",
                    engine.command("PUBLISH", "x", "m"));
        }
    }

    @Test
    void shouldSendMessagesToItselfBehindTheWholeTransaction() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("HELLO", "3");
            engine.command("SUBSCRIBE", "x");
            engine.command("MULTI");
            engine.command("PUBLISH", "x", "a");
            engine.command("PUBLISH", "x", "b");
            assertEquals(
                    "*2\r\n:1\r\n:1\r\n"
                            + ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\na\r\n"
                            + ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\nb\r\n",
                    engine.command("EXEC"));
        }
    }

    @Test
    void shouldHoldNothingWhenEveryoneHasLeft() {
        try (EngineHarness engine = new EngineHarness()) {
            List<Session> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Session session = engine.connect();
                all.add(session);
                engine.command(session, "SUBSCRIBE", "x", "y" + i % 7, "z" + i);
                engine.command(session, "PSUBSCRIBE", "x*", "y" + i % 7);
            }
            PubSub pubsub = engine.engine().pubsub();
            assertEquals(108, pubsub.topics(PubSub.Kind.CHANNEL));
            assertEquals(8, pubsub.topics(PubSub.Kind.PATTERN));
            assertEquals(":200\r\n", engine.command("PUBLISH", "x", "m"));
            for (Session session : all) {
                engine.engine().disconnect(session);
            }
            assertEquals(0, pubsub.topics(PubSub.Kind.CHANNEL));
            assertEquals(0, pubsub.topics(PubSub.Kind.PATTERN));
            assertEquals(":0\r\n", engine.command("PUBLISH", "x", "m"));
        }
    }

    @Test
    void shouldSayNoMoreToAClientThatIsAboutToBeClosed() {
        try (EngineHarness engine = new EngineHarness()) {
            Session other = engine.connect();
            engine.command(other, "SUBSCRIBE", "x");
            assertEquals("+OK\r\n", engine.command(other, "QUIT"));
            assertEquals(":1\r\n", engine.command("PUBLISH", "x", "m"));
            assertEquals("", RawClient.latin1(EngineHarness.drain(other)));
        }
    }

    @Test
    void shouldAllocateNothingWhenPublishingToClientsThatAreThere() {
        assumeTrue(AllocationProbe.isSupported());
        try (EngineHarness engine = new EngineHarness()) {
            List<Session> listeners = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Session session = engine.connect();
                listeners.add(session);
                if (i % 2 == 0) {
                    engine.command(session, "HELLO", "3");
                }
                engine.command(session, "SUBSCRIBE", "news", "sport");
                engine.command(session, "PSUBSCRIBE", "n*", "weather:*");
            }
            String frames =
                    EngineHarness.frame("PUBLISH", "news", "m".repeat(200))
                            + EngineHarness.frame("PUBLISH", "sport", "a message")
                            + EngineHarness.frame("PUBLISH", "nobody", "a message")
                            + EngineHarness.frame("SPUBLISH", "news", "a message");
            assertEquals(0, leastAllocated(engine, frames.repeat(8), listeners), "per 32 messages");
        }
    }

    @Test
    void shouldAllocateNothingWhenEventsOfKeysAreTold() {
        assumeTrue(AllocationProbe.isSupported());
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("CONFIG", "SET", "notify-keyspace-events", "KEAmn");
            List<Session> listeners = List.of(engine.connect(), engine.connect());
            engine.command(listeners.get(0), "PSUBSCRIBE", "__key*__:*");
            engine.command(listeners.get(1), "SUBSCRIBE", "__keyevent@0__:set");
            String frames =
                    EngineHarness.frame("SET", "key", "value")
                            + EngineHarness.frame("DEL", "key")
                            + EngineHarness.frame("GET", "key")
                            + EngineHarness.frame("INCR", "counter");
            assertEquals(0, leastAllocated(engine, frames.repeat(8), listeners), "per 32 commands");
        }
    }

    // By the engine's thread, for frames of the first client and what its listeners are sent.
    private static long leastAllocated(
            EngineHarness engine, String frames, List<Session> listeners) {
        byte[] bytes = RawClient.bytes(frames);
        long source = UnsafeApi.allocateMemory(bytes.length);
        UnsafeApi.copyMemory(bytes, BYTES, null, source, bytes.length);
        Session session = engine.session();
        long least =
                AllocationProbe.leastAllocated(
                        2000,
                        50,
                        () -> {
                            long to = session.input().reserve(bytes.length);
                            UnsafeApi.copyMemory(source, to, bytes.length);
                            session.input().received(bytes.length);
                            engine.engine().loop().consume(session);
                            discard(session);
                            for (int i = 0; i < listeners.size(); i++) {
                                discard(listeners.get(i));
                            }
                        });
        UnsafeApi.freeMemory(source);
        return least;
    }

    private static void discard(Session session) {
        while (!session.output().isEmpty()) {
            session.output().drained(session.output().headLength());
        }
    }
}
