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

/** The set family against a real server, in both versions of the protocol. */
class SetDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 3000);

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenCommandsAreWritten(int protocol) {
        try (Duel duel = new Duel(protocol)) {
            for (int entries : new int[] {128, 0, 3}) {
                // Redis 7.0 has no listpack sets: it does not know the parameter.
                duel.engine().command("CONFIG", "SET", "set-max-listpack-entries", "" + entries);
                for (String[] steps : SetCases.CASES) {
                    duel.play(steps);
                }
            }
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @CsvSource({"2,128,64", "3,128,64", "2,0,64", "3,8,5", "2,20,5", "2,40,200"})
    void shouldAnswerAsRedisWhenCommandsAreRandom(int protocol, int entries, int value) {
        Random random = Seed.random(protocol + entries);
        try (Duel duel = new Duel(protocol)) {
            duel.real().command("CONFIG", "SET", "set-max-intset-entries", "24");
            duel.engine().command("CONFIG", "SET", "set-max-intset-entries", "24");
            duel.engine().command("CONFIG", "SET", "set-max-listpack-entries", "" + entries);
            duel.engine().command("CONFIG", "SET", "set-max-listpack-value", "" + value);
            RandomDefrag defrag = new RandomDefrag(duel.engine().engine(), random);
            for (int i = 0; i < RANDOM_STEPS; i++) {
                String[] words = randomCommand(random);
                duel.run(words);
                defrag.steps();
                if (i % 20 == 0) {
                    duel.run("SMEMBERS", words[1]);
                    duel.run("DEBUG", "DIGEST-VALUE", "s0", "s1", "s2", "s3", "s4", "s5");
                    duel.checkStats();
                }
                if (random.nextInt(200) == 0) {
                    duel.run("@LIST", "s6");
                }
                if (random.nextInt(50) == 0) {
                    duel.run("DEL", key(random), key(random));
                }
            }
            defrag.finish();
            assertTrue(defrag.moves() > 100, "moved " + defrag.moves());
            duel.assertNoLeak();
        }
    }

    // Both algorithms of differences, sets of thousands, and batches of members in one command.
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenSetsAreLarge(int protocol) {
        Random random = new Random(7);
        try (Duel duel = new Duel(protocol)) {
            for (int s = 0; s < 5; s++) {
                List<String> words = new ArrayList<>(List.of("SADD", "s" + s));
                int members = s == 4 ? 40 : 3000;
                for (int i = 0; i < members; i++) {
                    words.add((s % 2 == 0 ? "m" : "") + random.nextInt(s == 4 ? 60 : 5000));
                }
                duel.run(words.toArray(new String[0]));
                words.set(0, "SMISMEMBER");
                words.set(1, "s" + random.nextInt(s + 1));
                duel.run(words.toArray(new String[0]));
            }
            for (String command : new String[] {"SINTER", "SUNION", "SDIFF"}) {
                for (int i = 0; i < 12; i++) {
                    String a = "s" + random.nextInt(5);
                    String b = "s" + random.nextInt(5);
                    String c = "s" + random.nextInt(5);
                    duel.run(command, a, b);
                    duel.run(command, a, b, c, "s2");
                    duel.run(command + "STORE", "d", a, b, c);
                    duel.run("SMEMBERS", "d");
                    duel.run(command + "STORE", "d", a, b);
                    duel.run("SMEMBERS", "d");
                }
            }
            duel.run("SINTERCARD", "2", "s0", "s2");
            duel.run("SINTERCARD", "2", "s0", "s2", "LIMIT", "100");
            duel.run("SSCAN", "s0", "0", "COUNT", "100000");
            duel.run("SSCAN", "s1", "0", "COUNT", "100000", "MATCH", "*7*");
            duel.run("SRANDMEMBER", "s0", "100000");
            List<String> removals = new ArrayList<>(List.of("SREM", "s0"));
            for (int i = 0; i < 4900; i++) {
                removals.add("m" + i);
            }
            duel.run(removals.toArray(new String[0]));
            duel.run("SMEMBERS", "s0");
            duel.run("COPY", "s1", "copy");
            duel.run("SMEMBERS", "copy");
            duel.run("SPOP", "copy", "100000");
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"int", "text", "mixed"})
    void shouldPopWhatWasThereWhenCountsDiffer(String kind) {
        Random random = Seed.random(0);
        try (Duel duel = new Duel(2)) {
            for (int members : new int[] {2, 30, 200, 1500}) {
                for (int share : new int[] {1, 10, 50, 80, 97}) {
                    duel.flush();
                    List<String> words = new ArrayList<>(List.of("SADD", "s"));
                    for (int i = 0; i < members; i++) {
                        words.add(
                                (kind.equals("int") || kind.equals("mixed") && i % 2 == 0
                                                ? ""
                                                : "m")
                                        + i);
                    }
                    duel.run(words.toArray(new String[0]));
                    int count = Math.max(1, members * share / 100);
                    String popped = duel.engine().command("SPOP", "s", "" + count);
                    List<String> taken = bulks(popped);
                    assertEquals(count, taken.size());
                    List<String> gone = new ArrayList<>(List.of("SREM", "s"));
                    gone.addAll(taken);
                    assertEquals(
                            ":" + count + "\r\n", duel.real().command(gone.toArray(new String[0])));
                    duel.run("SMEMBERS", "s");
                    duel.run("SCARD", "s");
                    for (int i = 0; i < 5; i++) {
                        String wanted = "" + (random.nextInt(2 * members) - members);
                        checkRandom(duel, wanted, members - count);
                    }
                }
            }
            duel.assertNoLeak();
        }
    }

    private static void checkRandom(Duel duel, String wanted, int there) {
        long count = Long.parseLong(wanted);
        List<String> picked = bulks(duel.engine().command("SRANDMEMBER", "s", wanted));
        long expected = there == 0 ? 0 : count < 0 ? -count : Math.min(count, there);
        assertEquals(expected, picked.size(), wanted);
        if (count > 0) {
            assertEquals(picked.size(), picked.stream().distinct().count(), wanted);
        }
        if (!picked.isEmpty()) {
            List<String> words = new ArrayList<>(List.of("SMISMEMBER", "s"));
            words.addAll(picked);
            assertTrue(!duel.real().command(words.toArray(new String[0])).contains(":0"), wanted);
        }
    }

    private static List<String> bulks(String reply) {
        String[] lines = reply.split("\r\n");
        List<String> found = new ArrayList<>();
        for (int i = 2; i < lines.length; i += 2) {
            found.add(lines[i]);
        }
        return found;
    }

    private static String key(Random random) {
        return "s" + random.nextInt(7);
    }

    private static String member(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> "m" + random.nextInt(20);
            case 1 -> Long.toString(random.nextLong());
            case 2 -> "x".repeat(random.nextInt(80)) + random.nextInt(3);
            case 3 -> Integer.toString(random.nextInt());
            default -> Integer.toString(random.nextInt(60) - 20);
        };
    }

    // Integers for the most part, so that sets of integers live for a while.
    private static String[] members(Random random, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        int count = random.nextInt(10) == 0 ? 1 + random.nextInt(40) : 1 + random.nextInt(4);
        boolean small = random.nextInt(4) > 0;
        for (int i = 0; i < count; i++) {
            all.add(small ? "" + random.nextInt(60) : member(random));
        }
        return all.toArray(new String[0]);
    }

    private static String[] keys(Random random, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            all.add(key(random));
        }
        return all.toArray(new String[0]);
    }

    private static String[] randomCommand(Random random) {
        String k = key(random);
        return switch (random.nextInt(19)) {
            case 0, 1, 2, 3 -> members(random, "SADD", k);
            case 4, 5 -> members(random, "SREM", k);
            case 6 -> new String[] {"SISMEMBER", k, member(random)};
            case 7 -> members(random, "SMISMEMBER", k);
            case 8 -> new String[] {"SCARD", k};
            case 9 -> new String[] {"SMOVE", k, key(random), member(random)};
            case 10 ->
                    new String[] {
                        "SSCAN", k, "0", "COUNT", "1000", "MATCH", "*" + random.nextInt(9)
                    };
            case 11 -> keys(random, "SINTER", k);
            case 12 -> keys(random, "SUNION", k);
            case 13 -> keys(random, "SDIFF", k);
            case 14 -> keys(random, "SINTERSTORE", k);
            case 15 -> keys(random, "SUNIONSTORE", k);
            case 16 -> keys(random, "SDIFFSTORE", k);
            case 17 ->
                    new String[] {
                        "SINTERCARD", "2", k, key(random), "LIMIT", "" + random.nextInt(9)
                    };
            default ->
                    random.nextInt(4) == 0
                            ? new String[] {"SPOP", k, "1000"}
                            : new String[] {"SRANDMEMBER", k, "1000"};
        };
    }
}
