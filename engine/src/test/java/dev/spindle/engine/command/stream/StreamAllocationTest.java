package dev.spindle.engine.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

/** The usual commands of streams allocate nothing on the heap, from received bytes to reply bytes. */
class StreamAllocationTest {

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
                "XADD log MAXLEN ~ 1000 * sensor 17 temperature 21.5 name user:1234 at 1700000000123",
                "XADD log MAXLEN 200 * a 1;XADD log MINID ~ 1-1 * b 2;XLEN log",
                "XADD log NOMKSTREAM * a 1;XTRIM log MAXLEN 50;XLEN none;XADD none NOMKSTREAM * a b",
                "XRANGE fixed - +;XRANGE fixed 1-5 (1-80 COUNT 10;XREVRANGE fixed + - COUNT 50;XRANGE none - +",
                "XREAD COUNT 5 STREAMS fixed none 1-3 0;XREAD STREAMS fixed $;XREAD BLOCK 1 STREAMS fixed fixed 1-90 0",
                "XADD log MAXLEN 100 * a 1;XREADGROUP GROUP g c COUNT 2 STREAMS log >;XPENDING log g;XREADGROUP GROUP g c NOACK STREAMS log >",
                "XGROUP SETID fixed g 1-20;XREADGROUP GROUP g c COUNT 10 STREAMS fixed >;XACK fixed g 1-21 1-22 1-23",
                "XREADGROUP GROUP g c COUNT 10 STREAMS fixed 0;XPENDING fixed g - + 10;XPENDING fixed g IDLE 1 - + 10 c",
                "XCLAIM fixed g c 0 1-1 1-2 FORCE JUSTID;XCLAIM fixed g d 0 1-1 1-2;XAUTOCLAIM fixed g c 0 0 COUNT 5",
                "XADD log 9-* a 1;XDEL log 9-1;XTRIM log MAXLEN 0;XSETID log 1-1 MAXDELETEDID 0-1",
            })
    void shouldAllocateNothingWhenWarm(String requests) {
        try (EngineHarness engine = new EngineHarness()) {
            for (int i = 1; i <= 100; i++) {
                engine.command(
                        "XADD", "fixed", "1-" + i, "name", "user:" + i, "n", "" + i, "t", "x");
            }
            engine.command("XGROUP", "CREATE", "fixed", "g", "0");
            engine.command("XREADGROUP", "GROUP", "g", "c", "COUNT", "30", "STREAMS", "fixed", ">");
            engine.command("XGROUP", "CREATE", "log", "g", "0", "MKSTREAM");
            String[] lines = requests.split(";");
            StringBuilder pipeline = new StringBuilder();
            for (String line : lines) {
                pipeline.append(EngineHarness.frame(line.split(" ")));
                String reply = engine.command(line.split(" "));
                assertFalse(reply.startsWith("-"), () -> line + " answers " + reply);
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
