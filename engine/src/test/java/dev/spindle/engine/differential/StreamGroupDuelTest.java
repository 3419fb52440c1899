package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.testkit.RandomDefrag;
import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Consumer groups against a real server, in both versions of the protocol. */
class StreamGroupDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 4000);

    private static final int CONSUMERS = 4;

    // Times are compared in units that the test surely does not take.
    private static final long UNIT_MS = 100_000;
    private static final Pattern SEEN = Pattern.compile("(idle|seen-time)\r\n:(\\d+)");
    private static final Pattern TIME_AND_COUNT = Pattern.compile(":(\\d+)\r\n:(\\d+)\r\n");

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenGroupsReadAndClaim(int protocol) {
        try (Duel duel = duel(protocol)) {
            for (String[] steps : StreamGroupCases.CASES) {
                duel.play(steps);
            }
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenGroupsAreUsedAtRandom(int protocol) {
        Random random = Seed.random(protocol);
        try (Duel duel = duel(protocol)) {
            duel.run("CONFIG", "SET", "stream-node-max-entries", "10");
            RandomDefrag defrag = new RandomDefrag(duel.engine().engine(), random);
            long next = 1;
            for (int i = 0; i < RANDOM_STEPS; i++) {
                if (i % 1000 == 0) {
                    duel.flush();
                    next = 1;
                }
                if (random.nextInt(3) == 0) {
                    duel.run("XADD", key(random), ++next + "-1", "field", "value" + next);
                } else {
                    String[] words = randomCommand(random, next);
                    duel.run(words);
                    if (words[0].equals("XGROUP")) {
                        makeConsumers(duel, words[2], words[3]);
                    }
                }
                defrag.steps();
                if (i % 25 == 0) {
                    String key = key(random);
                    duel.run("XINFO", "STREAM", key, "FULL", "COUNT", "0");
                    duel.run("XINFO", "GROUPS", key);
                    duel.run("XINFO", "CONSUMERS", key, group(random));
                }
            }
            defrag.finish();
            assertTrue(defrag.moves() > 1000, "moved " + defrag.moves());
            ArenaAudit.check(duel.engine().engine().arena());
            duel.assertNoLeak();
        }
    }

    private static Duel duel(int protocol) {
        Duel duel = new Duel(protocol);
        boolean newer = duel.versionAtLeast(7, 2);
        duel.compareForms(
                (command, reply) -> inUnits(reply),
                (command, reply) -> inUnits(newer ? reply : asOf70(reply)));
        return duel;
    }

    // 7.2 tells when a consumer was last active.
    private static String asOf70(String reply) {
        boolean told = reply.contains("\r\nactive-time\r\n") || reply.contains("\r\ninactive\r\n");
        if (!told) {
            return reply;
        }
        boolean full = reply.contains("\r\nactive-time\r\n");
        return reply.replaceAll("\\$11\r\nactive-time\r\n:-?\\d+\r\n", "")
                .replaceAll("\\$8\r\ninactive\r\n:-?\\d+\r\n", "")
                .replace(
                        full ? "%5\r\n$4\r\nname" : "%4\r\n$4\r\nname",
                        full ? "%4\r\n$4\r\nname" : "%3\r\n$4\r\nname")
                .replace(
                        full ? "*10\r\n$4\r\nname" : "*8\r\n$4\r\nname",
                        full ? "*8\r\n$4\r\nname" : "*6\r\n$4\r\nname");
    }

    private static String inUnits(String reply) {
        String seen = SEEN.matcher(reply).replaceAll(m -> m.group(1) + "\r\n:" + units(m.group(2)));
        Matcher pairs = TIME_AND_COUNT.matcher(seen);
        return pairs.replaceAll(m -> ":" + units(m.group(1)) + "\r\n:" + m.group(2) + "\r\n");
    }

    // A time that passed, or a moment.
    private static String units(String number) {
        long ms = Long.parseLong(number);
        long passed = ms > 1_000_000_000_000L ? System.currentTimeMillis() - ms + 1000 : ms;
        return passed / UNIT_MS + "units";
    }

    // 7.0 does not make a consumer for which it finds nothing.
    private static void makeConsumers(Duel duel, String key, String group) {
        for (int i = 0; i < CONSUMERS; i++) {
            duel.run("XGROUP", "CREATECONSUMER", key, group, "c" + i);
        }
    }

    private static String key(Random random) {
        return "key" + random.nextInt(2);
    }

    private static String group(Random random) {
        return "group" + random.nextInt(2);
    }

    private static String consumer(Random random) {
        return "c" + random.nextInt(CONSUMERS);
    }

    private static String id(Random random, long next) {
        return Math.max(0, next - random.nextInt(40)) + "-1";
    }

    private static String idle(Random random) {
        return "" + random.nextInt(3) * UNIT_MS;
    }

    private static String[] randomCommand(Random random, long next) {
        String key = key(random);
        String group = group(random);
        String consumer = consumer(random);
        List<String> words = new ArrayList<>();
        switch (random.nextInt(22)) {
            case 0 -> words.addAll(List.of("XGROUP", "CREATE", key, group, "0", "MKSTREAM"));
            case 1 -> words.addAll(List.of("XGROUP", "CREATECONSUMER", key, group, consumer));
            case 2 -> words.addAll(List.of("XGROUP", "DELCONSUMER", key, group, consumer));
            case 3 -> {
                words.addAll(List.of("XGROUP", "SETID", key, group, id(random, next)));
                if (random.nextBoolean()) {
                    words.addAll(List.of("ENTRIESREAD", "" + random.nextInt(10)));
                }
            }
            case 4, 5 -> words.addAll(List.of("XDEL", key, id(random, next), id(random, next)));
            case 6 -> words.addAll(List.of("XTRIM", key, "MAXLEN", "" + random.nextInt(60)));
            case 7, 8 ->
                    words.addAll(
                            List.of(
                                    "XACK",
                                    key,
                                    group,
                                    id(random, next),
                                    id(random, next),
                                    id(random, next)));
            case 9, 10 -> addClaim(random, words, key, group, consumer, next);
            case 11, 12 -> {
                String start = random.nextBoolean() ? "0" : id(random, next);
                words.addAll(List.of("XAUTOCLAIM", key, group, consumer, idle(random), start));
                words.addAll(List.of("COUNT", "" + (1 + random.nextInt(8))));
                if (random.nextBoolean()) {
                    words.add("JUSTID");
                }
            }
            case 13 -> words.addAll(List.of("XPENDING", key, group));
            case 14, 15 -> {
                words.addAll(List.of("XPENDING", key, group, "IDLE", idle(random)));
                words.addAll(List.of(id(random, next), "+", "" + random.nextInt(20)));
                if (random.nextBoolean()) {
                    words.add(consumer);
                }
            }
            case 16 -> words.addAll(List.of("COPY", key, key(random), "REPLACE"));
            case 17 ->
                    words.addAll(
                            List.of(
                                    "XGROUP",
                                    random.nextInt(9) == 0 ? "DESTROY" : "CREATE",
                                    key,
                                    group));
            default -> {
                words.addAll(List.of("XREADGROUP", "GROUP", group, consumer, "COUNT"));
                words.add("" + random.nextInt(12));
                if (random.nextInt(4) == 0) {
                    words.add("NOACK");
                }
                words.addAll(List.of("STREAMS", key, key(random)));
                for (int i = 0; i < 2; i++) {
                    words.add(random.nextInt(4) == 0 ? id(random, next) : ">");
                }
            }
        }
        return words.toArray(new String[0]);
    }

    private static void addClaim(
            Random random,
            List<String> words,
            String key,
            String group,
            String consumer,
            long next) {
        words.addAll(List.of("XCLAIM", key, group, consumer, idle(random)));
        for (int i = random.nextInt(3); i >= 0; i--) {
            words.add(id(random, next));
        }
        if (random.nextBoolean()) {
            words.addAll(List.of("IDLE", "" + (random.nextInt(4) * UNIT_MS + UNIT_MS / 2)));
        }
        if (random.nextInt(3) == 0) {
            words.add("FORCE");
        }
        if (random.nextInt(3) == 0) {
            words.add("JUSTID");
        }
        if (random.nextInt(4) == 0) {
            words.addAll(List.of("RETRYCOUNT", "" + random.nextInt(9)));
        }
        if (random.nextInt(6) == 0) {
            words.addAll(List.of("LASTID", id(random, next)));
        }
    }
}
