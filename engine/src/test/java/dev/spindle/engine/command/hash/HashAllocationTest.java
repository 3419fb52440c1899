package dev.spindle.engine.command.hash;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pipelines of usual commands of hashes, compact and large, leave nothing behind on the heap. */
class HashAllocationTest {

    private static final int PIPELINE = 64;

    @ParameterizedTest
    @CsvSource({
        "512, HSET",
        "0, HSET",
        "512, HGET",
        "0, HGET",
        "512, HMGET",
        "0, HMGET",
        "512, HGETALL",
        "0, HGETALL",
        "512, HDEL",
        "0, HDEL",
        "512, HINCRBY",
        "0, HINCRBY",
        "512, HSCAN",
        "0, HSCAN",
        "512, HRANDFIELD",
        "0, HRANDFIELD",
        "512, HEXPIRE",
        "0, HEXPIRE",
        "512, CREATE",
        "0, CREATE",
        "512, RECORD",
        "512, HSETEX",
        "0, HSETEX"
    })
    void shouldAllocateNothingWhenWarm(int entries, String kind) {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("CONFIG", "SET", "hash-max-listpack-entries", "" + entries);
            try (RequestLoop loop = RequestLoop.ofFrames(engine, pipeline(kind))) {
                loop.assertAllocatesNothing(100, 20, 50);
            }
        }
    }

    private static String pipeline(String kind) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PIPELINE; i++) {
            String key = "hash:" + i % 8;
            String field = "field:" + i % 13;
            text.append(EngineHarness.frame(words(kind, i, key, field)));
        }
        return text.toString();
    }

    private static String[] words(String kind, int i, String key, String field) {
        boolean writes = i % 2 == 0;
        String value = "value of some length ".repeat(1 + i % 3);
        return switch (kind) {
            case "HSET" -> new String[] {"HSET", key, field, value, "f", "" + i};
            case "RECORD" -> record(i, "record:" + i / 8, value);
            case "HGETALL" ->
                    writes
                            ? new String[] {"HSET", key, field, value}
                            : new String[] {i % 4 == 1 ? "HGETALL" : "HKEYS", key};
            case "HDEL" ->
                    writes
                            ? new String[] {"HSET", key, field, value, "f", "1"}
                            : new String[] {"HDEL", key, field, "none", "f"};
            case "HINCRBY" -> new String[] {"HINCRBY", key, "count", "" + (i * 1000 - 30_000)};
            case "HSCAN" ->
                    writes
                            ? new String[] {"HSET", key, field, value}
                            : new String[] {"HSCAN", key, "0", "MATCH", "f*", "COUNT", "100"};
            case "HRANDFIELD" ->
                    writes
                            ? new String[] {"HSET", key, field, value}
                            : new String[] {"HRANDFIELD", key, i % 4 == 1 ? "3" : "-3"};
            case "HMGET" ->
                    writes
                            ? new String[] {"HSET", key, field, value}
                            : new String[] {"HMGET", key, field, "none", "f"};
            case "HEXPIRE" ->
                    writes
                            ? new String[] {"HSET", key, field, value}
                            : new String[] {
                                "HEXPIRE", key, "" + (100 + i), "FIELDS", "2", field, "none"
                            };
            case "HSETEX" ->
                    new String[] {"HSETEX", key, "EX", "" + (100 + i), "FIELDS", "1", field, value};
            case "CREATE" ->
                    writes
                            ? new String[] {"HSET", key, field, value, "a", "1", "b", "2"}
                            : new String[] {"DEL", key};
            default ->
                    writes
                            ? new String[] {"HSET", key, field, value}
                            : new String[] {"HGET", key, field};
        };
    }

    // Hashes of the same fields are made, read and changed, give up their common names and go.
    private static String[] record(int i, String key, String value) {
        String first = "a field:" + i / 32;
        return switch (i % 8) {
            case 0 -> new String[] {"HSET", key, first, value, "another field", "" + i, "f", value};
            case 1 -> new String[] {"HGET", key, "another field"};
            case 2 -> new String[] {"HSET", key, first, "" + i};
            case 3 -> new String[] {"HRANDFIELD", key, "2"};
            case 4 -> new String[] {"COPY", key, key + "copy", "REPLACE"};
            case 5 -> new String[] {"HDEL", key, "f"};
            case 6 -> new String[] {"HSET", key + "copy", "one more", value};
            default -> new String[] {"DEL", key};
        };
    }
}
