package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.blocking.BlockedClients;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RealRedis;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that wait for keys, with several clients, against a real server. */
class BlockingScenariosTest {

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
        List<String> all = new ArrayList<>(LISTS);
        all.addAll(MOVES);
        all.addAll(SORTED_SETS);
        all.addAll(STREAMS);
        all.addAll(ENDS);
        return all;
    }

    private static final List<String> LISTS =
            List.of(
                    "a! BLPOP k 0\nb RPUSH k 1\na?\nb EXISTS k",
                    "a! BRPOP k 0\nb RPUSH k 1 2 3\na?\nb LRANGE k 0 -1",
                    "a! BLPOP k l m 0\nb RPUSH l 1\na?\na! BLPOP k l m 0\nb RPUSH m 1\na?\nb DBSIZE",
                    "a! BLPOP k k k 0\nb RPUSH k 1 2\na?\nb LRANGE k 0 -1",
                    // In order of arrival, whatever their commands.
                    "a! BLPOP k 0\nb! BRPOP k 0\nc! BLPOP l k 0\nd RPUSH k 1 2 3 4\na?\nb?\nc?\nd LRANGE k 0 -1",
                    "a! BLPOP k 0\nb! BLPOP k 0\nd RPUSH k 1\na?\nd RPUSH k 2\nb?\nd EXISTS k",
                    "a! BLMPOP 0 2 k l LEFT COUNT 2\nd RPUSH l 1 2 3\na?\nd LRANGE l 0 -1",
                    "a! BLMPOP 0 1 k RIGHT COUNT 9\nd RPUSH k 1 2 3\na?\nd EXISTS k",
                    // What does not stay until the command or transaction ends is not seen.
                    "a! BLPOP k 0\nb MULTI\nb RPUSH k 1\nb LPOP k\nb EXEC\nb RPUSH k 2\na?",
                    "a! BLPOP k 0\nb MULTI\nb RPUSH k 1\nb RPUSH k 2\nb LPUSH k 0\nb EXEC\na?\nb LRANGE k 0 -1",
                    "a! BLPOP k 0\nb! BLPOP l 0\nc MULTI\nc RPUSH l 1\nc RPUSH k 2\nc LLEN k\nc EXEC\na?\nb?",
                    "a! BLPOP k 0\nb MULTI\nb RPUSH k 1\nb DEL k\nb EXEC\nb RPUSH k 2\na?",
                    // A key of another type is passed over.
                    "a! BLPOP k 0\nb SET k v\nb DEL k\nb RPUSH k 1\na?",
                    "a! BLPOP k 0\nb SADD k 1\nb ZADD l 1 m\nb DEL k\nb RPUSH k 1\na?",
                    "a! BLPOP k 0\nb MULTI\nb LPUSH k 1\nb DEL k\nb SADD k 1\nb EXEC\nb DEL k\nb RPUSH k 2\na?",
                    // Other ways for a key to come.
                    "a! BLPOP k 0\nb RPUSH l 1\nb RENAME l k\na?",
                    "a! BLPOP k 0\nb RPUSH l 1\nb COPY l k\na?\nb LRANGE l 0 -1",
                    "a! BLPOP k 0\nb SELECT 1\nb RPUSH k 1\nb MOVE k 0\na?",
                    "a! BLPOP k 0\nb SELECT 1\nb RPUSH k 1\nb SWAPDB 0 1\na?",
                    "a! BLPOP k 0\nb SELECT 1\nb RPUSH k 1\nb SELECT 0\nb RPUSH k 2\na?",
                    "a! BLPOP k 0\nb RPUSHX k 1\nb LPUSH k 2\na?",
                    "a! BLPOP k 0\nb RPUSH l 1\nb LMOVE l k LEFT LEFT\na?\nb EXISTS k l",
                    "a! BLPOP k 0\nb FLUSHALL\nb RPUSH k 1\na?",
                    "a! BLPOP '' 0\nb RPUSH '' ''\na?",
                    // At once when there is something, and when nobody may wait.
                    "a RPUSH k 1 2\na BLPOP k 0\na BRPOP l k 0\na EXISTS k",
                    "a SET k v\na BLPOP k 0\na BLPOP l k 0\na BLMOVE k l LEFT LEFT 0\na BRPOPLPUSH k l 0\na BLMPOP 0 1 k LEFT",
                    "a MULTI\na BLPOP k 0\na BRPOP k 0\na BLMOVE k l LEFT RIGHT 0\na BRPOPLPUSH k l 0\na BLMPOP 0 1 k LEFT\na EXEC",
                    "a MULTI\na RPUSH k 1 2 3 4\na BLPOP k 0\na BRPOP k 0\na BLMOVE k l LEFT RIGHT 0\na BRPOPLPUSH k l 0\na BLMPOP 0 1 k LEFT\na EXEC",
                    "a BLPOP k -1\na BLPOP k x\na BLPOP k nan\na BLPOP k ''\na BLPOP k -0.1\na BLPOP k 1e\na BLPOP k\na BLPOP",
                    "a BLMOVE k l LEFT x 0\na BLMOVE k l UP LEFT 0\na BLMOVE k l LEFT LEFT -1\na BLMOVE k l LEFT LEFT\na BRPOPLPUSH k l x\na BRPOPLPUSH k l",
                    "a BLMPOP -1 1 k LEFT\na BLMPOP x 1 k LEFT\na BLMPOP 0 0 k LEFT\na BLMPOP 0 x k LEFT\na BLMPOP 0 2 k LEFT\na BLMPOP 0 1 k UP\na BLMPOP 0 1 k LEFT COUNT 0\na BLMPOP 0 1 k LEFT COUNT\na BLMPOP 0 1 k LEFT FOO 1\na BLMPOP 0 1 k");

    private static final List<String> MOVES =
            List.of(
                    "a! BLMOVE k l LEFT RIGHT 0\nb RPUSH k 1 2\na?\nb LRANGE l 0 -1\nb LRANGE k 0 -1",
                    "a! BRPOPLPUSH k l 0\nb RPUSH k 1 2\na?\nb LRANGE l 0 -1",
                    "a! BLMOVE k k LEFT RIGHT 0\nb RPUSH k 1 2\na?\nb LRANGE k 0 -1",
                    "a! BLMOVE k l LEFT RIGHT 0\nb SET l v\nb RPUSH k 1\na?\nb LRANGE k 0 -1",
                    // Chains.
                    "a! BLMOVE k l LEFT LEFT 0\nb! BLMOVE l m LEFT LEFT 0\nc! BLPOP m 0\nd RPUSH k 1\na?\nb?\nc?\nd DBSIZE",
                    "c! BLPOP m 0\nb! BLMOVE l m LEFT LEFT 0\na! BLMOVE k l LEFT LEFT 0\nd RPUSH k 1 2\na?\nb?\nc?\nd LRANGE k 0 -1",
                    "a! BRPOPLPUSH k k 0\nb! BRPOPLPUSH k k 0\nc! BLPOP k 0\nd RPUSH k 1\na?\nb?\nc?\nd EXISTS k",
                    "a! BRPOPLPUSH k l 0\nb! BRPOPLPUSH l k 0\nc RPUSH k 1\na?\nb?\nc LRANGE k 0 -1\nc EXISTS l",
                    "a! BLMOVE k l LEFT LEFT 0\nb! BLPOP l 0\nc! BLPOP k 0\nd RPUSH k 1 2 3\na?\nb?\nc?\nd LRANGE k 0 -1");

    private static final List<String> SORTED_SETS =
            List.of(
                    "a! BZPOPMIN k 0\nb ZADD k 1 x 2 y\na?\nb ZRANGE k 0 -1",
                    "a! BZPOPMAX k 0\nb! BZPOPMIN k 0\nc ZADD k 1 x 2 y 3 z\na?\nb?\nc ZRANGE k 0 -1",
                    "a! BZPOPMIN k l 0\nb ZADD l 1.5 x\na?\nb EXISTS l",
                    "a! BZMPOP 0 2 k l MAX COUNT 2\nb ZADD l 1 x 2 y 3 z\na?\nb ZRANGE l 0 -1",
                    "a! BZPOPMIN k 0\nb SET k v\nb DEL k\nb RPUSH k 1\nb DEL k\nb ZADD k 1 x\na?",
                    "a! BZPOPMIN k 0\nb MULTI\nb ZADD k 1 x\nb ZREM k x\nb EXEC\nb ZADD k 2 y\na?",
                    "a! BZPOPMIN k 0\nb ZADD l 1 x\nb ZUNIONSTORE k 1 l\na?",
                    "a! BZPOPMIN k 0\nb ZINCRBY k 3 x\na?",
                    "a! BLPOP k 0\nb! BZPOPMIN k 0\nc ZADD k 1 x\nb?\nc RPUSH k 1\na?",
                    "a! BLPOP k 0\nb! BZPOPMIN k 0\nc RPUSH k 1\na?\nc ZADD k 1 x\nb?",
                    "a ZADD k 1 x\na BZPOPMIN k 0\na ZADD k 1 x 2 y\na BZMPOP 0 1 k MIN\na BZPOPMAX l k 0",
                    "a MULTI\na BZPOPMIN k 0\na BZPOPMAX k 0\na BZMPOP 0 1 k MIN\na EXEC",
                    "a SET k v\na BZPOPMIN k 0\na BZMPOP 0 1 k MIN\na BZPOPMIN k x\na BZMPOP -1 1 k MIN\na BZMPOP 0 0 k MIN\na BZMPOP 0 1 k UP");

    private static final List<String> STREAMS =
            List.of(
                    "a! XREAD BLOCK 0 STREAMS s $\nb XADD s 1-1 f v\na?",
                    "b XADD s 1-1 f v\na! XREAD BLOCK 0 STREAMS s $\nb XADD s 2-1 f w\na?",
                    "b XADD s 5-1 f v\na! XREAD BLOCK 0 STREAMS s 9\nb XADD s 6-1 f v\nb XADD s 9-1 f w\na?",
                    "a! XREAD BLOCK 0 COUNT 1 STREAMS s t 0 0\nb MULTI\nb XADD t 1-1 f v\nb XADD t 1-2 f v\nb EXEC\na?",
                    "a! XREAD BLOCK 0 STREAMS s $\nb! XREAD BLOCK 0 STREAMS s $\nc XADD s 1-1 f v\na?\nb?",
                    "a! XREAD BLOCK 0 STREAMS s $\nb SET s v\nb DEL s\nb XADD s 1-1 f v\na?",
                    "a! XREAD BLOCK 0 STREAMS s $\nb MULTI\nb XADD s 1-1 f v\nb DEL s\nb EXEC\nb XADD s 1-2 f v\na?",
                    "a XADD s 1-1 f v\na XREAD BLOCK 0 STREAMS s 0\na MULTI\na XREAD BLOCK 0 STREAMS s $\na EXEC",
                    "b XGROUP CREATE s g $ MKSTREAM\na! XREADGROUP GROUP g c BLOCK 0 STREAMS s >\nb XADD s 1-1 f v\na?\nb XPENDING s g",
                    "b XGROUP CREATE s g $ MKSTREAM\na! XREADGROUP GROUP g c BLOCK 0 COUNT 1 STREAMS s >\nd! XREADGROUP GROUP g d BLOCK 0 COUNT 1 STREAMS s >\nb XADD s 1-1 f v\na?\nb XADD s 1-2 f v\nd?",
                    "b XGROUP CREATE s g $ MKSTREAM\na! XREADGROUP GROUP g c NOACK BLOCK 0 STREAMS s >\nb XADD s 1-1 f v\na?\nb XPENDING s g",
                    "b XGROUP CREATE s g $ MKSTREAM\na XREADGROUP GROUP g c BLOCK 0 STREAMS s 0\na XREADGROUP GROUP h c BLOCK 0 STREAMS s >\na XREADGROUP GROUP g c BLOCK 0 STREAMS t >",
                    "a XREAD BLOCK -1 STREAMS s $\na XREAD BLOCK x STREAMS s $\na XREAD BLOCK 0",
                    "a SET s v\na XREAD BLOCK 0 STREAMS s $\na XREADGROUP GROUP g c BLOCK 0 STREAMS s >");

    private static final List<String> ENDS =
            List.of(
                    "a! BLPOP k 0.05\n@LATER 100\na?\na PING",
                    "a! BLMOVE k l LEFT LEFT 0.05\n@LATER 100\na?",
                    "a! BRPOPLPUSH k l 0.05\n@LATER 100\na?",
                    "a! BLMPOP 0.05 1 k LEFT\n@LATER 100\na?",
                    "a! BZPOPMIN k 0.05\n@LATER 100\na?",
                    "a! BZMPOP 0.05 1 k MIN\n@LATER 100\na?",
                    "a! XREAD BLOCK 50 STREAMS k $\n@LATER 100\na?",
                    "a! BLPOP k 0.2\nb! BLPOP k 0.05\nc! BLPOP k 0\n@LATER 100\nb?\n@LATER 200\na?\nd RPUSH k 1\nc?",
                    "a! BLPOP k 0\nb CLIENT UNBLOCK #a\na?\nb CLIENT UNBLOCK #a\nb RPUSH k 1\nb LRANGE k 0 -1",
                    "a! BLPOP k 0\nb CLIENT UNBLOCK #a TIMEOUT\na?\na PING",
                    "a! BLMOVE k l LEFT LEFT 0\nb CLIENT UNBLOCK #a error\na?\na PING",
                    "a! XREAD BLOCK 0 STREAMS k $\nb CLIENT UNBLOCK #a ERROR\na?",
                    "a! BZPOPMIN k 0\nb MULTI\nb ZADD k 1 x\nb CLIENT UNBLOCK #a\nb EXEC\na?\nb ZRANGE k 0 -1",
                    "a CLIENT UNBLOCK #a\na CLIENT UNBLOCK 0\na CLIENT UNBLOCK -1\na CLIENT UNBLOCK x",
                    // Who has gone is passed over.
                    "a! BLPOP k 0\nb! BLPOP k 0\na-\nc RPUSH k 1\nb?\nc EXISTS k",
                    "a! BLPOP k 0\na-\nc RPUSH k 1\nc LRANGE k 0 -1",
                    "a! BLPOP k 0.05\na-\n@LATER 100\nc RPUSH k 1\nc EXISTS k",
                    // Watched keys of one who waits, and a transaction broken by one who is served.
                    "b WATCH k\na! BLPOP k 0\nb MULTI\nb PING\nc RPUSH k 1\na?\nb EXEC",
                    "b RPUSH k 1\nb WATCH l\na! BLMOVE m l LEFT LEFT 0\nb MULTI\nb PING\nc RPUSH m 1\na?\nb EXEC",
                    "a CLIENT REPLY ON\na! BLPOP k 0\nb RPUSH k 1\na?\na GET nothing");

    @ParameterizedTest
    @MethodSource("pieces")
    void shouldServeAsRedisDoesWhenClientsWait(String piece) {
        for (int protocol = 2; protocol <= 3; protocol++) {
            try (EngineHarness engine = new EngineHarness()) {
                assumeTrue(
                        !piece.contains("XGROUP")
                                || engine.engine().commands().find("xgroup") != null);
                try (Stage stage = new Stage(redis, engine, protocol)) {
                    stage.play(piece);
                }
                BlockedClients blocked = engine.engine().blocked();
                assertEquals(0, blocked.count(), "clients left");
                assertEquals(0, blocked.timed(), "deadlines left");
                assertEquals(0, blocked.keys(), "keys left");
                assertEquals(0, blocked.heldBytes(), "requests left");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldServeAsRedisDoesWhenStepsAreRandom(long seed) {
        long used = Long.getLong("spindle.test.seed", seed);
        System.out.println("seed " + used);
        Random random = new Random(used);
        try (EngineHarness engine = new EngineHarness();
                Stage stage = new Stage(redis, engine, (int) (2 + used % 2))) {
            Set<String> waiting = new HashSet<>();
            for (int i = 0; i < 400; i++) {
                String who = "" + (char) ('a' + random.nextInt(6));
                if (waiting.contains(who)) {
                    continue;
                }
                // One key per wait: of several, 7.0 takes the one that was ready first.
                String key = "k" + random.nextInt(3);
                String other = "k" + random.nextInt(3);
                String command =
                        switch (random.nextInt(5)) {
                            case 0 -> "BLPOP " + key + " 0";
                            case 1 -> "BRPOP " + key + " 0";
                            case 2 -> "BLMOVE " + key + ' ' + other + " LEFT RIGHT 0";
                            case 3 -> "BRPOPLPUSH " + key + ' ' + other + " 0";
                            default -> "BLMPOP 0 1 " + key + " LEFT COUNT 2";
                        };
                stage.step("z DEL " + key);
                if (random.nextInt(3) > 0 && waiting.size() < 5) {
                    stage.step(who + "! " + command);
                    waiting.add(who);
                } else {
                    stage.step("z MULTI");
                    for (int n = random.nextInt(4); n >= 0; n--) {
                        stage.step("z RPUSH k" + random.nextInt(3) + " v" + i + ' ' + n);
                    }
                    stage.step("z EXEC");
                    waiting.removeIf(stage::readIfAnswered);
                    stage.step("z LRANGE k0 0 -1");
                    stage.step("z LRANGE k1 0 -1");
                    stage.step("z LRANGE k2 0 -1");
                }
            }
        }
    }
}
