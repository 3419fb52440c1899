package dev.spindle.engine.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import dev.spindle.perf.counter.AllocationProbe;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache at its limit, where each write evicts, leaves nothing behind on the heap. */
class EvictionAllocationTest {
    private static final int PIPELINE = 64;
    private static final int KEYS = 64 * PIPELINE;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allkeys-lru",
                "allkeys-lfu",
                "allkeys-random",
                "volatile-lru",
                "volatile-random",
                "volatile-ttl"
            })
    void shouldAllocateNothingWhenEveryWriteEvicts(String policy) {
        assumeTrue(AllocationProbe.isSupported());
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("CONFIG", "SET", "maxmemory-policy", policy);
            RequestLoop[] loops = new RequestLoop[KEYS / PIPELINE];
            Arrays.setAll(loops, i -> RequestLoop.ofFrames(engine, pipeline(i * PIPELINE)));
            Runnable round =
                    () -> {
                        for (RequestLoop loop : loops) {
                            loop.run(1);
                        }
                    };
            round.run();
            long used = engine.engine().usedMemory();
            engine.command("CONFIG", "SET", "maxmemory", "" + (used - 1000 * 100));
            long least = AllocationProbe.leastAllocated(60, 10, round);
            for (RequestLoop loop : loops) {
                loop.close();
            }
            assertEquals(0, least, "bytes per " + KEYS + " writes");
            assertTrue(engine.engine().keyspaces().shared().stats().evicted > KEYS);
        }
    }

    private static String pipeline(int from) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + PIPELINE; i++) {
            text.append(EngineHarness.frame("SETEX", "key:" + i, "10000", "x".repeat(150)));
        }
        return text.toString();
    }
}
