package dev.spindle.engine.command.set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a set is kept how, as Redis 7.2 documents and does it; the server that differential tests use has no listpack sets. */
class SetEncodingTest {

    private final EngineHarness engine = new EngineHarness(1L << 30);

    @AfterEach
    void close() {
        engine.close();
    }

    private String run(String line) {
        return engine.command(line.split(" "));
    }

    private void add(String key, String prefix, int from, int to) {
        List<String> words = new ArrayList<>(List.of("SADD", key));
        for (int i = from; i < to; i++) {
            words.add(prefix + i);
        }
        engine.command(words.toArray(new String[0]));
    }

    private void addOneByOne(String key, String prefix, int from, int to) {
        for (int i = from; i < to; i++) {
            engine.command("SADD", key, prefix + i);
        }
    }

    private void assertEncoding(String expected, String key) {
        assertEquals(
                "$" + expected.length() + "\r\n" + expected + "\r\n",
                run("OBJECT ENCODING " + key));
    }

    @Test
    void shouldStayASetOfIntegersUpToItsLimit() {
        addOneByOne("s", "", 0, 512);
        assertEncoding("intset", "s");
        run("SADD s 5");
        assertEncoding("intset", "s");
        run("SADD s 512");
        assertEncoding("hashtable", "s");
        assertEquals(":513\r\n", run("SCARD s"));
        add("all", "", 0, 512);
        assertEncoding("intset", "all");
        add("more", "", 0, 513);
        assertEncoding("hashtable", "more");
    }

    @Test
    void shouldBecomeAListpackWhenSmallTextComes() {
        add("s", "", -5, 5);
        run("SADD s 99999999999");
        run("SADD s text");
        assertEncoding("listpack", "s");
        assertEquals(":12\r\n", run("SCARD s"));
        assertEquals(":1\r\n", run("SISMEMBER s 99999999999"));
        assertEquals(":1\r\n", run("SISMEMBER s -5"));
        run("SREM s text");
        assertEncoding("listpack", "s");
    }

    @Test
    void shouldBecomeATableWhenTextComesAndTooMuchIsThere() {
        add("s", "", 0, 127);
        run("SADD s text");
        assertEncoding("listpack", "s");
        add("t", "", 0, 128);
        run("SADD t text");
        assertEncoding("hashtable", "t");
        assertEquals(":129\r\n", run("SCARD t"));
        run("SADD u 1");
        engine.command("SADD", "u", "x".repeat(65));
        assertEncoding("hashtable", "u");
        run("CONFIG SET set-max-listpack-value 4");
        run("SADD v 12345");
        run("SADD v ab");
        assertEncoding("hashtable", "v");
        run("SADD w 1234");
        run("SADD w ab");
        assertEncoding("listpack", "w");
    }

    @Test
    void shouldBecomeATableWhenAListpackIsFull() {
        addOneByOne("s", "m", 0, 128);
        assertEncoding("listpack", "s");
        run("SADD s m0");
        assertEncoding("listpack", "s");
        run("SADD s m128");
        assertEncoding("hashtable", "s");
        engine.command("SADD", "t", "x".repeat(64));
        assertEncoding("listpack", "t");
        engine.command("SADD", "t", "x".repeat(65));
        assertEncoding("hashtable", "t");
        engine.command("SADD", "u", "x".repeat(65));
        assertEncoding("hashtable", "u");
    }

    @Test
    void shouldGoByTheNumberOfArgumentsWhenManyAreAdded() {
        add("s", "m", 0, 128);
        assertEncoding("listpack", "s");
        add("t", "m", 0, 129);
        assertEncoding("hashtable", "t");
        // All the same, but who counts.
        String[] words = new String[131];
        Arrays.fill(words, "m");
        words[0] = "SADD";
        words[1] = "s";
        engine.command(words);
        assertEncoding("hashtable", "s");
    }

    @Test
    void shouldHoldIntegersInAListpackWhenSetsOfIntegersAreOff() {
        run("CONFIG SET set-max-intset-entries 0");
        run("SADD s 1 2 3");
        assertEncoding("listpack", "s");
        run("SUNIONSTORE d s");
        assertEncoding("hashtable", "d");
    }

    @ParameterizedTest
    @CsvSource({
        "SINTERSTORE d ints ints2, intset",
        "SINTERSTORE d mixed ints, intset",
        "SINTERSTORE d mixed mixed, listpack",
        "SINTERSTORE d big bigger, hashtable",
        "SINTERSTORE d big mixed, listpack",
        "SINTERSTORE d bigints ints, intset",
        "SUNIONSTORE d ints ints2, intset",
        "SUNIONSTORE d ints mixed, listpack",
        "SUNIONSTORE d mixed ints, listpack",
        "SUNIONSTORE d ints big, hashtable",
        "SUNIONSTORE d bigints, hashtable",
        "SUNIONSTORE d bigints mixed, hashtable",
        "SDIFFSTORE d ints ints2, intset",
        "SDIFFSTORE d mixed ints2, listpack",
        "SDIFFSTORE d big mixed, hashtable",
        "SDIFFSTORE d bigger big, listpack",
        "SDIFFSTORE d bigints ints, hashtable",
    })
    void shouldStoreResultsAsRedisDoes(String command, String encoding) {
        add("ints", "", 0, 20);
        add("ints2", "", 10, 30);
        add("mixed", "", 0, 20);
        add("mixed", "m", 0, 20);
        add("big", "m", 0, 300);
        add("bigger", "m", 0, 310);
        add("bigints", "", 0, 600);
        run(command);
        assertEncoding(encoding, "d");
    }

    @Test
    void shouldShrinkIntoAListpackWhenNearlyAllIsPopped() {
        add("s", "m", 0, 1000);
        run("SPOP s 990");
        assertEncoding("listpack", "s");
        assertEquals(":10\r\n", run("SCARD s"));
        add("t", "m", 0, 1000);
        run("SPOP t 860");
        assertEncoding("hashtable", "t");
        add("u", "", 0, 500);
        run("EXPIRE u 100");
        run("SPOP u 499");
        assertEncoding("intset", "u");
        assertEquals(":100\r\n", run("TTL u"));
    }

    @Test
    void shouldCountWhatItHoldsToTheByte() {
        add("s", "member-", 0, 5000);
        long used = engine.engine().arena().usedBytes();
        long usage = number(run("MEMORY USAGE s"));
        run("DEL s");
        assertTrue(engine.engine().keyspaces().shared().hasPendingFrees(), "freed in slices");
        engine.engine().keyspaces().shared().freeAll();
        long freed = used - engine.engine().arena().usedBytes();
        assertTrue(Math.abs(freed - usage) <= 16, "usage " + usage + ", freed " + freed);
    }

    @Test
    void shouldStayWholeWhenMemoryRunsOut() {
        try (EngineHarness small = new EngineHarness(4L << 20)) {
            long added = 0;
            String reply = "";
            while (!reply.startsWith("-OOM")) {
                String[] words = new String[12];
                words[0] = "SADD";
                words[1] = "s";
                for (int i = 2; i < words.length; i++) {
                    words[i] = "member-number-" + added++;
                }
                reply = small.command(words);
                assertTrue(reply.startsWith(":10") || reply.startsWith("-OOM"), reply);
            }
            long there = number(small.command("SCARD", "s"));
            assertTrue(there >= added - 10 && there <= added, "there " + there + " of " + added);
            small.command("COPY", "s", "t");
            small.command("SUNIONSTORE", "u", "s", "s");
            small.command("SPOP", "s", "100");
            Set<String> members =
                    new HashSet<>(Arrays.asList(small.command("SMEMBERS", "s").split("\r\n")));
            members.removeIf(line -> !line.startsWith("member"));
            assertEquals(number(small.command("SCARD", "s")), members.size());
            small.command("SPOP", "s", "" + (members.size() - 200));
            assertEquals(":200\r\n", small.command("SCARD", "s"));
            small.command("FLUSHALL");
            small.engine().keyspaces().shared().freeAll();
            assertEquals(0, small.engine().arena().usedBytes());
        }
    }

    private static long number(String reply) {
        return Long.parseLong(reply.substring(1).trim());
    }
}
