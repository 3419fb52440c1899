package dev.spindle.engine.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.perf.counter.AllocationProbe;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After warm-up, transactions allocate nothing on the Java heap. */
class TransactionAllocationTest {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "WATCH", "TOUCHED", "DISCARD", "LONG", "WATCHED BY ANOTHER"})
    void shouldAllocateNothingWhenTransactionsRunAfterWarmUp(String kind) {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().latency().tracking(true);
            if (kind.equals("WATCHED BY ANOTHER")) {
                engine.command(engine.connect(), "WATCH", "key", "other");
            }
            byte[] bytes = pipeline(kind).getBytes(StandardCharsets.US_ASCII);
            long source = UnsafeApi.allocateMemory(bytes.length);
            UnsafeApi.copyMemory(bytes, BYTES, null, source, bytes.length);
            Session session = engine.session();
            SessionLoop loop = engine.engine().loop();
            long least =
                    AllocationProbe.leastAllocated(
                            200,
                            20,
                            () -> {
                                for (int i = 0; i < 50; i++) {
                                    long to = session.input().reserve(bytes.length);
                                    UnsafeApi.copyMemory(source, to, bytes.length);
                                    session.input().received(bytes.length);
                                    loop.consume(session);
                                    while (!session.output().isEmpty()) {
                                        session.output().drained(session.output().headLength());
                                    }
                                }
                            });
            UnsafeApi.freeMemory(source);
            assertEquals(0, least, "bytes per 50 pipelines");
        }
    }

    private static String pipeline(String kind) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (kind.startsWith("WATCH") || kind.equals("TOUCHED")) {
                text.append(EngineHarness.frame("WATCH", "key", "watched" + i));
            }
            if (kind.equals("TOUCHED")) {
                text.append(EngineHarness.frame("INCR", "watched" + i));
            }
            text.append(EngineHarness.frame("MULTI"));
            for (int j = 0; j < (kind.equals("LONG") ? 100 : 2); j++) {
                text.append(EngineHarness.frame("SET", "key" + j, "a value of 32 bytes, or less"));
                text.append(EngineHarness.frame("GET", "key" + j));
                text.append(EngineHarness.frame("INCR", "counter"));
            }
            text.append(EngineHarness.frame(kind.equals("DISCARD") ? "DISCARD" : "EXEC"));
        }
        return text.toString();
    }
}
