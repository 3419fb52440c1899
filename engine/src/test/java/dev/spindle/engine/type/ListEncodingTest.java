package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import org.junit.jupiter.api.Test;

/** What OBJECT ENCODING says of lists, by the rules of 7.2, and what lists cost. */
class ListEncodingTest {

    private static String encoding(EngineHarness engine, String key) {
        return engine.command("OBJECT", "ENCODING", key).split("\r\n")[1];
    }

    @Test
    void shouldBecomeAQuicklistWhenThereAreMoreElementsThanTheLimit() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("CONFIG", "SET", "list-max-listpack-size", "8");
            engine.command("RPUSH", "l", "1", "2", "3", "4", "5", "6", "7", "8");
            assertEquals("listpack", encoding(engine, "l"));
            engine.command("RPUSH", "l", "9");
            assertEquals("quicklist", encoding(engine, "l"));
            for (int left = 9; left > 5; left--) {
                engine.command("LPOP", "l");
                assertEquals("quicklist", encoding(engine, "l"));
            }
            engine.command("LPOP", "l");
            assertEquals("listpack", encoding(engine, "l"));
        }
    }

    @Test
    void shouldBecomeAQuicklistWhenElementsAreLarge() {
        try (EngineHarness engine = new EngineHarness()) {
            String half = "x".repeat(4096);
            engine.command("RPUSH", "l", half);
            assertEquals("listpack", encoding(engine, "l"));
            engine.command("LSET", "l", "0", half + half);
            assertEquals("quicklist", encoding(engine, "l"));
            engine.command("LSET", "l", "0", half);
            assertEquals("quicklist", encoding(engine, "l"));
            engine.command("LSET", "l", "0", "x".repeat(4000));
            assertEquals("listpack", encoding(engine, "l"));
            engine.command("LPUSH", "l", half, half);
            assertEquals("quicklist", encoding(engine, "l"));
            engine.command("LTRIM", "l", "2", "2");
            assertEquals("listpack", encoding(engine, "l"));
            engine.command("LPUSH", "l", half);
            engine.command("LREM", "l", "0", half);
            assertEquals("listpack", encoding(engine, "l"));
        }
    }

    @Test
    void shouldCostLessThanALengthPerElementWhenElementsAreAlike() {
        try (EngineHarness engine = new EngineHarness()) {
            long before = engine.engine().arena().usedBytes();
            int elements = 100_000;
            for (int i = 0; i < elements; i++) {
                engine.command(
                        i % 2 == 0 ? "RPUSH" : "LPUSH", "l", String.format("element:%06d", i));
            }
            double each = (engine.engine().arena().usedBytes() - before) / (double) elements;
            System.out.println("bytes per element: " + each);
            assertTrue(each < 6, () -> "bytes per element of 14 bytes: " + each);
        }
    }

    @Test
    void shouldFreeALongListInSlicesWhenDeleted() {
        try (EngineHarness engine = new EngineHarness()) {
            long before = engine.engine().arena().usedBytes();
            for (int i = 0; i < 60_000; i++) {
                engine.command("RPUSH", "l", "element:" + i);
            }
            engine.command("DEL", "l");
            assertTrue(engine.engine().keyspaces().shared().hasPendingFrees());
            int slices = 0;
            while (engine.engine().keyspaces().shared().freeSlice()) {
                slices++;
            }
            assertTrue(slices > 1, "slices " + slices);
            engine.command("FLUSHALL");
            engine.engine().keyspaces().shared().freeAll();
            assertTrue(engine.engine().arena().usedBytes() <= before, "bytes left");
        }
    }
}
