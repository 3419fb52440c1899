package dev.spindle.engine.command.generic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceListener;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenericCommandsTest {

    private static KeyspaceStats stats(EngineHarness engine) {
        return engine.engine().keyspaces().shared().stats();
    }

    private static void soon(EngineHarness engine, String... keys) {
        for (String key : keys) {
            engine.command("SET", key, "v");
            engine.command("PEXPIRE", key, "10");
        }
    }

    /** Cursor first, then the keys. */
    private static List<String> scan(EngineHarness engine, String... words) {
        return RawClient.flatten(engine.command(words));
    }

    @Test
    void shouldHideExpiredKeysFromEveryCommandWhenTheirTimeIsOver() {
        try (EngineHarness engine = new EngineHarness()) {
            for (String[] command :
                    new String[][] {
                        {":0", "DEL", "k"},
                        {":0", "EXISTS", "k"},
                        {":0", "TOUCH", "k"},
                        {"+none", "TYPE", "k"},
                        {":-2", "TTL", "k"},
                        {":-2", "PEXPIRETIME", "k"},
                        {":0", "EXPIRE", "k", "10"},
                        {":0", "PERSIST", "k"},
                        {"-ERR no such key", "RENAME", "k", "l"},
                        {":0", "COPY", "k", "l"},
                        {":0", "MOVE", "k", "1"},
                        {"$-1", "OBJECT", "ENCODING", "k"},
                        {"$-1", "RANDOMKEY"},
                        {"*0", "KEYS", "*"},
                    }) {
                engine.command("FLUSHALL");
                soon(engine, "k");
                engine.clock().advanceMs(10);
                assertEquals(":1\r\n", engine.command("EXISTS", "k"), "at its time it still lives");
                engine.clock().advanceMs(1);
                String[] words = java.util.Arrays.copyOfRange(command, 1, command.length);
                assertEquals(command[0] + "\r\n", engine.command(words));
            }
        }
    }

    @Test
    void shouldOverwriteAnExpiredTargetWhenNamingOrMoving() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.session().database(1);
            soon(engine, "a");
            engine.session().database(0);
            soon(engine, "b", "c");
            engine.command("SET", "a", "new");
            engine.clock().advanceMs(11);
            assertEquals(":1\r\n", engine.command("RENAMENX", "a", "b"));
            assertEquals(":1\r\n", engine.command("COPY", "b", "c"));
            engine.command("RENAME", "b", "a");
            assertEquals(":1\r\n", engine.command("MOVE", "a", "1"));
            assertEquals(3, stats(engine).expired);
            assertEquals(0, engine.engine().keyspaces().get(1).expiring());
            assertEquals(2, engine.engine().keyspaces().size());
        }
    }

    @Test
    void shouldDeleteExpiredKeysOnlyInScanWhenWalking() {
        try (EngineHarness engine = new EngineHarness()) {
            soon(engine, "a", "b", "c");
            engine.command("SET", "stay", "v");
            engine.clock().advanceMs(11);
            assertEquals("*1\r\n$4\r\nstay\r\n", engine.command("KEYS", "*"));
            assertEquals(":4\r\n", engine.command("DBSIZE"));
            assertEquals(List.of("0", "stay"), scan(engine, "SCAN", "0", "COUNT", "1000"));
            assertEquals(":1\r\n", engine.command("DBSIZE"));
            assertEquals(3, stats(engine).expired);
        }
    }

    @Test
    void shouldFindTheLiveKeyWhenAllOthersAreExpired() {
        try (EngineHarness engine = new EngineHarness()) {
            for (int i = 0; i < 1000; i++) {
                soon(engine, "k" + i);
            }
            engine.command("SET", "live", "v");
            engine.clock().advanceMs(11);
            assertEquals("$4\r\nlive\r\n", engine.command("RANDOMKEY"));
        }
    }

    @Test
    void shouldAnswerSomeKeyWhenExpiredOnesMustBeKept() {
        try (EngineHarness engine = new EngineHarness()) {
            soon(engine, "only");
            engine.clock().advanceMs(11);
            engine.engine().keyspaces().shared().keepsExpired(true);
            assertEquals("$4\r\nonly\r\n", engine.command("RANDOMKEY"));
            assertEquals(":1\r\n", engine.command("DBSIZE"));
        }
    }

    @Test
    void shouldCountHitsAndMissesAsRedisDoesWhenKeysAreLookedUp() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "a", "v");
            for (String[] words :
                    new String[][] {
                        {"EXISTS", "a", "no"},
                        {"TOUCH", "a", "no"},
                        {"TYPE", "a"},
                        {"TYPE", "no"},
                        {"TTL", "a"},
                        {"TTL", "no"},
                        {"OBJECT", "ENCODING", "a"},
                        {"OBJECT", "ENCODING", "no"},
                        {"COPY", "a", "b"},
                        {"COPY", "no", "b"},
                    }) {
                engine.command(words);
            }
            assertEquals(6, stats(engine).hits);
            assertEquals(6, stats(engine).misses);
            for (String[] words :
                    new String[][] {
                        {"EXPIRE", "a", "100"},
                        {"PERSIST", "a"},
                        {"RENAME", "a", "c"},
                        {"DEL", "c", "no"},
                        {"KEYS", "*"},
                    }) {
                engine.command(words);
            }
            assertEquals(12, stats(engine).hits + stats(engine).misses);
        }
    }

    @Test
    void shouldMarkKeysAsUsedOnlyWhenAskedTo() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "a", "v");
            engine.clock().advanceMs(100_000);
            for (String[] words :
                    new String[][] {
                        {"EXISTS", "a"}, {"TYPE", "a"}, {"TTL", "a"}, {"OBJECT", "ENCODING", "a"}
                    }) {
                engine.command(words);
            }
            assertEquals(":100\r\n", engine.command("OBJECT", "IDLETIME", "a"));
            engine.session().noTouch(true);
            engine.command("GET", "a");
            assertEquals(":100\r\n", engine.command("OBJECT", "IDLETIME", "a"));
            engine.command("TOUCH", "a");
            assertEquals(":0\r\n", engine.command("OBJECT", "IDLETIME", "a"));
            engine.clock().advanceMs(5000);
            engine.command("RENAME", "a", "b");
            engine.command("COPY", "b", "c");
            assertEquals(":5\r\n", engine.command("OBJECT", "IDLETIME", "b"));
            assertEquals(":0\r\n", engine.command("OBJECT", "IDLETIME", "c"));
        }
    }

    @Test
    void shouldAnswerFrequencyInsteadOfIdleTimeWhenLfuIsInForce() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().keyspaces().shared().clock().configure(true, 10, 1);
            engine.command("SET", "a", "v");
            assertEquals(":5\r\n", engine.command("OBJECT", "FREQ", "a"));
            assertTrue(
                    engine.command("OBJECT", "IDLETIME", "a")
                            .startsWith("-ERR An LFU maxmemory policy is selected, "));
        }
    }

    private static final class Recorder implements KeyspaceListener {
        final List<String> events = new ArrayList<>();

        private static String text(long address, int length) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.append((char) org.agrona.UnsafeApi.getByte(address + i));
            }
            return text.toString();
        }

        @Override
        public void keyModified(int db, long keyAddress, int keyLength) {
            events.add("modified " + db + " " + text(keyAddress, keyLength));
        }

        @Override
        public void keyExpired(int db, long keyAddress, int keyLength) {
            events.add("expired " + db + " " + text(keyAddress, keyLength));
        }

        @Override
        public void flushed(int db) {
            events.add("flushed " + db);
        }

        @Override
        public void swapped(int a, int b) {
            events.add("swapped " + a + " " + b);
        }
    }

    @Test
    void shouldTellOfEachChangeAndCountItOnceWhenKeysChange() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "a", "v");
            Recorder heard = new Recorder();
            engine.engine().keyspaces().shared().listener(heard);
            Object[][] cases = {
                {1, List.of("modified 0 a"), "EXPIRE", "a", "100"},
                {0, List.of(), "EXPIRE", "a", "100", "NX"},
                {1, List.of("modified 0 a"), "PERSIST", "a"},
                {1, List.of("modified 0 a", "modified 0 b"), "RENAME", "a", "b"},
                {1, List.of("modified 0 c"), "COPY", "b", "c"},
                {1, List.of("modified 0 b", "modified 2 b"), "MOVE", "b", "2"},
                {1, List.of("swapped 0 2"), "SWAPDB", "0", "2"},
                {1, List.of("modified 0 b"), "EXPIRE", "b", "-1"},
                {0, List.of(), "DEL", "b"},
                {0, List.of("flushed 0"), "FLUSHDB"},
                {1, List.of("flushed -1"), "FLUSHALL"},
            };
            for (Object[] c : cases) {
                heard.events.clear();
                long dirty = stats(engine).dirty;
                String[] words = new String[c.length - 2];
                System.arraycopy(c, 2, words, 0, words.length);
                engine.command(words);
                assertEquals(c[1], heard.events, String.join(" ", words));
                assertEquals(
                        (long) (int) c[0], stats(engine).dirty - dirty, String.join(" ", words));
            }
            soon(engine, "x", "y");
            engine.clock().advanceMs(11);
            heard.events.clear();
            engine.command("GET", "x");
            engine.command("SCAN", "0", "COUNT", "1000");
            assertEquals(
                    List.of("expired 0 x", "modified 0 x", "expired 0 y", "modified 0 y"),
                    heard.events);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldScanEveryKeyThatStaysWhenKeysComeAndGo(long seed) {
        Random random = new Random(seed);
        try (EngineHarness engine = new EngineHarness()) {
            for (int i = 0; i < 2000; i++) {
                engine.command("SET", "stay" + i, "v");
            }
            Keyspace db = engine.engine().keyspaces().get(0);
            int count = 1 + random.nextInt(50);
            Set<String> seen = new HashSet<>();
            String cursor = "0";
            int come = 0;
            boolean growing = random.nextBoolean();
            do {
                List<String> page =
                        scan(engine, "SCAN", cursor, "COUNT", "" + count, "MATCH", "stay*");
                // The bucket that reaches the count is answered whole, with what overflows it.
                assertTrue(page.size() - 1 <= count + 60, "seed " + seed + ": " + page.size());
                cursor = page.get(0);
                seen.addAll(page.subList(1, page.size()));
                for (int i = random.nextInt(400); i > 0; i--) {
                    if (growing) {
                        engine.command("SET", "come" + come++, "v");
                    } else {
                        engine.command("UNLINK", "come" + random.nextInt(come + 1));
                    }
                }
                growing ^= random.nextInt(20) == 0;
                db.table().shrink(random.nextInt(10));
            } while (!cursor.equals("0"));
            assertEquals(
                    2000, seen.stream().filter(k -> k.startsWith("stay")).count(), "seed " + seed);
        }
    }

    @Test
    void shouldLookAtNoMoreThanAskedWhenFiltersMatchNothing() {
        try (EngineHarness engine = new EngineHarness()) {
            for (int i = 0; i < 10_000; i++) {
                engine.command("SET", "k" + i, "v");
            }
            int calls = 0;
            String cursor = "0";
            do {
                List<String> page = scan(engine, "SCAN", cursor, "COUNT", "100", "MATCH", "nope*");
                assertEquals(1, page.size());
                cursor = page.get(0);
                calls++;
            } while (!cursor.equals("0"));
            assertTrue(calls > 80 && calls <= 101, "calls: " + calls);
        }
    }

    @Test
    void shouldKeepLargeValuesWholeWhenRenamedCopiedAndMoved() {
        try (EngineHarness engine = new EngineHarness()) {
            long before = engine.engine().arena().usedBytes();
            String value = "x".repeat(100_000);
            engine.command("SET", "a", value);
            engine.command("EXPIRE", "a", "100");
            engine.command("RENAME", "a", "b".repeat(300));
            engine.command("COPY", "b".repeat(300), "c");
            engine.command("SET", "d", "small");
            engine.command("COPY", "c", "d", "REPLACE");
            engine.command("MOVE", "c", "4");
            engine.command("DEL", "b".repeat(300));
            engine.session().database(4);
            String reply = "$100000\r\n" + value + "\r\n";
            assertEquals(reply, engine.command("GET", "c"));
            assertEquals(":100\r\n", engine.command("TTL", "c"));
            engine.session().database(0);
            assertEquals(reply, engine.command("GET", "d"));
            engine.command("FLUSHALL");
            assertEquals(before, engine.engine().arena().usedBytes());
        }
    }
}
