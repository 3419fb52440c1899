package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.testkit.EngineHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of many nodes, and an arena that is too small for them. */
class LongListTest {

    private static final int ELEMENTS = 60_000;

    @ParameterizedTest
    @CsvSource({"100,-101", "0,10", "-11,-1", "30000,30000", "30000,30100", "5,-1", "0,-6"})
    void shouldKeepWhatIsNamedWhenALongListIsTrimmed(int start, int end) {
        try (EngineHarness engine = new EngineHarness()) {
            KeyspaceShared shared = engine.engine().keyspaces().shared();
            for (int i = 0; i < ELEMENTS; i++) {
                engine.command("RPUSH", "l", "element:" + i);
            }
            engine.command("EXPIRE", "l", "100");
            engine.command("LTRIM", "l", "" + start, "" + end);
            int first = start < 0 ? ELEMENTS + start : start;
            int last = end < 0 ? ELEMENTS + end : end;
            assertEquals(":" + (last - first + 1) + "\r\n", engine.command("LLEN", "l"));
            if (last - first < ELEMENTS / 4) {
                assertTrue(shared.hasPendingFrees(), "freed at once");
            }
            for (int index : new int[] {0, (last - first) / 2, last - first}) {
                String text = "element:" + (first + index);
                assertEquals(
                        "$" + text.length() + "\r\n" + text + "\r\n",
                        engine.command("LINDEX", "l", "" + index));
            }
            assertEquals(":100\r\n", engine.command("TTL", "l"));
            shared.freeAll();
            engine.command("RPUSH", "l", "more");
            engine.command("LPUSH", "l", "more");
            assertEquals(":" + (last - first + 3) + "\r\n", engine.command("LLEN", "l"));
            engine.command("FLUSHALL");
            shared.freeAll();
            assertEquals(0, engine.engine().arena().usedBytes());
        }
    }

    @ParameterizedTest
    @CsvSource({"RPUSH,20", "LPUSH,500", "RPUSH,5000"})
    void shouldLoseNothingWhenMemoryRunsOut(String push, int length) {
        try (EngineHarness engine = new EngineHarness(4L << 20)) {
            String tail = "x".repeat(length);
            int pushed = 0;
            while (!engine.command(push, "l", pushed + tail).startsWith("-OOM")) {
                pushed++;
            }
            assertEquals(":" + pushed + "\r\n", engine.command("LLEN", "l"));
            engine.command("LSET", "l", "5", tail + tail + tail);
            String inserted = engine.command("LINSERT", "l", "BEFORE", "7" + tail, tail + tail);
            boolean isLonger = inserted.equals(":" + (pushed + 1) + "\r\n");
            assertTrue(isLonger || inserted.startsWith("-OOM"), inserted);
            engine.command("COPY", "l", "copy");
            engine.command("SORT", "l", "BY", "nosort", "STORE", "copy");
            engine.command("DEL", "copy");
            engine.engine().keyspaces().shared().freeAll();
            for (int i : new int[] {0, 1, 2, 10, 11, pushed / 2, pushed - 10, pushed - 1}) {
                int fromBack = isLonger && i > 7 ? -2 - i : -1 - i;
                String index = Integer.toString(push.equals("RPUSH") ? i : fromBack);
                if (push.equals("RPUSH") && i > 6 || push.equals("LPUSH") && i > pushed - 9) {
                    // What came in before these may have moved them by one.
                    continue;
                }
                assertEquals(
                        "$" + (i + tail).length() + "\r\n" + i + tail + "\r\n",
                        engine.command("LINDEX", "l", index),
                        "at " + index);
            }
            engine.command("FLUSHALL");
            engine.engine().keyspaces().shared().freeAll();
            assertEquals(0, engine.engine().arena().usedBytes());
        }
    }
}
