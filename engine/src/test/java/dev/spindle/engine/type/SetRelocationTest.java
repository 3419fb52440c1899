package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.Relocation;
import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.memory.Compaction;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large sets move out of slabs that are being emptied. */
class SetRelocationTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldKeepEveryMemberWhenSetsMoveWhileTheyChange(long seed) {
        Random random = new Random(seed);
        try (EngineHarness engine = new EngineHarness()) {
            Set<String> model = new HashSet<>();
            Compaction compaction = engine.engine().arena().compaction();
            Relocation relocation = new Relocation(engine.engine().keyspaces());
            long emptied = 0;
            for (int pass = 0; pass < 4; pass++) {
                for (int i = 0; i < 20_000; i++) {
                    change(engine, model, random, i < 12_000);
                }
                compaction.begin();
                while (compaction.step()) {
                    continue;
                }
                long leaving = compaction.leaving();
                relocation.begin();
                while (relocation.step(16)) {
                    if (pass % 2 == 1) {
                        change(engine, model, random, random.nextBoolean());
                    }
                }
                emptied += leaving - compaction.leaving();
                compaction.end();
                while (compaction.step()) {
                    continue;
                }
                Set<String> members =
                        new HashSet<>(Arrays.asList(engine.command("SMEMBERS", "s").split("\r\n")));
                members.removeIf(line -> !line.startsWith("m"));
                assertEquals(model, members);
                ArenaAudit.check(engine.engine().arena());
            }
            assertTrue(emptied > 0, "slabs emptied: " + emptied);
        }
    }

    private static void change(
            EngineHarness engine, Set<String> model, Random random, boolean adds) {
        int number = random.nextInt(9000);
        String member = "m" + number + "x".repeat(number % 90);
        boolean changes = adds ? model.add(member) : model.remove(member);
        assertEquals(
                changes ? ":1\r\n" : ":0\r\n", engine.command(adds ? "SADD" : "SREM", "s", member));
    }
}
