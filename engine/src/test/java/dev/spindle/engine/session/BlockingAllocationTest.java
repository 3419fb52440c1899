package dev.spindle.engine.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.perf.counter.AllocationProbe;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** After warm-up, clients wait and are served without anything left behind on the heap. */
class BlockingAllocationTest {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private final EngineHarness engine = new EngineHarness();

    @Test
    void shouldAllocateNothingWhenClientsWaitAndAreServed() {
        assumeTrue(AllocationProbe.isSupported());
        engine.engine().latency().tracking(true);
        Session waits = engine.connect();
        Session moves = engine.connect();
        Session pushes = engine.session();
        Source pop = new Source(EngineHarness.frame("BLPOP", "list", "other", "30"));
        Source move =
                new Source(EngineHarness.frame("BLMOVE", "from", "list", "LEFT", "LEFT", "0"));
        Source push = new Source(EngineHarness.frame("RPUSH", "from", "an element"));
        long least =
                AllocationProbe.leastAllocated(
                        200,
                        20,
                        () -> {
                            for (int i = 0; i < 100; i++) {
                                pop.send(waits);
                                move.send(moves);
                                push.send(pushes);
                                drain(waits);
                                drain(moves);
                                drain(pushes);
                            }
                        });
        assertEquals(0, engine.engine().blocked().count());
        assertEquals(0, least, "bytes per 100 chains of two clients that waited");
        engine.close();
    }

    private static void drain(Session session) {
        while (!session.output().isEmpty()) {
            session.output().drained(session.output().headLength());
        }
    }

    private final class Source {
        private final long address;
        private final int length;

        Source(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            length = bytes.length;
            address = UnsafeApi.allocateMemory(length);
            UnsafeApi.copyMemory(bytes, BYTES, null, address, length);
        }

        void send(Session to) {
            long at = to.input().reserve(length);
            UnsafeApi.copyMemory(address, at, length);
            to.input().received(length);
            engine.engine().loop().consume(to);
        }
    }
}
