package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RandomDefrag;
import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The list family against a real server, in both versions of the protocol. The real server at hand knows one encoding of
 * lists, so encodings are not compared.
 */
class ListDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 3000);
    private static final String[] KEYS = {"a", "b", "c", "text"};

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenCommandsAreWritten(int protocol) {
        try (Duel duel = new Duel(protocol)) {
            for (String[] steps : ListCases.CASES) {
                duel.play(steps);
            }
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @CsvSource({"2,-2", "3,-1", "2,-5", "3,1", "2,4", "3,128"})
    void shouldAnswerAsRedisWhenCommandsAreRandom(int protocol, int fill) {
        Random random = Seed.random(protocol + fill);
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            duel.run("CONFIG", "SET", "list-max-listpack-size", Integer.toString(fill));
            RandomDefrag defrag = new RandomDefrag(duel.engine().engine(), random);
            for (int i = 0; i < RANDOM_STEPS; i++) {
                duel.run(randomCommand(random));
                defrag.steps();
                if (i % 20 == 0) {
                    duel.run("DEBUG", "DIGEST-VALUE", "a", "b", "c");
                    duel.run("SET", "text", "1");
                }
                if (i % 50 == 0) {
                    duel.checkStats();
                }
            }
            duel.checkStats();
            defrag.finish();
            assertTrue(defrag.moves() > 100, "moved " + defrag.moves());
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenElementsAreLarge(int protocol) {
        Random random = Seed.random(protocol);
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            for (int i = 0; i < RANDOM_STEPS / 10; i++) {
                String large = "x".repeat(random.nextInt(1 << 2 + random.nextInt(16))) + i % 3;
                String index = Integer.toString(random.nextInt(40) - 20);
                String pivot = "x".repeat(random.nextInt(3)) + random.nextInt(3);
                switch (random.nextInt(9)) {
                    case 0, 1 -> duel.run("LPUSH", "a", large, pivot);
                    case 2 -> duel.run("RPUSH", "a", large);
                    case 3 -> duel.run("LSET", "a", index, random.nextBoolean() ? large : pivot);
                    case 4 -> duel.run("LINSERT", "a", "BEFORE", pivot, large);
                    case 5 -> duel.run(random.nextBoolean() ? "LPOP" : "RPOP", "a");
                    case 6 -> duel.run("LMOVE", "a", "a", "LEFT", "RIGHT");
                    case 7 -> duel.run("LREM", "a", index, random.nextBoolean() ? large : pivot);
                    default -> duel.run("LPOS", "a", large);
                }
                duel.run("LINDEX", "a", index);
                duel.run("DEBUG", "DIGEST-VALUE", "a");
            }
            duel.run("LRANGE", "a", "0", "-1");
            duel.assertNoLeak();
        }
    }

    private static String key(Random random) {
        return random.nextInt(25) == 0 ? "text" : KEYS[random.nextInt(3)];
    }

    private static String index(Random random) {
        int range = random.nextBoolean() ? 10 : 2000;
        return Integer.toString(random.nextInt(2 * range) - range);
    }

    private static String element(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Integer.toString(random.nextInt(300) - 100);
            case 1 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 2 -> String.format("element:%06d", random.nextInt(1000));
            case 3 -> "x".repeat(random.nextInt(200));
            case 4 -> random.nextInt(5) == 0 ? "y".repeat(random.nextInt(9000)) : "";
            default -> Character.toString('a' + random.nextInt(4));
        };
    }

    private static String side(Random random) {
        return random.nextBoolean() ? "LEFT" : "RIGHT";
    }

    private static String[] randomCommand(Random random) {
        String key = key(random);
        String element = element(random);
        return switch (random.nextInt(24)) {
            case 0, 1 -> pushes("LPUSH", key, random);
            case 2, 3 -> pushes("RPUSH", key, random);
            case 4 -> pushes(random.nextBoolean() ? "LPUSHX" : "RPUSHX", key, random);
            case 5 -> new String[] {"LPOP", key};
            case 6 -> new String[] {"RPOP", key};
            case 7 ->
                    new String[] {
                        random.nextBoolean() ? "LPOP" : "RPOP",
                        key,
                        Integer.toString(random.nextInt(20))
                    };
            case 8 -> new String[] {"LLEN", key};
            case 9, 10 -> new String[] {"LINDEX", key, index(random)};
            case 11 ->
                    new String[] {
                        "LINSERT",
                        key,
                        random.nextBoolean() ? "BEFORE" : "AFTER",
                        element,
                        element(random)
                    };
            case 12, 13 -> new String[] {"LRANGE", key, index(random), index(random)};
            case 14, 15 ->
                    new String[] {"LREM", key, Integer.toString(random.nextInt(7) - 3), element};
            case 16, 17 -> new String[] {"LSET", key, index(random), element};
            case 18 -> trim(key, random);
            case 19 -> positions(key, element, random);
            case 20, 21 -> new String[] {"LMOVE", key, key(random), side(random), side(random)};
            case 22 -> new String[] {"RPOPLPUSH", key, key(random)};
            default ->
                    new String[] {
                        "LMPOP",
                        "2",
                        key,
                        key(random),
                        side(random),
                        "COUNT",
                        Integer.toString(1 + random.nextInt(10))
                    };
        };
    }

    private static String[] pushes(String name, String key, Random random) {
        List<String> words = new ArrayList<>(List.of(name, key));
        int count = random.nextInt(10) == 0 ? 1 + random.nextInt(400) : 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            words.add(element(random));
        }
        return words.toArray(new String[0]);
    }

    private static String[] trim(String key, Random random) {
        if (random.nextInt(6) == 0) {
            return new String[] {"LTRIM", key, index(random), index(random)};
        }
        return new String[] {
            "LTRIM",
            key,
            Integer.toString(random.nextInt(4)),
            Integer.toString(-1 - random.nextInt(4))
        };
    }

    private static String[] positions(String key, String element, Random random) {
        int rank = random.nextInt(8) - 4;
        return new String[] {
            "LPOS",
            key,
            element,
            "RANK",
            Integer.toString(rank),
            "COUNT",
            Integer.toString(random.nextInt(4)),
            "MAXLEN",
            Integer.toString(random.nextInt(3) * random.nextInt(300))
        };
    }
}
