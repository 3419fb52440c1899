package dev.spindle.engine.command.sortedset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pipelines of usual sorted set and geo commands leave nothing behind on the heap, in both encodings. */
class SortedSetAllocationTest {

    private static final String[] COMMANDS = {
        "ZADD z 1 a 2.5 b 3 c 4 d 5 e 6.25 f",
        "ZADD z NX CH 7 g",
        "ZADD z GT 9 a",
        "ZINCRBY z 1.5 b",
        "ZSCORE z b",
        "ZMSCORE z a b none",
        "ZCARD z",
        "ZRANK z d",
        "ZREVRANK z d",
        "ZCOUNT z (1 +inf",
        "ZRANGE z 0 -1 WITHSCORES",
        "ZRANGE z 1 8 BYSCORE LIMIT 1 3",
        "ZREVRANGE z 0 2",
        "ZRANGEBYSCORE z -inf 5 WITHSCORES",
        "ZLEXCOUNT z - [c",
        "ZPOPMIN z",
        "ZPOPMAX z 2",
        "ZREM z c none",
        "ZREMRANGEBYRANK z 0 0",
        "ZREMRANGEBYSCORE z 100 200",
        "ZADD y 1 a 5 z 7 f",
        "ZUNION 2 z y WITHSCORES",
        "ZINTERSTORE i 2 z y",
        "ZUNIONSTORE u 2 z y WEIGHTS 1 0.5",
        "ZDIFF 2 z y",
        "ZINTERCARD 2 z y",
        "ZRANGESTORE s z 0 1",
        "ZSCAN z 0",
        "ZRANDMEMBER z",
        "ZMPOP 2 none z MIN",
        "GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
        "GEODIST g Palermo Catania km",
        "GEOHASH g Palermo",
        "GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHDIST",
        "GEOSEARCHSTORE gs g FROMLONLAT 15 37 BYRADIUS 200 km",
        "DEL z y i u s gs",
    };

    @ParameterizedTest
    @CsvSource({"128,2", "0,2", "128,3", "0,3"})
    void shouldAllocateNothingWhenWarm(int entries, int protocol) {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("CONFIG", "SET", "zset-max-listpack-entries", "" + entries);
            engine.session().protocol(protocol);
            StringBuilder text = new StringBuilder();
            for (String command : COMMANDS) {
                String[] words = command.split(" ");
                String reply = engine.command(words);
                assertEquals(-1, reply.indexOf("-ERR"), command + " " + reply);
                text.append(EngineHarness.frame(words));
            }
            try (RequestLoop loop = RequestLoop.ofFrames(engine, text.toString())) {
                loop.assertAllocatesNothing(200, 20, 50);
            }
        }
    }
}
