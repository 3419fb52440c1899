package dev.spindle.engine.session;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After warm-up, transactions allocate nothing on the Java heap. */
class TransactionAllocationTest {

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "WATCH", "TOUCHED", "DISCARD", "LONG", "WATCHED BY ANOTHER"})
    void shouldAllocateNothingWhenTransactionsRunAfterWarmUp(String kind) {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().latency().tracking(true);
            if (kind.equals("WATCHED BY ANOTHER")) {
                engine.command(engine.connect(), "WATCH", "key", "other");
            }
            try (RequestLoop loop = RequestLoop.ofFrames(engine, pipeline(kind))) {
                loop.assertAllocatesNothing(200, 20, 50);
            }
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
