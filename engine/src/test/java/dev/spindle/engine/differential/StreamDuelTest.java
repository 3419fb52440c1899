package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.testkit.RandomDefrag;
import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams against a real server, in both versions of the protocol. */
class StreamDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 3000);

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenEntriesAreWrittenAndRead(int protocol) {
        try (Duel duel = new Duel(protocol)) {
            for (String[] steps : StreamCases.ENTRIES) {
                duel.play(steps);
            }
            duel.assertNoLeak();
        }
    }

    /** Nodes bound by entries and by bytes, so that approximate trimming tells whether they end at the same ones. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenEntriesAreRandom(int protocol) {
        Random random = Seed.random(protocol);
        try (Duel duel = new Duel(protocol)) {
            RandomDefrag defrag = new RandomDefrag(duel.engine().engine(), random);
            long ms = 1;
            for (int i = 0; i < RANDOM_STEPS; i++) {
                if (i % 500 == 0) {
                    duel.flush();
                    duel.run("CONFIG", "SET", "stream-node-max-entries", "" + limit(random, 5));
                    duel.run("CONFIG", "SET", "stream-node-max-bytes", "" + limit(random, 300));
                }
                ms += random.nextInt(3) == 0 ? random.nextInt(1000) : 0;
                duel.run(randomCommand(random, ms));
                defrag.steps();
                if (i % 20 == 0) {
                    String key = key(random);
                    duel.run("XINFO", "STREAM", key);
                    duel.run("DEBUG", "DIGEST-VALUE", key);
                }
            }
            defrag.finish();
            assertTrue(defrag.moves() > 1000, "moved " + defrag.moves());
            ArenaAudit.check(duel.engine().engine().arena());
            duel.assertNoLeak();
        }
    }

    private static int limit(Random random, int usual) {
        return random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(usual * 2);
    }

    private static String key(Random random) {
        return "key" + random.nextInt(3);
    }

    private static String id(Random random, long ms) {
        long around = Math.max(0, ms - random.nextInt(1 + random.nextInt(4000)));
        return random.nextInt(3) == 0 ? "" + around : around + "-" + random.nextInt(5);
    }

    private static String bound(Random random, long ms, String open) {
        return switch (random.nextInt(4)) {
            case 0 -> open;
            case 1 -> "(" + id(random, ms);
            default -> id(random, ms);
        };
    }

    private static String[] randomCommand(Random random, long ms) {
        String key = key(random);
        List<String> words = new ArrayList<>();
        switch (random.nextInt(20)) {
            case 0 -> words.addAll(List.of("XDEL", key, id(random, ms), id(random, ms)));
            case 1 -> {
                words.addAll(List.of("XTRIM", key));
                addTrim(random, words, ms);
            }
            case 2 ->
                    words.addAll(
                            List.of("XRANGE", key, bound(random, ms, "-"), bound(random, ms, "+")));
            case 3 ->
                    words.addAll(
                            List.of(
                                    "XREVRANGE",
                                    key,
                                    bound(random, ms, "+"),
                                    bound(random, ms, "-"),
                                    "COUNT",
                                    "" + random.nextInt(40)));
            case 4 ->
                    words.addAll(
                            List.of(
                                    "XREAD",
                                    "COUNT",
                                    "" + random.nextInt(10),
                                    "STREAMS",
                                    key,
                                    key(random),
                                    id(random, ms),
                                    random.nextBoolean() ? "$" : id(random, ms)));
            case 5 -> words.addAll(List.of("COPY", key, key(random), "REPLACE"));
            default -> {
                words.addAll(List.of("XADD", key));
                if (random.nextInt(6) == 0) {
                    addTrim(random, words, ms);
                }
                words.add(random.nextInt(4) == 0 ? ms + "-" + random.nextInt(300) : ms + "-*");
                int pairs = 1 + random.nextInt(random.nextInt(5) == 0 ? 8 : 2);
                for (int i = 0; i < pairs; i++) {
                    words.add(random.nextInt(8) == 0 ? value(random) : "field" + i);
                    words.add(value(random));
                }
            }
        }
        return words.toArray(new String[0]);
    }

    private static void addTrim(Random random, List<String> words, long ms) {
        boolean byId = random.nextBoolean();
        words.add(byId ? "MINID" : "MAXLEN");
        boolean approximate = random.nextInt(3) != 0;
        if (approximate) {
            words.add("~");
        }
        words.add(byId ? id(random, ms) : "" + random.nextInt(30));
        if (approximate && random.nextBoolean()) {
            words.addAll(List.of("LIMIT", "" + random.nextInt(20)));
        }
    }

    private static String value(Random random) {
        return switch (random.nextInt(12)) {
            case 8 -> String.format("%08x", random.nextInt());
            case 9 -> Long.toString(random.nextLong() >>> 20, 36) + "z";
            case 10 -> String.format("id:%x", random.nextLong());
            case 11 -> token(random, random.nextInt(3) == 0 ? random.nextInt(100) : 16);
            case 0 -> "";
            case 1 -> Long.toString(random.nextLong());
            case 2 -> Integer.toString(random.nextInt(300) - 50);
            case 3 -> "user:" + random.nextInt(100);
            case 4 -> "x".repeat(random.nextInt(200));
            case 5 -> random.nextInt(10) == 0 ? "long".repeat(1500) : "0" + random.nextInt(10);
            case 6 -> "1700000" + random.nextInt(1_000_000);
            default -> "text " + random.nextInt(10);
        };
    }

    private static String token(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
