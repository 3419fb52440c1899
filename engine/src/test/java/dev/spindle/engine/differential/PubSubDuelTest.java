package dev.spindle.engine.differential;

import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.engine.testkit.Seed;
import java.util.List;
import java.util.Random;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What several clients of a real server hear of each other, and of Spindle. */
class PubSubDuelTest {

    private static final int STEPS = 1500;
    private static final String[] CLIENTS = {"A", "B", "C"};

    private static RealRedis redis;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
    }

    @AfterAll
    static void stop() {
        CloseHelper.close(redis);
    }

    static List<List<String>> scenarios() {
        return PubSubScenarios.ALL;
    }

    static List<List<String>> trackingScenarios() {
        return TrackingScenarios.ALL;
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void shouldTellClientsTheSameWhenScenariosAreWritten(List<String> steps) {
        try (Gathering both = new Gathering(redis)) {
            both.run(steps.toArray(new String[0]));
        }
    }

    @ParameterizedTest
    @MethodSource("trackingScenarios")
    void shouldInvalidateTheSameKeysWhenScenariosAreWritten(List<String> steps) {
        try (Gathering both = new Gathering(redis)) {
            both.run(steps.toArray(new String[0]));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldInvalidateTheSameKeysWhenCommandsAreRandom(int protocol) {
        Random random = Seed.random(protocol);
        try (Gathering both = new Gathering(redis)) {
            both.run("R: HELLO " + protocol, "R: SUBSCRIBE anything");
            for (String name : CLIENTS) {
                both.step(name + ": HELLO " + (random.nextBoolean() ? 2 : 3));
            }
            // In any order: before 7.2 a client that another redirects to is told in the midst of
            // its own
            // command.
            for (int i = 0; i < STEPS; i++) {
                StringBuilder step = new StringBuilder(pick(random, CLIENTS)).append("? ");
                step.append(command(random));
                while (random.nextInt(3) == 0) {
                    step.append(" | ").append(command(random));
                }
                both.step(step.toString());
                if (i % 20 == 0) {
                    both.step(
                            "info tracking_clients tracking_total_keys tracking_total_items tracking_total_prefixes");
                    both.step("fields " + pick(random, CLIENTS) + " flags redir resp");
                }
            }
        }
    }

    private static String pick(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }

    private static String command(Random random) {
        String key = pick(random, "a", "ab", "abc", "b", "''", "other");
        String other = pick(random, "a", "ab", "b", "c");
        return switch (random.nextInt(24)) {
            case 0, 1, 2, 3 -> "GET " + key;
            case 4 -> "MGET " + key + ' ' + other + ' ' + key;
            case 5, 6, 7 -> "SET " + key + " v";
            case 8 -> "DEL " + key + ' ' + other;
            case 9 -> "MSET " + key + " v " + other + " w";
            case 10 -> "EXISTS " + key + ' ' + other;
            case 11 -> "RENAME " + key + ' ' + other;
            case 12 ->
                    random.nextInt(8) == 0 ? pick(random, "FLUSHDB", "FLUSHALL") : "STRLEN " + key;
            case 13 -> "OBJECT ENCODING " + key;
            case 14 -> "LCS " + key + ' ' + other;
            case 15 -> "CLIENT TRACKINGINFO";
            case 16 -> "CLIENT GETREDIR";
            case 17 -> "CLIENT CACHING " + pick(random, "YES", "NO");
            case 18 -> "CLIENT TRACKING OFF";
            case 19 -> "SELECT " + random.nextInt(2);
            default -> tracking(random);
        };
    }

    private static String tracking(Random random) {
        StringBuilder command = new StringBuilder("CLIENT TRACKING ON");
        if (random.nextInt(3) == 0) {
            command.append(" BCAST");
            if (random.nextBoolean()) {
                command.append(" PREFIX ").append(pick(random, "a", "ab", "b", "o"));
            }
        } else if (random.nextInt(3) == 0) {
            command.append(pick(random, " OPTIN", " OPTOUT"));
        }
        if (random.nextInt(3) == 0) {
            command.append(" NOLOOP");
        }
        if (random.nextInt(3) == 0) {
            command.append(" REDIRECT $").append(pick(random, "A", "B", "C", "R"));
        }
        return command.toString();
    }
}
