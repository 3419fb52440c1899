package dev.spindle.engine.differential;

import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client that listens to every event of every key hears while the written cases of a family run: the same from a real
 * server and from Spindle, byte for byte and in the same order. A family joins with a line in {@link #FAMILIES}.
 */
class NotificationDuelTest {

    private static final int STEPS = 1500;

    private static final Map<String, List<List<String>>> FAMILIES = new LinkedHashMap<>();

    static {
        FAMILIES.put("string", lists(StringCases.CASES));
        FAMILIES.put("bitmap", lists(BitmapCases.CASES));
        FAMILIES.put("generic", GenericCases.all());
        FAMILIES.put("sorted set", lists(SortedSetCases.CASES));
        FAMILIES.put("geo", lists(GeoCases.CASES));
        FAMILIES.put("events", moreCases());
    }

    /** Steps that are about the comparison of replies and not of events, or that wait for what one client cannot bring about. */
    private static final Set<String> NO_COMMANDS = Set.of("@CHECK", "@STATS");

    /** Replies that are no events and are random or in no order. */
    private static final Set<String> NOT_COMPARABLE =
            Set.of(
                    "KEYS",
                    "SCAN",
                    "ZSCAN",
                    "ZRANDMEMBER",
                    "RANDOMKEY",
                    "OBJECT",
                    "TTL",
                    "PTTL",
                    "EXPIRETIME",
                    "PEXPIRETIME",
                    "DEBUG");

    /**
     * What depends on the moment: short times to live, and SCAN, which in Redis ends the expired keys that it meets. What depends on chance:
     * RANDOMKEY ends those that it draws. And ranges of members, which mean nothing where scores differ, as they do when cases are mixed.
     */
    private static final Pattern UNSTEADY =
            Pattern.compile(
                    "(?i)(scan .*|randomkey|.* bylex.*|.*bylex .*|zlexcount .*|.* (ex|px) \\d{1,3}\\b.*|p?(expire|setex) \\S+ \\d{1,3}\\b.*)");

    private static RealRedis redis;

    @BeforeAll
    static void start() {
        redis = RealRedis.start("--enable-debug-command", "yes");
    }

    @AfterAll
    static void stop() {
        CloseHelper.close(redis);
    }

    private static List<List<String>> lists(String[][] cases) {
        return Arrays.stream(cases).map(Arrays::asList).toList();
    }

    // What the families' cases do not bring about.
    private static List<List<String>> moreCases() {
        return List.of(
                List.of(
                        "SET k v EX 100",
                        "SET k v EXAT 1",
                        "GET k",
                        "SET k v PXAT 1",
                        "TYPE k",
                        "SET k v PXAT 1 GET",
                        "SET k w PXAT 1",
                        "RENAME k l",
                        "SET a v PXAT 1",
                        "DEL a",
                        "SET a v PXAT 1",
                        "SET b v",
                        "RENAME b a",
                        "SET c v PXAT 1",
                        "COPY a c",
                        "MOVE c 1",
                        "SELECT 1",
                        "GET c",
                        "SET c v PXAT 1",
                        "EXPIRE c 10",
                        "SELECT 0"),
                List.of(
                        "GET nope",
                        "EXISTS nope nope",
                        "TOUCH nope",
                        "TTL nope",
                        "TYPE nope",
                        "OBJECT ENCODING nope",
                        "MGET nope nope",
                        "GETDEL nope",
                        "GETEX nope",
                        "GETSET nope v",
                        "SET other v GET",
                        "SET third v XX GET",
                        "STRLEN third",
                        "BITCOUNT third",
                        "LCS third fourth",
                        "BITFIELD third GET u8 0",
                        "BITOP AND third fourth fifth",
                        "COPY third fourth",
                        "RENAME third fourth"),
                List.of(
                        "SET k v",
                        "GETEX k EX 100",
                        "GETEX k PERSIST",
                        "GETEX k PERSIST",
                        "GETEX k EXAT 1",
                        "SETEX k 100 v",
                        "PERSIST k",
                        "PEXPIRE k -1",
                        "MSET a 1 b 2 a 3",
                        "MSETNX a 1 c 2",
                        "MSETNX c 1 d 2 c 3",
                        "UNLINK a b nope",
                        "SETBIT bits 3 1",
                        "SETBIT bits 3 1",
                        "SETBIT bits 100 0",
                        "BITFIELD bits SET u8 0 16 SET u8 0 16",
                        "BITFIELD bits SET u8 0 16",
                        "BITFIELD bits INCRBY u2 0 4",
                        "BITFIELD bits SET i8 0 -1",
                        "BITFIELD bits SET i8 0 255",
                        "BITFIELD bits SET u8 0 511",
                        "BITFIELD new OVERFLOW FAIL SET u1 0 3",
                        "BITFIELD bits OVERFLOW FAIL SET u1 0 3",
                        "BITFIELD bits SET u8 2000 0"));
    }

    static List<String> families() {
        return List.copyOf(FAMILIES.keySet());
    }

    private static Gathering listening(int protocol, String events) {
        Gathering both = new Gathering(redis);
        both.run(
                "own CONFIG SET notify-keyspace-events " + events,
                "A: HELLO " + protocol,
                "L: HELLO " + protocol,
                "L: PSUBSCRIBE __key*__:*");
        // Keys must not expire by themselves while nobody looks.
        both.realOnly("DEBUG", "SET-ACTIVE-EXPIRE", "0");
        return both;
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTellOfTheSameEventsInTheSameOrder(String family) {
        for (int protocol = 2; protocol <= 3; protocol++) {
            try (Gathering both = listening(protocol, "KEAmn")) {
                for (List<String> steps : FAMILIES.get(family)) {
                    both.run("A: SELECT 0", "A: FLUSHALL");
                    steps.forEach(step -> step(both, step));
                }
            }
        }
    }

    private static void step(Gathering both, String step) {
        String[] words = step.split(" ");
        if (words[0].equals("@LIST")) {
            both.plantList("A", words[1]);
        } else if (!NO_COMMANDS.contains(words[0])) {
            both.actSilently("A", step, NOT_COMPARABLE.contains(words[0].toUpperCase()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"KEA", "K$", "Eg", "KEx", "Em", "Kn", "A", "mn", "''"})
    void shouldTellOfTheKindsThatAreAskedForOnly(String kinds) {
        try (Gathering both = listening(2, kinds)) {
            both.run(
                    "A: SET k v EX 100 | GET nope | APPEND k w | DEL k",
                    "A: SET k v PXAT 1 | GET k | RENAME k l | SET k v | RENAME k l",
                    "own CONFIG GET notify-keyspace-events");
        }
    }

    @Test
    void shouldAnswerAsRedisWhenKindsAreSet() {
        try (Gathering both = new Gathering(redis)) {
            for (String kinds :
                    List.of(
                            "KEA",
                            "AKE",
                            "Kg$lszhxeKE",
                            "g$lshzxetd",
                            "Elg",
                            "Q",
                            "KEAmn",
                            "mK",
                            "n")) {
                both.run(
                        "own CONFIG SET notify-keyspace-events " + kinds,
                        "own CONFIG GET notify-keyspace-events");
            }
        }
    }

    @Test
    void shouldTellOfTheSameEventsWhenCommandsAreRandom() {
        Random random = Seed.random(0);
        List<String> commands = new ArrayList<>();
        FAMILIES.values().forEach(cases -> cases.forEach(commands::addAll));
        commands.removeIf(command -> UNSTEADY.matcher(command).matches());
        try (Gathering both = listening(3, "KEAmn")) {
            both.run("A: SELECT 0", "A: FLUSHALL");
            for (int i = 0; i < STEPS; i++) {
                step(both, commands.get(random.nextInt(commands.size())));
            }
        }
    }
}
