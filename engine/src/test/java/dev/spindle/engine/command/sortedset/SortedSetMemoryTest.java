package dev.spindle.engine.command.sortedset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.keyspace.Relocation;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Compaction;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sorted sets where memory is short, and where there is much of it to give back. */
class SortedSetMemoryTest {

    private static final long MOST_PER_SLICE = 32 << 10;

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void shouldStayWholeWhenMemoryRunsOut(int megabytes) {
        Random random = Seed.random(megabytes);
        try (EngineHarness engine = new EngineHarness((long) megabytes << 20)) {
            Arena arena = engine.engine().arena();
            int refused = 0;
            for (int i = 0; i < 200_000 && refused < 300; i++) {
                String reply = engine.command(command(random, refused > 0));
                if (reply.startsWith("-OOM")) {
                    refused++;
                }
            }
            assertTrue(refused > 0, "memory never ran out");
            for (int i = 0; i < 4; i++) {
                String key = "z" + i;
                long size = number(engine.command("ZCARD", key));
                assertEquals(size, number(engine.command("ZCOUNT", key, "-inf", "inf")));
                engine.command("ZREMRANGEBYRANK", key, "0", "-2");
                assertEquals(Math.min(1, size), number(engine.command("ZCARD", key)));
            }
            engine.engine().keyspaces().flushAll(false);
            engine.engine().keyspaces().shared().freeAll();
            assertEquals(0, arena.usedBytes());
        }
    }

    private static long number(String reply) {
        return Long.parseLong(reply.substring(1).trim());
    }

    private static String[] command(Random random, boolean full) {
        String key = "z" + random.nextInt(4);
        String member = "member:" + random.nextInt(300_000);
        String score = Double.toString(random.nextGaussian());
        int dice = random.nextInt(1000);
        if (dice == 0) {
            return new String[] {"ZUNIONSTORE", key, "2", "z1", "z2"};
        }
        if (dice == 1) {
            return new String[] {"COPY", "z" + random.nextInt(4), key, "REPLACE"};
        }
        if (dice == 2) {
            return new String[] {"ZRANGESTORE", key, "z3", "0", "500"};
        }
        if (full && dice < 200) {
            return new String[] {"ZPOPMIN", key, "3"};
        }
        return new String[] {"ZADD", key, score, member, "1", member + "a"};
    }

    @Test
    void shouldBeFreedInSlicesWhenLarge() {
        try (EngineHarness engine = new EngineHarness()) {
            Arena arena = engine.engine().arena();
            KeyspaceShared shared = engine.engine().keyspaces().shared();
            for (int i = 0; i < 50_000; i++) {
                engine.command("ZADD", "z", "" + i * 7919L % 50_000, "member:" + i);
            }
            long full = arena.usedBytes();
            engine.command("DEL", "z");
            assertTrue(full - arena.usedBytes() < MOST_PER_SLICE, "freed at once");
            long before = arena.usedBytes();
            while (shared.freeSlice()) {
                long after = arena.usedBytes();
                assertTrue(before - after < MOST_PER_SLICE * 4, "a slice of " + (before - after));
                before = after;
            }
            engine.engine().keyspaces().flushAll(true);
            assertEquals(0, arena.usedBytes());
        }
    }

    @Test
    void shouldHoldWhatItHeldWhenDefragmented() {
        Random random = Seed.random(0);
        try (EngineHarness engine = new EngineHarness()) {
            Arena arena = engine.engine().arena();
            for (int i = 0; i < 40_000; i++) {
                String score = Double.toString(i % 3 == 0 ? 5 : random.nextGaussian());
                engine.command("ZADD", "z" + i % 2, score, "member:" + i);
            }
            for (int i = 0; i < 40_000; i++) {
                if (random.nextInt(5) > 0) {
                    engine.command("ZREM", "z" + i % 2, "member:" + i);
                }
            }
            String[] before = contents(engine);
            Compaction compaction = arena.compaction();
            compaction.begin();
            while (compaction.step()) {
                continue;
            }
            long used = arena.usedBytes();
            Relocation relocation = new Relocation(engine.engine().keyspaces());
            relocation.begin();
            while (relocation.step(100)) {
                continue;
            }
            assertTrue(compaction.moves() > 1000, "moved " + compaction.moves());
            assertEquals(used, arena.usedBytes());
            compaction.end();
            while (compaction.step()) {
                continue;
            }
            assertArrayEquals(before, contents(engine));
            for (int i = 0; i < 40_000; i++) {
                engine.command("ZREM", "z" + i % 2, "member:" + i);
            }
            assertEquals(":0\r\n", engine.command("EXISTS", "z0", "z1"));
            engine.engine().keyspaces().flushAll(true);
            assertEquals(0, arena.usedBytes());
        }
    }

    private static String[] contents(EngineHarness engine) {
        return new String[] {
            engine.command("ZRANGE", "z0", "0", "-1", "WITHSCORES"),
            engine.command("ZRANGE", "z1", "0", "-1", "WITHSCORES"),
            engine.command("ZRANGEBYSCORE", "z0", "5", "5"),
            engine.command("DEBUG", "DIGEST"),
        };
    }
}
