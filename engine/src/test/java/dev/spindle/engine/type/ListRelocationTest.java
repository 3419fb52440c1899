package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.Relocation;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.memory.Compaction;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nodes of lists move out of sparse slabs, while the lists change. */
class ListRelocationTest {

    private static final int LISTS = 60;
    private static final int ELEMENTS = 4000;

    private static String text(int list, int index) {
        // Of very different lengths, so that nodes are of many sizes.
        return "list:" + list + ":" + index + "x".repeat((list * 31 + index / 512 * 7) % 40);
    }

    @Test
    void shouldKeepEveryElementWhenNodesMove() {
        Random random = new Random(7);
        try (EngineHarness engine = new EngineHarness()) {
            Arena arena = engine.engine().arena();
            for (int index = 0; index < ELEMENTS; index++) {
                for (int list = 0; list < LISTS; list++) {
                    engine.command("RPUSH", "l" + list, text(list, index));
                }
            }
            for (int list = 0; list < LISTS; list++) {
                if (list % 4 != 0) {
                    engine.command("DEL", "l" + list);
                }
            }
            engine.engine().keyspaces().shared().freeAll();
            Compaction compaction = arena.compaction();
            compaction.begin();
            while (compaction.step()) {
                continue;
            }
            int leaving = compaction.leaving();
            assertTrue(leaving > 0, "nothing to move");
            Relocation relocation = new Relocation(engine.engine().keyspaces());
            relocation.begin();
            while (relocation.step(16)) {
                String key = "l" + random.nextInt(LISTS / 4) * 4;
                engine.command("LMOVE", key, key, "LEFT", "RIGHT");
                engine.command("LMOVE", key, key, "RIGHT", "LEFT");
            }
            assertTrue(compaction.leaving() < leaving / 2, "still " + compaction.leaving());
            compaction.end();
            while (compaction.step()) {
                continue;
            }
            ArenaAudit.check(arena);
            for (int list = 0; list < LISTS; list += 4) {
                for (int index = 0; index < ELEMENTS; index += 97) {
                    String expected = text(list, index);
                    assertEquals(
                            "$" + expected.length() + "\r\n" + expected + "\r\n",
                            engine.command("LINDEX", "l" + list, "" + index));
                }
            }
        }
    }
}
