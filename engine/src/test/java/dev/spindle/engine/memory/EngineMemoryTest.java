package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.Engine;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A whole engine at the edges of its arena: handles above the signed range, and no room left. */
class EngineMemoryTest {

    @Test
    void shouldKeepKeysWhoseHandlesAreAboveTheSignedRange() {
        // The filler is reserved and never touched.
        try (EngineHarness harness = new EngineHarness(20L << 30)) {
            Arena arena = harness.engine().arena();
            arena.allocate(17L << 30);
            assertTrue(arena.memory().handle(arena.allocate(20_000)) < 0);
            int keys = 5_000;
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < keys; i++) {
                    harness.command("SET", "key:" + i, value(i, round));
                }
            }
            for (int i = 0; i < keys; i++) {
                String value = value(i, 2);
                assertEquals(
                        "$" + value.length() + "\r\n" + value + "\r\n",
                        harness.command("GET", "key:" + i));
            }
            assertEquals(keys, harness.engine().keyspaces().size());
        }
    }

    private static String value(int key, int round) {
        return "value of " + key + "x".repeat(key * 37 * round % 2_500);
    }

    @Test
    void shouldRefuseAndLoseNothingWhenTheArenaIsFull() {
        for (long seed = 1; seed <= 12; seed++) {
            fillAndEmpty(seed);
        }
    }

    private static void fillAndEmpty(long seed) {
        Random random = new Random(seed);
        int longest = 1 << (3 + random.nextInt(9));
        try (EngineHarness harness = new EngineHarness(4L << 20)) {
            Engine engine = harness.engine();
            int stored = 0;
            int refused = 0;
            for (int i = 0; refused < 2_000; i++) {
                String reply =
                        harness.command("SET", "key:" + i, "v".repeat(random.nextInt(longest)));
                if (reply.equals("+OK\r\n")) {
                    stored++;
                } else {
                    assertTrue(reply.startsWith("-OOM "), reply);
                    refused++;
                }
            }
            String where = "seed " + seed + ", " + stored + " stored";
            ArenaAudit.check(engine.arena());
            assertEquals(stored, engine.keyspaces().size(), where);
            int found = 0;
            for (int i = 0; i < stored + refused; i++) {
                String reply = harness.command("GET", "key:" + i);
                found += reply.equals("$-1\r\n") ? 0 : 1;
            }
            assertEquals(stored, found, where);
            assertEquals("+OK\r\n", harness.command("FLUSHALL"), where);
            engine.keyspaces().shared().freeAll();
            ArenaAudit.check(engine.arena());
            assertEquals(0, engine.arena().usedBytes(), where + ": memory leaked");
            assertEquals("+OK\r\n", harness.command("SET", "key", "value"), where);
        }
    }
}
