package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.testkit.RandomDefrag;
import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hash family against a real server, in both versions of the protocol. */
class HashDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 4000);

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenCommandsAreWritten(int protocol) {
        try (Duel duel = new Duel(protocol)) {
            for (String[] steps : HashCases.CASES) {
                duel.play(steps);
            }
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenCommandsAreRandom(int protocol) {
        Random random = Seed.random(protocol);
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            RandomDefrag defrag = new RandomDefrag(duel.engine().engine(), random);
            boolean countsArguments = duel.versionAtLeast(7, 2);
            int most = 0;
            for (int i = 0; i < RANDOM_STEPS; i++) {
                if (i % 200 == 0) {
                    // Thresholds on both sides of what the commands below make.
                    most = random.nextInt(40);
                    duel.step("CONFIG SET hash-max-listpack-entries " + most);
                    duel.step("CONFIG SET hash-max-listpack-value " + random.nextInt(100));
                }
                String[] words = randomCommand(random);
                if (!countsArguments && words[0].matches("HM?SET") && words.length / 2 - 1 > most) {
                    words = withoutRepeats(words);
                }
                duel.run(words);
                defrag.steps();
                if (random.nextInt(4) == 0) {
                    String key = words[1];
                    duel.step("OBJECT ENCODING " + key);
                    duel.step("HLEN " + key);
                    duel.step("DEBUG DIGEST-VALUE " + key);
                    duel.step("HGETALL " + key);
                }
            }
            duel.step("DEBUG DIGEST");
            defrag.finish();
            assertTrue(defrag.moves() > 1000, "moved " + defrag.moves());
            ArenaAudit.check(duel.engine().engine().arena());
            duel.assertNoLeak();
        }
    }

    private static String field(Random random) {
        int number = random.nextInt(30);
        return switch (random.nextInt(14)) {
            case 12, 13 -> "record" + number % 2 + ":" + number % 5;
            case 0 -> "";
            case 1 -> "x".repeat(60 + random.nextInt(8));
            case 2 -> "y".repeat(number * 300);
            case 3 -> "" + number * 1000;
            case 4 -> "-" + number;
            default -> "field:" + number;
        };
    }

    private static String value(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> "";
            case 1 -> "" + random.nextLong();
            case 2 -> "" + random.nextInt(200);
            case 3 -> "v".repeat(random.nextInt(300));
            case 4 -> "w".repeat(4090 + random.nextInt(10));
            case 5 -> random.nextInt(100) + "." + random.nextInt(1000);
            default -> "a value of some length " + random.nextInt(5);
        };
    }

    private static String[] randomCommand(Random random) {
        String key = "hash" + random.nextInt(6);
        String field = field(random);
        return switch (random.nextInt(22)) {
            case 20, 21 -> record(random, key);
            case 0, 1, 2, 3 -> pairs(random, random.nextInt(8) == 0 ? "HMSET" : "HSET", key);
            case 4, 5, 6 -> fields(random, "HDEL", key);
            case 7, 8 -> new String[] {"HGET", key, field};
            case 9 -> fields(random, "HMGET", key);
            case 10 -> new String[] {"HSETNX", key, field, value(random)};
            case 11 -> new String[] {"HINCRBY", key, field, "" + (random.nextInt(2000) - 1000)};
            case 12 ->
                    new String[] {
                        "HINCRBYFLOAT", key, field, random.nextInt(100) + "." + random.nextInt(100)
                    };
            case 13 -> new String[] {"HSTRLEN", key, field};
            case 14 -> new String[] {"HEXISTS", key, field};
            case 15 -> new String[] {"HKEYS", key};
            case 16 -> new String[] {"HVALS", key};
            case 17 ->
                    random.nextInt(4) == 0
                            ? new String[] {"COPY", key, "hash" + random.nextInt(6), "REPLACE"}
                            : new String[] {"HLEN", key};
            case 18 ->
                    random.nextInt(3) == 0
                            ? new String[] {"DEL", key}
                            : new String[] {"HRANDFIELD", key, "0"};
            default ->
                    random.nextInt(20) == 0
                            ? new String[] {"RENAME", key, "hash" + random.nextInt(6)}
                            : new String[] {"HGET", key, field};
        };
    }

    // A command with more pairs than a compact hash may have makes a large one in 7.2, as here; in
    // 7.0 it does so only if no fewer fields come of it.
    private static String[] withoutRepeats(String[] words) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 2; i < words.length; i += 2) {
            pairs.put(words[i], words[i + 1]);
        }
        List<String> kept = new ArrayList<>(List.of(words[0], words[1]));
        pairs.forEach((field, value) -> kept.addAll(List.of(field, value)));
        return kept.toArray(new String[0]);
    }

    // The same fields as others have, now and then one more or fewer.
    private static String[] record(Random random, String key) {
        List<String> words = new ArrayList<>(List.of("HSET", key));
        int kind = random.nextInt(2);
        int fields = 3 + kind + random.nextInt(6) / 5;
        for (int i = 0; i < fields; i++) {
            words.add("record" + kind + ":" + i);
            words.add(value(random));
        }
        return words.toArray(new String[0]);
    }

    private static String[] pairs(Random random, String command, String key) {
        List<String> words = new ArrayList<>(List.of(command, key));
        int pairs = 1 + random.nextInt(6);
        for (int i = 0; i < pairs; i++) {
            words.add(field(random));
            words.add(value(random));
        }
        return words.toArray(new String[0]);
    }

    private static String[] fields(Random random, String command, String key) {
        List<String> words = new ArrayList<>(List.of(command, key));
        int fields = 1 + random.nextInt(6);
        for (int i = 0; i < fields; i++) {
            words.add(field(random));
        }
        return words.toArray(new String[0]);
    }
}
