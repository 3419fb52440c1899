package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.Relocation;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.memory.EverySlab;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams move out of slabs that are being emptied. Two engines get the same commands; in one of them everything moves about,
 * and it must answer as the other one does.
 */
class StreamRelocationTest {

    private static final int STREAMS = 30;

    private final EngineHarness moving = new EngineHarness();
    private final EngineHarness still = new EngineHarness();
    private final Arena arena = moving.engine().arena();
    private final Relocation relocation = new Relocation(moving.engine().keyspaces());

    private String both(String... words) {
        String expected = still.command(words);
        assertEquals(expected, moving.command(words), String.join(" ", words));
        return expected;
    }

    private static void value(List<String> words, Random random) {
        int number = random.nextInt(100_000);
        words.add("field" + random.nextInt(2));
        words.add(random.nextBoolean() ? "" + number : "text " + "x".repeat(number % 300));
    }

    private void add(String key, Random random) {
        List<String> words = new ArrayList<>(List.of("XADD", key, "*"));
        value(words, random);
        value(words, random);
        both(words.toArray(new String[0]));
    }

    private void change(Random random) {
        String key = "stream" + random.nextInt(STREAMS);
        String group = "group" + random.nextInt(3);
        String consumer = "consumer" + random.nextInt(8);
        still.clock().advanceMs(1);
        moving.clock().advanceMs(1);
        switch (random.nextInt(12)) {
            case 0 -> both("XGROUP", "CREATE", key, group, "0", "MKSTREAM");
            case 1 -> both("XTRIM", key, "MAXLEN", "" + random.nextInt(600));
            case 2, 3, 4 ->
                    both(
                            "XREADGROUP",
                            "GROUP",
                            group,
                            consumer,
                            "COUNT",
                            "20",
                            "STREAMS",
                            key,
                            ">");
            case 5 -> both("XAUTOCLAIM", key, group, consumer, "0", "0", "COUNT", "5");
            case 6 -> acknowledge(key, group, random);
            case 7 -> {
                if (random.nextInt(20) == 0) {
                    both("XGROUP", "DELCONSUMER", key, group, consumer);
                } else if (random.nextInt(50) == 0) {
                    both("XGROUP", "DESTROY", key, group);
                } else if (random.nextInt(50) == 0) {
                    both("DEL", key);
                }
            }
            default -> {
                for (int i = 0; i < 20; i++) {
                    add(key, random);
                }
            }
        }
    }

    private void acknowledge(String key, String group, Random random) {
        String pending = both("XPENDING", key, group, "-", "+", "40");
        List<String> words = new ArrayList<>(List.of("XACK", key, group));
        for (String line : pending.split("\r\n")) {
            if (line.contains("-") && line.charAt(0) != '-' && random.nextInt(3) != 0) {
                words.add(line);
            }
        }
        if (words.size() > 3) {
            both(words.toArray(new String[0]));
        }
    }

    private void check() {
        for (int i = 0; i < STREAMS; i++) {
            String key = "stream" + i;
            both("XINFO", "STREAM", key, "FULL", "COUNT", "0");
            both("XREVRANGE", key, "+", "-");
            both("MEMORY", "USAGE", key);
        }
        ArenaAudit.check(arena);
        assertEquals(still.engine().arena().usedBytes(), arena.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldAnswerAsOneThatStandsStillWhenStreamsMoveWhileTheyChange(long given) {
        long seed = Long.getLong("spindle.test.seed", given);
        System.out.println("spindle.test.seed=" + seed);
        Random random = new Random(seed);
        int emptied = 0;
        for (int pass = 0; pass < 10; pass++) {
            for (int i = 0; i < 1000; i++) {
                change(random);
            }
            freeAll();
            int leaving = EverySlab.leaves(arena);
            boolean changes = pass % 2 == 1;
            relocation.begin();
            while (relocation.step(1 + random.nextInt(64))) {
                if (changes && random.nextInt(50) == 0) {
                    change(random);
                }
            }
            int left = arena.compaction().leaving();
            if (!changes) {
                // Consumers with very many pending entries stay; here nobody has so many.
                assertEquals(0, left, "slabs of " + leaving + " that stay");
            }
            emptied += leaving - left;
            EverySlab.stays(arena);
            freeAll();
            check();
        }
        assertTrue(emptied > 100, "slabs emptied: " + emptied);
        both("FLUSHALL");
        freeAll();
        assertEquals(0, arena.usedBytes());
    }

    // Streams that were deleted and wait to be freed are in no table, so they do not move.
    private void freeAll() {
        for (EngineHarness each : List.of(moving, still)) {
            while (each.engine().keyspaces().shared().freeSlice()) {
                continue;
            }
        }
    }

    @Test
    void shouldLeaveAConsumerInPlaceWhenItHasTooMuchPending() {
        both("XGROUP", "CREATE", "s", "g", "0", "MKSTREAM");
        for (int i = 1; i <= 300; i++) {
            both("XADD", "s", i + "-1", "f", "v" + i);
        }
        both("XREADGROUP", "GROUP", "g", "few", "COUNT", "40", "STREAMS", "s", ">");
        both("XREADGROUP", "GROUP", "g", "many", "COUNT", "257", "STREAMS", "s", ">");
        EverySlab.leaves(arena);
        relocation.begin();
        while (relocation.step(16)) {
            continue;
        }
        assertEquals(1, arena.compaction().leaving(), "the slab of the consumer with 257");
        EverySlab.stays(arena);
        both("XPENDING", "s", "g", "-", "+", "1000");
        both("XACK", "s", "g", "300-1");
        both("XPENDING", "s", "g");
        EverySlab.leaves(arena);
        relocation.begin();
        while (relocation.step(16)) {
            continue;
        }
        both("XACK", "s", "g", "41-1", "1-1", "200-1");
        both("XPENDING", "s", "g");
        ArenaAudit.check(arena);
    }
}
