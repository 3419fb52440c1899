package dev.spindle.engine.differential;

import dev.spindle.engine.testkit.RealRedis;
import java.util.List;
import java.util.Random;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenericAgainstRedisTest {

    private static final int STEPS = 4000;
    private static final int DATABASES = 3;
    private static final String[] KEYS = {
        "a", "b", "c", "key:with:16:byte", "", "k".repeat(254), "k".repeat(255), "l".repeat(3000)
    };
    private static final String[] EXPIRY = {"EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT"};
    private static final String[] TIMES = {
        "0",
        "-1",
        "2000000",
        "100000000",
        "32503680000",
        "32503680000999",
        "9223372036854775807",
        "x",
        ""
    };
    private static final String[] CONDITIONS = {"NX", "XX", "GT", "LT", "gt", "ZZ"};

    private static RealRedis redis;

    @BeforeAll
    static void start() {
        redis = RealRedis.startTelling();
    }

    @AfterAll
    static void stop() {
        CloseHelper.close(redis);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisInEveryWrittenCase(int protocol) {
        for (List<String> lines : GenericCases.all()) {
            try (Duel both = new Duel(redis, protocol)) {
                for (String line : lines) {
                    both.step(line);
                    both.checkStats();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 101", "2, 102", "3, 103", "3, 104"})
    void shouldAnswerAsRedisWhenCommandsAreRandom(int protocol, long seed) {
        Random random = new Random(seed);
        System.out.println("seed " + seed);
        try (Duel both = new Duel(redis, protocol)) {
            both.allowDrift();
            for (int i = 0; i < STEPS; i++) {
                step(both, random);
                if (i % 50 == 0) {
                    both.checkStats();
                }
            }
            for (int db = 0; db < DATABASES; db++) {
                both.run("SELECT", Integer.toString(db));
                both.run("KEYS", "*");
                for (String key : KEYS) {
                    both.run("GET", key);
                    both.run("PEXPIRETIME", key);
                    both.run("OBJECT", "ENCODING", key);
                }
            }
            both.checkStats();
            both.assertNoLeak();
        }
    }

    private static String key(Random random) {
        return pick(random, KEYS);
    }

    private static String pick(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }

    private static String value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Integer.toString(random.nextInt(20_000) - 5_000);
            case 1 -> Long.toString(random.nextLong());
            case 2 -> "v".repeat(random.nextInt(60));
            default -> "v".repeat(900 + random.nextInt(300));
        };
    }

    private static void step(Duel both, Random random) {
        String key = key(random);
        String other = key(random);
        String db = Integer.toString(random.nextInt(DATABASES));
        switch (random.nextInt(24)) {
            case 0 -> both.run(pick(random, "DEL", "UNLINK"), key, other);
            case 1 -> both.run("EXISTS", key, other, key);
            case 2 -> both.run("TOUCH", key, other);
            case 3 -> both.run("TYPE", key);
            case 4 -> both.run("RENAME", key, other);
            case 5 -> both.run("RENAMENX", key, other);
            case 6 -> both.run("COPY", key, other);
            case 7 -> both.run("COPY", key, other, "DB", db, "REPLACE");
            case 8 -> both.run("COPY", key, other, pick(random, "REPLACE", "DB"));
            case 9 -> both.run("MOVE", key, db);
            case 10 -> both.run("SELECT", db);
            case 11 -> both.run(pick(random, EXPIRY), key, pick(random, TIMES));
            case 12 ->
                    both.run(
                            pick(random, "EXPIREAT", "PEXPIREAT"),
                            key,
                            pick(random, TIMES),
                            pick(random, CONDITIONS));
            case 13 ->
                    both.run(
                            "PEXPIREAT",
                            key,
                            Long.toString(32_503_680_000_000L + random.nextInt(5)),
                            pick(random, CONDITIONS),
                            pick(random, CONDITIONS));
            case 14 -> both.run("PEXPIREAT", key, "32503680000002", pick(random, "GT", "LT"));
            case 15 -> both.run("PERSIST", key);
            case 16 -> both.run(pick(random, "TTL", "EXPIRETIME"), key);
            case 17 -> both.run("OBJECT", "ENCODING", key);
            case 18 -> both.run("KEYS", pick(random, "*", "k*", "[^k]*", "?", ""));
            case 19 ->
                    both.run("SCAN", "0", "COUNT", "1000", "MATCH", pick(random, "*", "?", "l*"));
            case 20 -> {
                if (random.nextInt(50) == 0) {
                    both.run(pick(random, "FLUSHDB", "FLUSHALL"), pick(random, "SYNC", "ASYNC"));
                } else {
                    both.run("SWAPDB", db, Integer.toString(random.nextInt(DATABASES)));
                }
            }
            case 21 -> both.run("INCR", key);
            default -> both.run("SET", key, value(random));
        }
        both.run("DBSIZE");
    }
}
