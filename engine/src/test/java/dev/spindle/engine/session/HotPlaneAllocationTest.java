package dev.spindle.engine.session;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines of 64 usual commands, with everything that observes them switched on, leave nothing behind on the heap. */
class HotPlaneAllocationTest {
    private static final int PIPELINE = 64;

    @ParameterizedTest
    @ValueSource(strings = {"SET", "GET", "INCR", "PING", "MIXED", "WRONG TYPE", "INLINE"})
    void shouldAllocateNothingWhenWarm(String kind) {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().settings().largeRequestBytes = 1 << 10;
            engine.engine().settings().largeReplyBytes = 1 << 10;
            engine.engine().commandLogs().settingsChanged();
            engine.engine().spikes().thresholdMs(100);
            engine.engine().latency().tracking(true);
            engine.command("SET", "text", "not a number");
            try (RequestLoop loop = RequestLoop.ofFrames(engine, pipeline(kind))) {
                loop.assertAllocatesNothing(200, 20, 100);
            }
        }
    }

    private static String pipeline(String kind) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PIPELINE; i++) {
            String key = "key:" + i % 16;
            String counter = "counter:" + i % 4;
            text.append(
                    switch (kind) {
                        case "SET" ->
                                EngineHarness.frame(
                                        "SET", key, "a value of 32 bytes, more or less");
                        case "GET" -> EngineHarness.frame("GET", key);
                        case "INCR" -> EngineHarness.frame("INCR", counter);
                        case "PING" -> EngineHarness.frame("PING");
                        case "WRONG TYPE" -> EngineHarness.frame("INCR", "text");
                        case "INLINE" -> "get " + key + "\r\n";
                        default -> mixed(i, key, counter);
                    });
        }
        return text.toString();
    }

    private static String mixed(int i, String key, String counter) {
        return switch (i % 4) {
            case 0 -> EngineHarness.frame("SET", key, "value" + i);
            case 1 -> EngineHarness.frame("GET", key);
            case 2 -> EngineHarness.frame("INCR", counter);
            default -> EngineHarness.frame("PING");
        };
    }
}
