package dev.spindle.engine.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EffectCollector;
import dev.spindle.engine.testkit.EffectCollector.Effect;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Effects told to a second engine give it the same data: keys, times, groups of streams. */
class EffectReplayTest {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);
    private static final int STEPS = Integer.getInteger("spindle.test.steps", 20_000);
    private static final int CLIENTS = 4;

    /** Rows of other modules' tests: what they write needs bytes that only those can make. */
    private static final Set<String> TOLD_ELSEWHERE =
            Set.of("restore", "restore-asking", "migrate");

    private final EngineHarness first = new EngineHarness(256L << 20);
    private final EngineHarness second = new EngineHarness(256L << 20);
    private final EffectCollector sink = new EffectCollector();
    private final Set<String> told = new TreeSet<>();
    private final List<String> history = new ArrayList<>();
    private int selected;

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldGiveASecondEngineTheSameDataWhenCommandsAreRandom(int run) {
        System.out.println("spindle.test.seed=" + SEED);
        play(new Random(SEED + run), STEPS, () -> {});
    }

    @Test
    void shouldTellOfEveryRowThatWrites() {
        play(new Random(7), 40_000, () -> {});
        Set<String> silent = new TreeSet<>();
        for (CommandSpec row : CommandFamilies.rows()) {
            collectSilent(row, silent);
        }
        assertEquals(Set.of(), silent, "rows that write and told of nothing");
    }

    private void collectSilent(CommandSpec row, Set<String> silent) {
        for (CommandSpec each : row.subcommands()) {
            collectSilent(each, silent);
        }
        String name = row.fullName().replace('|', ' ');
        if (row.has(CommandFlag.WRITE) && !told.contains(name) && !TOLD_ELSEWHERE.contains(name)) {
            silent.add(name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-random", "allkeys-lru", "volatile-ttl"})
    void shouldGiveTheSameDataWhenKeysAreEvicted(String policy) {
        Random random = new Random(SEED);
        first.command("CONFIG", "SET", "maxmemory-policy", policy);
        play(
                random,
                STEPS / 2,
                () -> {
                    long used = first.engine().usedMemory();
                    first.command("CONFIG", "SET", "maxmemory", "" + (used - used / 20));
                    first.command("SET", "s0", "room");
                    first.command("CONFIG", "SET", "maxmemory", "0");
                });
        assertTrue(first.engine().keyspaces().shared().stats().evicted > 0, "nothing was evicted");
    }

    private void play(Random random, int steps, Runnable sometimes) {
        first.engine().settings().debugCommand = 2;
        second.engine().settings().debugCommand = 2;
        for (String[] limit :
                new String[][] {
                    {"hash-max-listpack-entries", "6"},
                    {"set-max-listpack-entries", "6"},
                    {"zset-max-listpack-entries", "6"},
                    {"list-max-listpack-size", "4"},
                    {"stream-node-max-entries", "3"}
                }) {
            first.command("CONFIG", "SET", limit[0], limit[1]);
            second.command("CONFIG", "SET", limit[0], limit[1]);
        }
        first.engine().propagation().add(sink);
        second.engine().replaying(true);
        WriteMix mix = new WriteMix(random);
        List<Session> clients = new ArrayList<>(List.of(first.session()));
        while (clients.size() < CLIENTS) {
            clients.add(first.connect());
        }
        for (int i = 0; i < steps; i++) {
            Session client = clients.get(random.nextInt(CLIENTS));
            if (!client.isBlocked()) {
                step(random, mix, client);
            }
            if (random.nextInt(4) == 0) {
                first.clock().advanceMs(random.nextInt(8));
                first.turn();
            }
            if (random.nextInt(20) == 0) {
                first.engine().cron(first.clock().nanoTime());
            }
            if (random.nextInt(400) == 0) {
                sometimes.run();
            }
            replay();
            if (i % 200 == 199) {
                compare();
            }
        }
    }

    private void step(Random random, WriteMix mix, Session client) {
        if (random.nextInt(12) == 0) {
            send(client, "MULTI");
            for (int i = random.nextInt(5); i >= 0; i--) {
                send(client, mix.next(first.clock().epochMs()));
            }
            send(client, "EXEC");
            return;
        }
        if (random.nextInt(100) == 0) {
            send(client, "SELECT", "" + random.nextInt(2));
        }
        send(client, mix.next(first.clock().epochMs()));
    }

    private void send(Session client, String... words) {
        int before = sink.units().size();
        history.add(client.database() + ": " + String.join(" ", words));
        first.command(client, words);
        if (sink.units().size() > before) {
            String name = words[0].toLowerCase(Locale.ROOT);
            told.add(name.equals("xgroup") ? name + ' ' + words[1].toLowerCase(Locale.ROOT) : name);
        }
    }

    // Units of one effect are no transaction; others are one.
    private void replay() {
        second.clock().setEpochMs(first.clock().epochMs());
        for (List<Effect> unit : sink.units()) {
            for (Effect effect : unit) {
                if (effect.db() != selected) {
                    selected = effect.db();
                    second.command("SELECT", "" + selected);
                }
                history.add("    -> " + effect);
                String answer = second.command(effect.words().toArray(String[]::new));
                assertTrue(!isError(answer), () -> answer + " to " + effect + " after\n" + tail());
            }
        }
        sink.units().clear();
    }

    private static boolean isError(String answer) {
        return answer.startsWith("-")
                || answer.contains("\r\n-ERR ")
                || answer.contains("\r\n-WRONGTYPE ");
    }

    private String tail() {
        return String.join("\n", history.subList(Math.max(0, history.size() - 60), history.size()));
    }

    private void compare() {
        // A change of a parameter sets it anew.
        first.engine().settings().debugCommand = 2;
        // What is over goes, and is told, before anybody looks.
        for (Session each : List.of(first.connect())) {
            for (int db = 0; db < 2; db++) {
                first.command(each, "SELECT", "" + db);
                for (char family : "scrbplezghixy".toCharArray()) {
                    for (int i = 0; i < 3; i++) {
                        if (family == 'h' || family == 'i') {
                            first.command(each, named("HMGET " + family + i));
                        }
                        first.command(each, "EXISTS", "" + family + i);
                    }
                }
            }
            first.engine().disconnect(each);
        }
        replay();
        second.engine().replaying(false);
        Session one = first.connect();
        Session two = second.connect();
        for (int db = 0; db < 2; db++) {
            first.command(one, "SELECT", "" + db);
            second.command(two, "SELECT", "" + db);
            for (char family : "scrbplezghixy".toCharArray()) {
                for (int i = 0; i < 3; i++) {
                    compareKey(one, two, "" + family + i);
                }
            }
        }
        both(one, two, "DBSIZE");
        both(one, two, "DEBUG", "DIGEST");
        first.engine().disconnect(one);
        second.engine().disconnect(two);
        replay();
        second.engine().replaying(true);
    }

    private static String[] named(String command) {
        return (command + " f0 f1 f2 f3 f4 f5 f6 f7 f8 f9").split(" ");
    }

    private void compareKey(Session one, Session two, String key) {
        both(one, two, "PEXPIRETIME", key);
        switch (key.charAt(0)) {
            case 'h', 'i' -> both(one, two, named("HPEXPIRETIME " + key + " FIELDS 10"));
            case 'x' -> {
                both(one, two, "XINFO", "GROUPS", key);
                both(one, two, "XINFO", "STREAM", key);
                both(one, two, "XPENDING", key, "g", "-", "+", "100");
                for (String group : new String[] {"g", "h"}) {
                    both(one, two, "XINFO", "CONSUMERS", key, group);
                }
            }
            default -> {}
        }
        both(one, two, "DEBUG", "DIGEST-VALUE", key);
    }

    private void both(Session one, Session two, String... words) {
        String expected = known(words, first.command(one, words));
        String answered = known(words, second.command(two, words));
        assertEquals(
                expected,
                answered,
                () -> String.join(" ", words) + " (seed " + SEED + ") after\n" + tail());
    }

    // When consumers were seen last is known only where they were; how the stream's tree looks is
    // free.
    private static String known(String[] words, String reply) {
        if (words[0].equals("XINFO") && words[1].equals("CONSUMERS")) {
            return reply.replaceAll("(idle|inactive)\r\n:-?\\d+", "$1");
        }
        if (words[0].equals("XINFO") && words[1].equals("STREAM")) {
            return reply.replaceAll("radix-tree-(keys|nodes)\r\n:\\d+", "$1");
        }
        return reply;
    }
}
