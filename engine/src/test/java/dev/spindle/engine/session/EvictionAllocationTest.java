package dev.spindle.engine.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.perf.counter.AllocationProbe;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache at its limit, where each write evicts, leaves nothing behind on the heap. */
class EvictionAllocationTest {
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
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
            int chunks = KEYS / PIPELINE;
            long[] sources = new long[chunks];
            int[] lengths = new int[chunks];
            for (int chunk = 0; chunk < chunks; chunk++) {
                byte[] bytes = pipeline(chunk * PIPELINE);
                sources[chunk] = UnsafeApi.allocateMemory(bytes.length);
                lengths[chunk] = bytes.length;
                UnsafeApi.copyMemory(bytes, BYTES, null, sources[chunk], bytes.length);
            }
            Session session = engine.session();
            Runnable round =
                    () -> {
                        for (int i = 0; i < chunks; i++) {
                            long to = session.input().reserve(lengths[i]);
                            UnsafeApi.copyMemory(sources[i], to, lengths[i]);
                            session.input().received(lengths[i]);
                            engine.engine().loop().consume(session);
                            while (!session.output().isEmpty()) {
                                session.output().drained(session.output().headLength());
                            }
                        }
                    };
            round.run();
            long used = engine.engine().usedMemory();
            engine.command("CONFIG", "SET", "maxmemory", "" + (used - 1000 * 100));
            long least = AllocationProbe.leastAllocated(60, 10, round);
            for (long source : sources) {
                UnsafeApi.freeMemory(source);
            }
            assertEquals(0, least, "bytes per " + KEYS + " writes");
            assertTrue(engine.engine().keyspaces().shared().stats().evicted > KEYS);
        }
    }

    private static byte[] pipeline(int from) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + PIPELINE; i++) {
            text.append(EngineHarness.frame("SETEX", "key:" + i, "10000", "x".repeat(150)));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
