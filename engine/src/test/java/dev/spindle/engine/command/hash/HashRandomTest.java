package dev.spindle.engine.command.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HRANDFIELD: which fields, how often, and in which shape. */
class HashRandomTest {

    private static final int FIELDS = 40;

    private static EngineHarness filled(int limit, int fields) {
        EngineHarness engine = new EngineHarness();
        engine.command("CONFIG", "SET", "hash-max-listpack-entries", "" + limit);
        for (int i = 0; i < fields; i++) {
            engine.command("HSET", "h", "f" + i, "v" + i);
        }
        return engine;
    }

    // The words of a flat reply of bulk strings.
    private static List<String> words(EngineHarness engine, String... command) {
        String[] lines = engine.command(command).split("\r\n");
        return Stream.of(lines).filter(line -> !line.startsWith("$")).skip(1).toList();
    }

    @ParameterizedTest
    @CsvSource({"512, 40", "0, 40", "0, 4000"})
    void shouldAnswerDistinctFieldsWhenTheCountIsPositive(int limit, int fields) {
        try (EngineHarness engine = filled(limit, fields)) {
            for (int count :
                    new int[] {1, 2, 5, 13, 20, 39, 40, 41, 1000, 1400, 3999, 4000, 5000}) {
                List<String> picked = words(engine, "HRANDFIELD", "h", "" + count);
                assertEquals(Math.min(count, fields), picked.size());
                assertEquals(picked.size(), new HashSet<>(picked).size());
                List<String> pairs = words(engine, "HRANDFIELD", "h", "" + count, "WITHVALUES");
                assertEquals(2 * Math.min(count, fields), pairs.size());
                Set<String> names = new HashSet<>();
                for (int i = 0; i < pairs.size(); i += 2) {
                    assertEquals("v" + pairs.get(i).substring(1), pairs.get(i + 1));
                    assertTrue(names.add(pairs.get(i)));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"512, 40", "0, 40"})
    void shouldAnswerAsManyAsAskedWhenTheCountIsNegative(int limit, int fields) {
        try (EngineHarness engine = filled(limit, fields)) {
            for (int count : new int[] {1, 2, 39, 40, 41, 500}) {
                assertEquals(count, words(engine, "HRANDFIELD", "h", "-" + count).size());
                assertEquals(
                        2 * count,
                        words(engine, "HRANDFIELD", "h", "-" + count, "WITHVALUES").size());
            }
        }
    }

    /** Each of the ways to fields: within five sigmas of the even share. */
    @ParameterizedTest
    @CsvSource({
        "512, ''", "512, 1", "512, 7", "512, 30", "512, -7", "0, ''", "0, 1", "0, 7", "0, 30",
        "0, -7"
    })
    void shouldPickEachFieldEquallyOften(int limit, String count) {
        try (EngineHarness engine = filled(limit, FIELDS)) {
            Map<String, Integer> times = new HashMap<>();
            int rounds = 4000;
            int total = 0;
            for (int i = 0; i < rounds; i++) {
                List<String> picked =
                        count.isEmpty()
                                ? List.of(engine.command("HRANDFIELD", "h").split("\r\n")[1])
                                : words(engine, "HRANDFIELD", "h", count);
                picked.forEach(field -> times.merge(field, 1, Integer::sum));
                total += picked.size();
            }
            double share = (double) total / FIELDS;
            double most = 5 * Math.sqrt(share);
            assertEquals(FIELDS, times.size());
            times.forEach(
                    (field, n) ->
                            assertTrue(
                                    Math.abs(n - share) < most,
                                    field + " " + n + " times instead of " + share));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 512})
    void shouldNestPairsWhenTheProtocolIsThree(int limit) {
        try (EngineHarness engine = filled(limit, 1)) {
            engine.session().protocol(3);
            String pair = "*2\r\n$2\r\nf0\r\n$2\r\nv0\r\n";
            assertEquals("*1\r\n" + pair, engine.command("HRANDFIELD", "h", "5", "WITHVALUES"));
            assertEquals(
                    "*2\r\n" + pair + pair, engine.command("HRANDFIELD", "h", "-2", "WITHVALUES"));
            assertEquals("*1\r\n$2\r\nf0\r\n", engine.command("HRANDFIELD", "h", "1"));
            assertEquals("_\r\n", engine.command("HRANDFIELD", "none"));
            assertEquals("*0\r\n", engine.command("HRANDFIELD", "none", "1", "WITHVALUES"));
            assertEquals("%1\r\n$2\r\nf0\r\n$2\r\nv0\r\n", engine.command("HGETALL", "h"));
            assertEquals("%0\r\n", engine.command("HGETALL", "none"));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 100", "512, 1"})
    void shouldScanEveryFieldThatStaysWhileOthersComeAndGo(int limit, int count) {
        try (EngineHarness engine = filled(limit, 500)) {
            for (int round = 0; round < 5; round++) {
                Set<String> seen = new HashSet<>();
                String cursor = "0";
                int step = 0;
                do {
                    String reply = engine.command("HSCAN", "h", cursor, "COUNT", "" + count);
                    List<String> words =
                            Arrays.stream(reply.split("\r\n"))
                                    .filter(line -> !line.startsWith("$") && !line.startsWith("*"))
                                    .toList();
                    cursor = words.get(0);
                    for (int i = 1; i < words.size(); i += 2) {
                        seen.add(words.get(i));
                        if (words.get(i).startsWith("f")) {
                            assertEquals("v" + words.get(i).substring(1), words.get(i + 1));
                        }
                    }
                    // The table grows in even rounds, past the limit of the compact one; then it
                    // shrinks.
                    for (int i = 0; i < 40; i++) {
                        String name = "x" + (step * 40 + i);
                        if (round % 2 == 0) {
                            engine.command("HSET", "h", name, "x");
                        } else {
                            engine.command("HDEL", "h", name);
                        }
                    }
                    step++;
                } while (!cursor.equals("0"));
                for (int i = 0; i < 500; i++) {
                    assertTrue(seen.contains("f" + i), "f" + i + " is missing");
                }
            }
        }
    }
}
