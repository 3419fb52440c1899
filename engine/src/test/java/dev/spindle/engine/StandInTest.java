package dev.spindle.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Memory;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandInTest {

    @Test
    void shouldHaveAllItsRequestsExecutedWithSnapshotsAndWithout() {
        try (StandIn standIn = new StandIn()) {
            standIn.play();

            EngineStats stats = standIn.engine().stats();
            // Twice 400 batches of one to three requests; an unknown command is no call.
            assertEquals(1602, stats.commands + Arrays.stream(stats.rejectedCalls).sum() + 32);
            assertEquals(800, stats.batches);
            // A wrong number of arguments and an unknown command, each 32 times.
            assertEquals(64, stats.errorReplies);
            assertEquals(Set.of("ERR"), stats.errorsByCode.keySet());
            if (Memory.hasBarrier()) {
                assertEquals(400, standIn.engine().snapshots().taken());
            }
            assertFalse(standIn.engine().snapshots().isRunning());
            assertTrue(standIn.engine().keyspaces().get(0).size() > 0);
        }
    }
}
