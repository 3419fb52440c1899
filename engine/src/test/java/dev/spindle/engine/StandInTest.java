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
            // 1600 batches and 400 of one to three requests; an unknown command is no call.
            assertEquals(4002, stats.commands + Arrays.stream(stats.rejectedCalls).sum() + 30);
            assertEquals(2000, stats.batches);
            // A wrong number of arguments and an unknown command, each 30 times.
            assertEquals(60, stats.errorReplies);
            assertEquals(Set.of("ERR"), stats.errorsByCode.keySet());
            if (Memory.hasBarrier()) {
                assertEquals(1000, standIn.engine().snapshots().taken());
            }
            assertTrue(standIn.engine().commandLogs().slow().size() > 0);
            assertFalse(standIn.engine().snapshots().isRunning());
            assertTrue(standIn.engine().keyspaces().get(0).size() > 0);
        }
    }
}
