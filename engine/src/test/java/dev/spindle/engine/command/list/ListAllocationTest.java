package dev.spindle.engine.command.list;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines of list commands leave nothing behind on the heap. */
class ListAllocationTest {

    @ParameterizedTest
    @ValueSource(strings = {"QUEUE", "STACK", "MANY", "READ", "EDIT", "MOVE"})
    void shouldAllocateNothingWhenWarm(String kind) {
        try (EngineHarness engine = new EngineHarness()) {
            for (int i = 0; i < 3000; i++) {
                engine.command("RPUSH", "list", "element:" + i);
            }
            try (RequestLoop loop = RequestLoop.ofFrames(engine, pipeline(kind))) {
                loop.assertAllocatesNothing(100, 20, 100);
            }
        }
    }

    private static String pipeline(String kind) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            String element = "element:" + (1000 + i);
            text.append(
                    switch (kind) {
                        case "QUEUE" ->
                                EngineHarness.frame("LPUSH", "list", element)
                                        + EngineHarness.frame("RPOP", "list");
                        case "STACK" ->
                                EngineHarness.frame("LPUSH", "fresh", element)
                                        + EngineHarness.frame("LPOP", "fresh");
                        case "MANY" ->
                                EngineHarness.frame("RPUSH", "list", element, "1", "2", element)
                                        + EngineHarness.frame("LPOP", "list", "2")
                                        + EngineHarness.frame("RPOP", "list", "2");
                        case "READ" ->
                                EngineHarness.frame("LRANGE", "list", "100", "400")
                                        + EngineHarness.frame("LINDEX", "list", "1500")
                                        + EngineHarness.frame("LLEN", "list")
                                        + EngineHarness.frame("LPOS", "list", element);
                        case "EDIT" ->
                                EngineHarness.frame("LSET", "list", "1700", "another value" + i)
                                        + EngineHarness.frame(
                                                "LINSERT", "list", "AFTER", element, "inserted")
                                        + EngineHarness.frame("LREM", "list", "-1", "inserted")
                                        + EngineHarness.frame("LTRIM", "list", "0", "2999");
                        default ->
                                EngineHarness.frame("LMOVE", "list", "list", "LEFT", "RIGHT")
                                        + EngineHarness.frame("RPOPLPUSH", "list", "other")
                                        + EngineHarness.frame("RPOPLPUSH", "other", "list")
                                        + EngineHarness.frame("LMPOP", "1", "none", "LEFT");
                    });
        }
        return text.toString();
    }
}
