package dev.spindle.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import org.junit.jupiter.api.Test;

class RehearsalTest {

    @Test
    void shouldLeaveNothingInTheSlowLogHoweverLongAQuestionTakes() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().stats().connections = 0;
            Rehearsal rehearsal = engine.engine().rehearsal();
            int asked = 0;
            boolean more = true;
            while (more) {
                engine.slow(50);
                more = rehearsal.step();
                asked++;
            }
            assertTrue(asked > 10, "it was not asked");
            engine.slow(50);
            engine.command("PING");
            assertEquals(":1\r\n", engine.command("SLOWLOG", "LEN"));
        }
    }
}
