package dev.spindle.engine.differential;

import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The string and bitmap families against a real server, in both versions of the protocol. */
class StringDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 3000);

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenCommandsAreWritten(int protocol) {
        try (Duel duel = new Duel(protocol)) {
            for (String[][] family : new String[][][] {StringCases.CASES, BitmapCases.CASES}) {
                for (String[] steps : family) {
                    duel.play(steps);
                }
            }
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenTheLimitOfStringsIsLow(int protocol) {
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            duel.maxBulkLength(1 << 20);
            String kilobyte = "x".repeat(1024);
            duel.step("SETRANGE a 1048575 x");
            duel.step("APPEND a y");
            duel.step("APPEND a ''");
            duel.step("STRLEN a");
            duel.step("SETRANGE b 1048576 x");
            duel.step("SETRANGE b 1048575 xy");
            duel.step("SETBIT c 8388607 1");
            duel.step("SETBIT c 8388608 1");
            duel.step("GETBIT c 8388608");
            duel.step("BITFIELD c SET u8 8388607 1");
            duel.step("STRLEN c");
            duel.step("BITFIELD c SET u8 8388608 1");
            duel.run("SET", "k", kilobyte);
            duel.step("LCS k k");
            duel.run("SET", "short", "x".repeat(200));
            duel.step("LCS k short LEN");
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenCommandsAreRandom(int protocol) {
        Random random = Seed.random(protocol);
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            for (int i = 0; i < RANDOM_STEPS; i++) {
                String[] words = randomCommand(random);
                duel.run(words);
                if (words.length > 1) {
                    duel.run("@CHECK", words[words[0].equals("BITOP") ? 2 : 1]);
                }
                if (i % 50 == 0) {
                    duel.checkStats();
                }
                if (random.nextInt(100) == 0) {
                    duel.run("@LIST", key(random));
                }
            }
            duel.checkStats();
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenACommandHasManyKeys(int protocol) {
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            for (int keys : new int[] {1, 63, 64, 65, 127, 128, 129, 300}) {
                List<String> pairs = new ArrayList<>(List.of("MSET"));
                List<String> gets = new ArrayList<>(List.of("MGET"));
                List<String> sources = new ArrayList<>(List.of("BITOP", "XOR", "result"));
                for (int i = 0; i < keys; i++) {
                    pairs.addAll(List.of("k" + i, keys + "v" + i));
                    gets.addAll(List.of("k" + i, "none" + i));
                    sources.add("k" + i);
                }
                duel.run(pairs.toArray(new String[0]));
                duel.run(gets.toArray(new String[0]));
                duel.run(sources.toArray(new String[0]));
                duel.run("GET", "result");
                pairs.set(0, "MSETNX");
                duel.run(pairs.toArray(new String[0]));
                for (int i = 1; i < pairs.size() - 2; i += 2) {
                    pairs.set(i, keys + "new" + i);
                }
                duel.run(pairs.toArray(new String[0]));
                pairs.set(pairs.size() - 2, "fresh" + keys);
                duel.run(pairs.toArray(new String[0]));
                duel.run("GET", keys + "new1");
                duel.checkStats();
            }
            duel.assertNoLeak();
        }
    }

    private static String key(Random random) {
        int number = random.nextInt(8);
        return number == 7 ? "k".repeat(300) : number == 6 ? "" : "key" + number;
    }

    private static String value(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> "";
            case 1, 2 -> Integer.toString(random.nextInt(2000) - 1000);
            case 3 -> Long.toString(random.nextLong());
            case 4 -> text(random, 46);
            case 5 -> text(random, 1100);
            case 6 -> text(random, 9_500);
            case 7 -> random.nextInt(100) + "." + random.nextInt(1000);
            default -> text(random, 12);
        };
    }

    // Few letters, so that strings have something in common; now and then any byte.
    private static String text(Random random, int most) {
        int length = random.nextInt(most);
        boolean binary = random.nextInt(4) == 0;
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) (binary ? random.nextInt(256) : 'a' + random.nextInt(4)));
        }
        return text.toString();
    }

    private static String position(Random random) {
        return Integer.toString(
                random.nextInt(20) == 0
                        ? random.nextInt(40_000) - 20_000
                        : random.nextInt(60) - 30);
    }

    private static String offset(Random random) {
        return Integer.toString(
                random.nextInt(10) == 0 ? random.nextInt(300_000) : random.nextInt(200) - 2);
    }

    private static String[] randomCommand(Random random) {
        String k = key(random);
        return switch (random.nextInt(27)) {
            case 0 -> new String[] {"GET", k};
            case 1, 2 -> randomSet(random, k);
            case 3 -> new String[] {"APPEND", k, value(random)};
            case 4 -> new String[] {"INCR", k};
            case 5 -> new String[] {"DECRBY", k, value(random)};
            case 6 -> new String[] {"INCRBYFLOAT", k, value(random)};
            case 7 -> new String[] {"GETRANGE", k, position(random), position(random)};
            case 8, 9 -> new String[] {"SETRANGE", k, offset(random), value(random)};
            case 10 -> new String[] {"STRLEN", k};
            case 11 -> new String[] {"GETSET", k, value(random)};
            case 12 -> new String[] {"GETDEL", k};
            case 13 -> randomGetex(random, k);
            case 14 -> new String[] {"MGET", k, key(random), key(random)};
            case 15 -> new String[] {"MSET", k, value(random), key(random), value(random)};
            case 16 -> new String[] {"MSETNX", k, value(random), key(random), value(random)};
            case 17 -> new String[] {"SETBIT", k, offset(random), random.nextInt(2) + ""};
            case 18 -> new String[] {"GETBIT", k, offset(random)};
            case 19, 20 -> ranged(random, "BITCOUNT", k);
            case 21, 22 -> ranged(random, "BITPOS", k, random.nextInt(2) + "");
            case 23 -> randomBitop(random, k);
            case 24 -> randomBitfield(random, k);
            case 25 ->
                    // The matrix of two long strings takes both servers a while.
                    random.nextInt(4) == 0
                            ? randomLcs(random, k)
                            : new String[] {"LCS", k, "key0", "LEN", "IDX"};
            default -> new String[] {"SETNX", k, value(random)};
        };
    }

    private static String[] randomSet(Random random, String key) {
        List<String> words = new ArrayList<>(List.of("SET", key, value(random)));
        String[] options = {"NX", "XX", "GET", "KEEPTTL", "EX", "PX", "EXAT", "PXAT"};
        while (random.nextInt(2) == 0) {
            String option = options[random.nextInt(options.length)];
            words.add(option);
            if (option.startsWith("E") || option.startsWith("P")) {
                words.add(expiry(random, option));
            }
        }
        return words.toArray(new String[0]);
    }

    private static String expiry(Random random, String option) {
        boolean past = random.nextInt(10) == 0;
        return switch (option) {
            case "EX" -> "" + (100 + random.nextInt(1000));
            case "PX" -> "" + (100_000 + random.nextInt(1000));
            case "EXAT" -> past ? "1" : "" + (33177117420L + random.nextInt(1000));
            default -> past ? "1000" : "" + (33177117420000L + random.nextInt(1000));
        };
    }

    private static String[] randomGetex(Random random, String key) {
        String[] options = {"EX", "PX", "EXAT", "PXAT"};
        String option = options[random.nextInt(options.length)];
        return switch (random.nextInt(3)) {
            case 0 -> new String[] {"GETEX", key};
            case 1 -> new String[] {"GETEX", key, "PERSIST"};
            default -> new String[] {"GETEX", key, option, expiry(random, option)};
        };
    }

    private static String[] ranged(Random random, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        int more = random.nextInt(4);
        for (int i = 0; i < Math.min(2, more); i++) {
            all.add(position(random));
        }
        if (more == 3) {
            all.add(random.nextBoolean() ? "BIT" : "BYTE");
        }
        return all.toArray(new String[0]);
    }

    private static String[] randomBitop(Random random, String key) {
        List<String> words = new ArrayList<>();
        words.add("BITOP");
        words.add(new String[] {"AND", "OR", "XOR", "NOT"}[random.nextInt(4)]);
        words.add(key);
        int sources = 1 + random.nextInt(3);
        for (int i = 0; i < sources; i++) {
            words.add(key(random));
        }
        return words.toArray(new String[0]);
    }

    private static String[] randomBitfield(Random random, String key) {
        List<String> words = new ArrayList<>(List.of("BITFIELD", key));
        int operations = 1 + random.nextInt(4);
        for (int i = 0; i < operations; i++) {
            boolean signed = random.nextBoolean();
            String type = (signed ? "i" : "u") + (1 + random.nextInt(signed ? 64 : 63));
            String at = (random.nextBoolean() ? "#" : "") + random.nextInt(40);
            String operand =
                    Long.toString(
                            random.nextBoolean() ? random.nextLong() : random.nextInt(300) - 150);
            switch (random.nextInt(4)) {
                case 0 -> words.addAll(List.of("GET", type, at));
                case 1 -> words.addAll(List.of("SET", type, at, operand));
                case 2 -> words.addAll(List.of("INCRBY", type, at, operand));
                default ->
                        words.addAll(
                                List.of(
                                        "OVERFLOW",
                                        new String[] {"WRAP", "SAT", "FAIL"}[random.nextInt(3)]));
            }
        }
        return words.toArray(new String[0]);
    }

    private static String[] randomLcs(Random random, String key) {
        List<String> words = new ArrayList<>(List.of("LCS", key, key(random)));
        switch (random.nextInt(3)) {
            case 0 -> words.add("LEN");
            case 1 ->
                    words.addAll(
                            List.of("IDX", "WITHMATCHLEN", "MINMATCHLEN", "" + random.nextInt(4)));
            default -> {}
        }
        return words.toArray(new String[0]);
    }
}
