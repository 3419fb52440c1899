package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RealRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MULTI, EXEC and WATCH with several clients, against a real server. */
class TransactionScenariosTest {

    private static RealRedis redis;

    @BeforeAll
    static void start() {
        redis = RealRedis.startTelling("--enable-debug-command", "yes");
    }

    @AfterAll
    static void stop() {
        CloseHelper.close(redis);
    }

    static List<String> pieces() {
        List<String> all = new ArrayList<>(QUEUING);
        all.addAll(WATCHING);
        return all;
    }

    private static final List<String> QUEUING =
            List.of(
                    "a MULTI\na SET k v\na INCR n\na GET k\na EXEC\na GET n",
                    "a MULTI\na EXEC\na EXEC\na DISCARD\na MULTI x",
                    "a MULTI\na SET k v\na DISCARD\na GET k\na EXEC",
                    "a MULTI\na MULTI\na SET k v\na EXEC",
                    "a MULTI\na WATCH k\na SET k v\na EXEC",
                    "a MULTI\na FOO\na SET k v\na EXEC\na GET k",
                    "a MULTI\na GET\na SET k v\na EXEC\na GET k",
                    "a MULTI\na CLIENT FOO\na EXEC\na MULTI\na CLIENT\na EXEC",
                    "a MULTI\na EXEC x\na EXEC",
                    "a MULTI\na DISCARD x\na EXEC\na EXEC",
                    "a MULTI\na SET k v\na INCR k\na GETRANGE\na EXEC\na MULTI\na INCR k\na SET k w\na EXEC\na GET k",
                    "a MULTI\na SET k v\na INCR k\na SET k w\na EXEC\na GET k",
                    "a SELECT 1\na MULTI\na SELECT 2\na SET k v\na EXEC\na GET k\na SELECT 1\na GET k",
                    "a MULTI\na SELECT 2\na SWAPDB 2 3\na SET k v\na EXEC\na GET k\na SWAPDB 2 3\na GET k",
                    "a MULTI\na SET k v\na RESET\na EXEC\na GET k",
                    "a MULTI\na HELLO 9\na AUTH x\na EXEC",
                    "a MULTI\na MONITOR\na GET k\na EXEC\na PING",
                    "a MULTI\na UNWATCH\na PING\na ECHO hello\na EXEC",
                    "a MULTI\na CLIENT REPLY ON\na EXEC",
                    "a CLIENT SETNAME x\na MULTI\na CLIENT SETNAME y\na CLIENT GETNAME\na EXEC\na CLIENT GETNAME",
                    "a MULTI\na SET k ''\na APPEND k ''\na STRLEN k\na GET ''\na EXEC",
                    "a MULTI\na OBJECT ENCODING k\na CONFIG GET hz\na EXEC",
                    "a MULTI\na FLUSHALL\na SET k v\na EXEC\na DBSIZE",
                    "a MULTI\nb MULTI\na SET k 1\nb SET k 2\nb EXEC\na GET k\na EXEC\nb GET k");

    private static final List<String> WATCHING =
            List.of(
                    "a WATCH\na WATCH k\na MULTI\na SET k v\na EXEC",
                    "a WATCH k\nb SET k v\na MULTI\na GET k\na EXEC\na MULTI\na GET k\na EXEC",
                    "a WATCH k\na SET k v\na MULTI\na GET k\na EXEC",
                    "a WATCH k l m\nb SET l v\na MULTI\na GET k\na EXEC",
                    "a WATCH k k\na WATCH k\nb SET k v\na MULTI\na PING\na EXEC",
                    "a WATCH k\nb SET k v\na UNWATCH\na MULTI\na PING\na EXEC",
                    "a WATCH k\nb SET k v\na MULTI\na DISCARD\na MULTI\na PING\na EXEC",
                    "a WATCH k\nb SET k v\na RESET\na MULTI\na PING\na EXEC",
                    "a WATCH k\nb SET k v\na WATCH l\na MULTI\na PING\na EXEC",
                    "a WATCH k\na MULTI\na PING\nb SET k v\na FOO\na EXEC",
                    "a WATCH k\na MULTI\na UNWATCH\nb SET k v\na PING\na EXEC",
                    "a WATCH k\nb SELECT 1\nb SET k v\na MULTI\na PING\na EXEC",
                    "a WATCH k\na SELECT 1\nb SET k v\na MULTI\na PING\na EXEC",
                    "a WATCH k\nb DEL k\nb EXPIRE k 100\nb GETDEL k\nb INCRBY l 1\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb SET k v NX\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb EXPIRE k 100\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb GET k\nb OBJECT ENCODING k\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb RENAME k l\na MULTI\na PING\na EXEC",
                    "b SET l v\na WATCH k\nb RENAME l k\na MULTI\na PING\na EXEC",
                    "b SET l v\na WATCH k\nb COPY l k\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb MOVE k 3\na MULTI\na PING\na EXEC",
                    "b SET k v\na SELECT 3\na WATCH k\nb MOVE k 3\na MULTI\na PING\na EXEC",
                    "a WATCH k\nb FLUSHALL\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb FLUSHALL\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb FLUSHDB ASYNC\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb SELECT 1\nb FLUSHDB\na MULTI\na PING\na EXEC",
                    "a WATCH k\nb SWAPDB 0 1\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb SWAPDB 0 1\na MULTI\na PING\na EXEC\nb SWAPDB 0 1",
                    "b SELECT 1\nb SET k v\na WATCH k\nb SWAPDB 0 1\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb SWAPDB 1 2\na MULTI\na PING\na EXEC",
                    "b SET k v\na WATCH k\nb SWAPDB 0 0\na MULTI\na PING\na EXEC",
                    // What had expired before it was watched may go; what expires later may not.
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 5\n@LATER 20\na WATCH k\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 5\n@LATER 20\na WATCH k\nb GET k\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 5\n@LATER 20\na WATCH k\nb GET k\nb SET k w\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 5\n@LATER 20\na WATCH k\nb SET k w\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 5\n@LATER 20\na WATCH k\nb DEL k\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 5\n@LATER 20\na WATCH k\nb FLUSHALL\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 5\n@LATER 20\na WATCH k\nb SWAPDB 0 1\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SELECT 1\nb SET k v PX 5\n@LATER 20\na WATCH k\nb SWAPDB 0 1\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 500\na WATCH k\n@LATER 600\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 500\na WATCH k\n@LATER 600\nb GET k\na MULTI\na PING\na EXEC",
                    "b DEBUG SET-ACTIVE-EXPIRE 0\nb SET k v PX 500\na WATCH k\na MULTI\na PING\n@LATER 600\na EXEC",
                    "b SET k v PX 100000\na WATCH k\na MULTI\na PING\na EXEC");

    @ParameterizedTest
    @MethodSource("pieces")
    void shouldEndAsInRedisWhenTransactionsMeet(String piece) {
        for (int protocol = 2; protocol <= 3; protocol++) {
            try (EngineHarness engine = new EngineHarness();
                    Stage stage = new Stage(redis, engine, protocol)) {
                stage.play(piece);
                stage.play("b- \na- ".replace(" ", ""));
                assertEquals(0, engine.engine().watchedKeys().keys(), "watched keys left");
                assertEquals(0, engine.engine().watchedKeys().clients(), "watching clients left");
                assertEquals(0, engine.engine().transactions().heldBytes(), "queues left");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldEndAsInRedisWhenStepsAreRandom(long seed) {
        long used = Long.getLong("spindle.test.seed", seed);
        System.out.println("seed " + used);
        Random random = new Random(used);
        try (EngineHarness engine = new EngineHarness();
                Stage stage = new Stage(redis, engine, (int) (2 + used % 2))) {
            for (int i = 0; i < 1500; i++) {
                String who = "" + (char) ('a' + random.nextInt(3));
                String key = "k" + random.nextInt(4);
                String value = "v" + random.nextInt(3);
                stage.step(
                        who
                                + ' '
                                + switch (random.nextInt(20)) {
                                    case 0, 1, 2 -> "MULTI";
                                    case 3, 4, 5 -> "EXEC";
                                    case 6 -> "DISCARD";
                                    case 7, 8 -> "WATCH " + key;
                                    case 9 -> "WATCH " + key + " k0 k1";
                                    case 10 -> "UNWATCH";
                                    case 11 -> "SELECT " + random.nextInt(2);
                                    case 12 -> random.nextInt(4) == 0 ? "SWAPDB 0 1" : "GET " + key;
                                    case 13 -> random.nextInt(6) == 0 ? "FLUSHDB" : "DEL " + key;
                                    case 14 -> random.nextInt(8) == 0 ? "FOO" : "INCR n" + key;
                                    case 15 -> "RENAME " + key + " k1";
                                    case 16 -> "GET " + key;
                                    default -> "SET " + key + ' ' + value;
                                });
            }
        }
    }
}
