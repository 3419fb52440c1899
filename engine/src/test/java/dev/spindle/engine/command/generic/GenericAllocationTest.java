package dev.spindle.engine.command.generic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.api.Test;

class GenericAllocationTest {

    @Test
    void shouldAllocateNothingWhenWarm() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            String key = "key:" + i;
            text.append(EngineHarness.frame("SET", key, "value"))
                    .append(EngineHarness.frame("EXPIRE", key, "100"))
                    .append(EngineHarness.frame("PEXPIRE", key, "200000", "GT"))
                    .append(EngineHarness.frame("EXPIREAT", key, "32503680000", "XX"))
                    .append(EngineHarness.frame("TTL", key))
                    .append(EngineHarness.frame("PTTL", key))
                    .append(EngineHarness.frame("EXPIRETIME", key))
                    .append(EngineHarness.frame("TYPE", key))
                    .append(EngineHarness.frame("PERSIST", key))
                    .append(EngineHarness.frame("EXISTS", key, "nope", key))
                    .append(EngineHarness.frame("TOUCH", key, "nope"))
                    .append(EngineHarness.frame("RENAME", key, "other:" + i))
                    .append(EngineHarness.frame("RENAMENX", "other:" + i, key))
                    .append(EngineHarness.frame("RENAME", "nope", key))
                    .append(EngineHarness.frame(i % 2 == 0 ? "DEL" : "UNLINK", key, "nope"))
                    .append(EngineHarness.frame("EXPIRE", key, "100"));
        }
        try (EngineHarness engine = new EngineHarness();
                RequestLoop loop = RequestLoop.ofFrames(engine, text.toString())) {
            loop.assertAllocatesNothing(3000, 20, 1);
            assertEquals(0, engine.engine().keyspaces().size());
            assertTrue(engine.engine().stats().commands > 3000);
        }
    }
}
