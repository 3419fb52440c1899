package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RandomDefrag;
import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sorted set family against a real server, in both versions of the protocol and both encodings. */
class SortedSetDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 5000);
    private static final int MEMBERS = 40;

    private long realBefore;
    private long oursBefore;

    private static void limits(Duel duel, int entries, int value) {
        duel.step("CONFIG SET zset-max-listpack-entries " + entries);
        duel.step("CONFIG SET zset-max-listpack-value " + value);
    }

    // How many changes were counted, which is what save points and replicas go by.
    private void checkChanges(Duel duel, String step) {
        long real = realChanges(duel);
        long ours = changes(duel);
        assertEquals(real - realBefore, ours - oursBefore, "changes counted for " + step);
        realBefore = real;
        oursBefore = ours;
    }

    private static long changes(Duel duel) {
        return duel.engine().engine().keyspaces().shared().stats().dirty;
    }

    private static long realChanges(Duel duel) {
        for (String line : duel.real().text("INFO", "persistence").split("\r\n")) {
            if (line.startsWith("rdb_changes_since_last_save:")) {
                return Long.parseLong(line.substring(line.indexOf(':') + 1));
            }
        }
        throw new IllegalStateException("no count of changes");
    }

    @ParameterizedTest
    @CsvSource({"2,128", "3,128", "2,0", "3,0", "2,3", "3,3"})
    void shouldAnswerAsRedisWhenCommandsAreWritten(int protocol, int entries) {
        try (Duel duel = new Duel(protocol)) {
            for (String[] steps : SortedSetCases.CASES) {
                duel.flush();
                limits(duel, entries, 64);
                realBefore = realChanges(duel);
                oursBefore = changes(duel);
                for (String step : steps) {
                    duel.step(step);
                    duel.checkStats();
                    checkChanges(duel, step);
                }
            }
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @CsvSource({"2,8", "3,8", "2,0", "3,1000"})
    void shouldAnswerAsRedisWhenCommandsAreRandom(int protocol, int entries) {
        Random random = Seed.random(protocol * 1000L + entries);
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            limits(duel, entries, 20);
            RandomDefrag defrag = new RandomDefrag(duel.engine().engine(), random);
            for (int i = 0; i < RANDOM_STEPS; i++) {
                String key = key(random);
                duel.run(randomCommand(random, key));
                defrag.steps();
                duel.run("@CHECK", key);
                if (i % 20 == 0) {
                    duel.run("ZRANGE", key, "0", "-1", "WITHSCORES");
                    duel.run("DEBUG", "DIGEST-VALUE", key);
                }
                if (i % 100 == 0) {
                    duel.checkStats();
                    duel.run("SET", key(random), "text");
                    String set = key(random);
                    duel.run("DEL", set);
                    duel.run("SADD", set, member(random), member(random), "1", "2", "44");
                }
            }
            duel.step("DEBUG DIGEST");
            duel.checkStats();
            defrag.finish();
            assertTrue(defrag.moves() > 100, "moved " + defrag.moves());
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenAllScoresAreEqual(int protocol) {
        Random random = Seed.random(protocol);
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            limits(duel, 60, 20);
            for (int i = 0; i < RANDOM_STEPS; i++) {
                String key = key(random);
                String min = lexBound(random);
                String max = lexBound(random);
                switch (random.nextInt(8)) {
                    case 0 -> duel.run("ZLEXCOUNT", key, min, max);
                    case 1 -> duel.run("ZRANGEBYLEX", key, min, max);
                    case 2 -> duel.run("ZREVRANGEBYLEX", key, min, max);
                    case 3 -> duel.run("ZRANGE", key, min, max, "BYLEX", "LIMIT", "2", "7");
                    case 4 -> {
                        if (random.nextInt(5) == 0) {
                            duel.run("ZREMRANGEBYLEX", key, min, max);
                        }
                    }
                    default -> {
                        for (int n = 0; n < 5; n++) {
                            duel.run("ZADD", key, "0", "m" + random.nextInt(3000));
                        }
                    }
                }
            }
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenSetsAreLarge(int protocol) {
        Random random = Seed.random(protocol);
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            for (int i = 0; i < 5000; i++) {
                String key = "big" + random.nextInt(2);
                String member = "member:" + random.nextInt(4000);
                String number = Double.toString(random.nextGaussian() * 1000);
                switch (random.nextInt(12)) {
                    case 0 -> duel.run("ZRANK", key, member);
                    case 1 -> duel.run("ZREVRANK", key, member);
                    case 2 -> duel.run("ZCOUNT", key, number, "inf");
                    case 3 -> duel.run("ZRANGE", key, number, "inf", "BYSCORE", "LIMIT", "0", "20");
                    case 4 -> duel.run("ZREM", key, member);
                    case 5 -> duel.run("ZINCRBY", key, "0.1", member);
                    default -> {
                        List<String> words = new ArrayList<>(List.of("ZADD", key));
                        for (int n = 0; n < 5; n++) {
                            words.add(Double.toString(random.nextGaussian() * 1000));
                            words.add("member:" + random.nextInt(4000));
                        }
                        duel.run(words.toArray(new String[0]));
                    }
                }
            }
            duel.step("ZRANGE big0 0 -1 WITHSCORES");
            duel.step("ZRANGE big0 0 -1 REV");
            duel.step("ZUNIONSTORE u 2 big0 big1 WEIGHTS 0.3 7");
            duel.step("ZRANGE u 0 -1 WITHSCORES");
            duel.step("ZINTERSTORE i 2 big0 big1");
            duel.step("ZRANGE i 0 -1 WITHSCORES");
            duel.step("ZDIFFSTORE f 2 big0 big1");
            duel.step("ZRANGE f 0 -1 WITHSCORES");
            duel.step("COPY u c");
            duel.step("ZPOPMIN u 1000");
            duel.step("ZREMRANGEBYRANK u 100 900");
            duel.step("ZREMRANGEBYSCORE u -100 100");
            duel.step("DEBUG DIGEST");
            duel.assertNoLeak();
        }
    }

    private static String key(Random random) {
        return "z" + random.nextInt(5);
    }

    private static String member(Random random) {
        int number = random.nextInt(MEMBERS);
        return switch (number % 5) {
            case 0 -> Integer.toString(number * number - 100);
            case 1 -> "member" + number;
            case 2 -> number == 2 ? "" : "m" + number;
            case 3 -> number == 33 ? "long".repeat(20) : "\u00ff" + number;
            default -> "x".repeat(number / 3);
        };
    }

    private static String score(Random random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> Integer.toString(random.nextInt(10));
            case 2 -> Integer.toString(random.nextInt());
            case 3 -> Long.toString(random.nextLong());
            case 4 -> Double.toString(random.nextGaussian());
            case 5 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 6 -> random.nextInt(10) == 0 ? "inf" : random.nextInt(100) + ".5";
            default -> random.nextInt(20) == 0 ? "-inf" : "" + -random.nextInt(300);
        };
    }

    private static String scoreBound(Random random) {
        String bound = random.nextInt(5) == 0 ? "-inf" : score(random);
        return (random.nextInt(4) == 0 ? "(" : "") + bound;
    }

    private static String lexBound(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "-";
            case 1 -> "+";
            case 2, 3 -> "[m" + random.nextInt(3000);
            default -> "(m" + random.nextInt(3000);
        };
    }

    private static String rank(Random random) {
        return Integer.toString(random.nextInt(30) - 15);
    }

    private static String[] words(List<String> words) {
        return words.toArray(new String[0]);
    }

    private static String[] randomCommand(Random random, String key) {
        return switch (random.nextInt(26)) {
            case 0, 1, 2, 3 -> zadd(random, key);
            case 4 -> new String[] {"ZINCRBY", key, score(random), member(random)};
            case 5 -> new String[] {"ZREM", key, member(random), member(random)};
            case 6 -> new String[] {"ZSCORE", key, member(random)};
            case 7 -> new String[] {"ZMSCORE", key, member(random), member(random)};
            case 8 ->
                    new String[] {random.nextBoolean() ? "ZRANK" : "ZREVRANK", key, member(random)};
            case 9 -> new String[] {"ZCOUNT", key, scoreBound(random), scoreBound(random)};
            case 10 -> byRank(random, "ZRANGE", key);
            case 11 -> byRank(random, "ZREVRANGE", key);
            case 12 -> byScore(random, "ZRANGEBYSCORE", key);
            case 13 -> byScore(random, "ZREVRANGEBYSCORE", key);
            case 14 ->
                    new String[] {
                        random.nextBoolean() ? "ZPOPMIN" : "ZPOPMAX", key, "" + random.nextInt(4)
                    };
            case 15 -> new String[] {random.nextBoolean() ? "ZPOPMIN" : "ZPOPMAX", key};
            case 16 ->
                    new String[] {
                        "ZMPOP",
                        "2",
                        key(random),
                        key,
                        random.nextBoolean() ? "MIN" : "MAX",
                        "COUNT",
                        "" + (1 + random.nextInt(3))
                    };
            case 17 ->
                    random.nextInt(3) == 0
                            ? new String[] {"ZREMRANGEBYRANK", key, rank(random), rank(random)}
                            : zadd(random, key);
            case 18 ->
                    random.nextInt(3) == 0
                            ? new String[] {
                                "ZREMRANGEBYSCORE", key, scoreBound(random), scoreBound(random)
                            }
                            : zadd(random, key);
            case 19 -> new String[] {"ZRANGESTORE", key, key(random), rank(random), rank(random)};
            case 20 ->
                    new String[] {
                        "ZRANGESTORE",
                        key,
                        key(random),
                        scoreBound(random),
                        scoreBound(random),
                        "BYSCORE"
                    };
            case 21, 22 -> combine(random, key);
            case 23 -> new String[] {"ZINTERCARD", "2", key, key(random), "LIMIT", rank(random)};
            case 24 -> new String[] {"ZCARD", key};
            default -> new String[] {"COPY", key(random), key, "REPLACE"};
        };
    }

    // Members differ: whether a set whose members are counted twice starts large is another matter
    // in 7.2.
    private static String[] zadd(Random random, String key) {
        List<String> words = new ArrayList<>(List.of("ZADD", key));
        String[] options = {"NX", "XX", "GT", "LT", "CH", "INCR"};
        while (random.nextInt(3) == 0) {
            words.add(options[random.nextInt(options.length)]);
        }
        List<String> members = new ArrayList<>();
        int pairs = 1 + random.nextInt(4);
        for (int i = 0; i < pairs; i++) {
            String member = member(random);
            if (!members.contains(member)) {
                members.add(member);
                words.add(score(random));
                words.add(member);
            }
        }
        return words(words);
    }

    private static String[] byRank(Random random, String name, String key) {
        List<String> words = new ArrayList<>(List.of(name, key, rank(random), rank(random)));
        if (random.nextBoolean()) {
            words.add("WITHSCORES");
        }
        if (random.nextInt(4) == 0) {
            words.add("REV");
        }
        return words(words);
    }

    private static String[] byScore(Random random, String name, String key) {
        List<String> words =
                new ArrayList<>(List.of(name, key, scoreBound(random), scoreBound(random)));
        if (random.nextBoolean()) {
            words.add("WITHSCORES");
        }
        if (random.nextBoolean()) {
            words.addAll(List.of("LIMIT", "" + random.nextInt(3), "" + (random.nextInt(5) - 1)));
        }
        return words(words);
    }

    private static String[] combine(Random random, String key) {
        String[] names = {"ZUNION", "ZINTER", "ZDIFF"};
        String name = names[random.nextInt(3)];
        int keys = 1 + random.nextInt(3);
        boolean store = random.nextBoolean();
        List<String> words = new ArrayList<>();
        words.add(store ? name + "STORE" : name);
        if (store) {
            words.add(key);
        }
        words.add("" + keys);
        for (int i = 0; i < keys; i++) {
            words.add(key(random));
        }
        if (!name.equals("ZDIFF") && random.nextBoolean()) {
            words.add("WEIGHTS");
            for (int i = 0; i < keys; i++) {
                words.add(score(random));
            }
        }
        if (!name.equals("ZDIFF") && random.nextBoolean()) {
            words.add("AGGREGATE");
            words.add(new String[] {"SUM", "MIN", "MAX"}[random.nextInt(3)]);
        }
        if (!store && random.nextBoolean()) {
            words.add("WITHSCORES");
        }
        return words(words);
    }
}
