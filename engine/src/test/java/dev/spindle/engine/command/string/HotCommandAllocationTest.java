package dev.spindle.engine.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.perf.counter.AllocationProbe;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the hot path allocate nothing on the heap, from received bytes to reply bytes. */
class HotCommandAllocationTest {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int WARMUPS = 300;
    private static final int ROUNDS = 20;
    private static final int REPEATS = 50;

    @BeforeAll
    static void needsCounters() {
        Assumptions.assumeTrue(AllocationProbe.isSupported());
    }

    /** Requests that are sent as one pipeline; words separated by spaces. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET text;GET number;GET missing;GET long;GET list",
                "SET text value;SET number 12;SET fresh abc;GETDEL fresh",
                "SET text value EX 100;SET text other NX;SET text value KEEPTTL GET;SET text value PX 5000 XX",
                "SET text value IFEQ value;SET text value PXAT 33177117420123;SETEX text 10 v;PSETEX text 10 v",
                "SETNX text v;GETSET text v;SET text hello",
                "GETEX text;GETEX text EX 100;GETEX text PERSIST;GETEX text PXAT 33177117420123",
                "MGET text number missing long text number",
                "MSET text one number 5 third three;MSETNX text 1 other 2",
                "INCR number;DECR number;INCRBY number 500;DECRBY number 500;INCR counter",
                "APPEND grows x;STRLEN grows;STRLEN number;APPEND fresh abc;APPEND fresh d;GETDEL fresh",
                "GETRANGE text 0 -1;GETRANGE long 5 100;GETRANGE number 0 1;SUBSTR text 0 1",
                "SETRANGE text 1 x;SETRANGE long 4000 x;SETRANGE fresh 5 x;GETDEL fresh",
                "SETBIT bits 100 1;SETBIT bits 100 0;GETBIT bits 100;GETBIT missing 5;GETBIT number 3",
                "BITCOUNT long;BITCOUNT long 5 -5;BITCOUNT text 3 17 BIT;BITPOS long 1;BITPOS long 0 5 -1 BIT",
                "DELIFEQ text nothing;SET gone v;DELIFEQ gone v",
            })
    void shouldAllocateNothingWhenWarm(String requests) {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "text", "value");
            engine.command("SET", "number", "12");
            engine.command("SET", "long", "x".repeat(9000));
            String[] lines = requests.split(";");
            StringBuilder pipeline = new StringBuilder();
            for (String line : lines) {
                pipeline.append(EngineHarness.frame(line.split(" ")));
            }
            Loop loop = new Loop(engine, pipeline.toString());
            long least =
                    AllocationProbe.leastAllocated(
                            WARMUPS,
                            ROUNDS,
                            () -> {
                                for (int i = 0; i < REPEATS; i++) {
                                    loop.run();
                                }
                            });
            loop.close();
            assertNotEquals(0, loop.replyBytes);
            assertEquals(0, least, "bytes allocated by " + requests);
        }
    }

    /** Sends the same bytes over and over, and drops the replies. */
    private static final class Loop {
        private final EngineHarness engine;
        private final Session session;
        private final long request;
        private final int length;
        private long replyBytes;

        Loop(EngineHarness engine, String text) {
            this.engine = engine;
            session = engine.session();
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            length = bytes.length;
            request = UnsafeApi.allocateMemory(length);
            UnsafeApi.copyMemory(bytes, BYTES, null, request, length);
        }

        void run() {
            long to = session.input().reserve(length);
            UnsafeApi.copyMemory(request, to, length);
            session.input().received(length);
            engine.engine().loop().consume(session);
            while (!session.output().isEmpty()) {
                long chunk = session.output().headLength();
                replyBytes += chunk;
                session.output().drained(chunk);
            }
        }

        void close() {
            UnsafeApi.freeMemory(request);
        }
    }
}
