package dev.spindle.net.client;

import static redis.clients.jedis.params.ZAddParams.zAddParams;
import static redis.clients.jedis.params.ZRangeParams.zrangeByLexParams;
import static redis.clients.jedis.params.ZRangeParams.zrangeByScoreParams;
import static redis.clients.jedis.params.ZRangeParams.zrangeParams;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.args.SortedSetOption;
import redis.clients.jedis.params.ZIncrByParams;
import redis.clients.jedis.params.ZParams;
import redis.clients.jedis.resps.Tuple;

/** Sorted sets through Jedis, against both servers. */
class JedisSortedSetsTest extends BothServers {

    private static Map<String, Double> numbered(int count) {
        Map<String, Double> members = new HashMap<>();
        for (int i = 0; i < count; i++) {
            members.put("m" + i, i % 5 * 1.5 - 2);
        }
        return members;
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldAddAndScoreAlikeWhenEveryOptionIsGiven(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    for (int size : new int[] {2, 20, 300}) {
                        jedis.del("z");
                        d.hears(jedis.zadd("z", numbered(size)), jedis.objectEncoding("z"));
                        d.hears(jedis.zadd("z", 3.25, "m0"), jedis.zadd("z", 1, "x"));
                        d.hears(jedis.zadd("z", 9, "x", zAddParams().nx()));
                        d.hears(jedis.zadd("z", 9, "y", zAddParams().xx()));
                        d.hears(jedis.zadd("z", 9, "x", zAddParams().gt().ch()));
                        d.hears(jedis.zadd("z", 10, "x", zAddParams().lt().ch()));
                        d.hears(jedis.zadd("z", Map.of("x", 4.0, "w", 5.0), zAddParams().ch()));
                        d.hears(jedis.zaddIncr("z", 0.1, "x", zAddParams()));
                        d.hears(jedis.zaddIncr("z", 0.1, "x", zAddParams().nx()));
                        d.hears(jedis.zincrby("z", 1e17, "w"), jedis.zincrby("z", 0.3, "new"));
                        d.hears(jedis.zincrby("z", 1, "x", ZIncrByParams.zIncrByParams().xx()));
                        d.hears(jedis.zadd("z", Double.POSITIVE_INFINITY, "inf"));
                        d.hears(jedis.zadd("z", Double.NEGATIVE_INFINITY, "-inf"));
                        d.hears(jedis.zscore("z", "inf"), jedis.zscore("z", "none"));
                        d.hears(jedis.zmscore("z", "-inf", "none", "w", "x", "new"));
                        d.hears(jedis.zrank("z", "x"), jedis.zrevrank("z", "x"));
                        d.hears(jedis.zrank("z", "none"), jedis.zcard("z"));
                        d.hearsNo(() -> jedis.zincrby("z", Double.NEGATIVE_INFINITY, "inf"));
                        d.hears(jedis.zrangeWithScores("z", 0, -1));
                        d.hears(jedis.zrem("z", "x", "none", "w"), jedis.zcard("z"));
                    }
                    jedis.set("s", "x");
                    d.hearsNo(() -> jedis.zadd("s", 1, "a"));
                    d.hearsNo(() -> jedis.zadd("z", 1, "a", zAddParams().nx().gt()));
                    d.hears(jedis.zscore("none", "a"), jedis.zmscore("none", "a"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldSelectRangesAlikeWhenByRankAndScore(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    for (int size : new int[] {7, 60}) {
                        jedis.del("z");
                        jedis.zadd("z", numbered(size));
                        d.hears(jedis.zrange("z", 1, 3), jedis.zrevrange("z", -3, -1));
                        d.hears(jedis.zrevrangeWithScores("z", 0, 100), jedis.zrange("z", 5, 1));
                        d.hears(jedis.zrange("z", zrangeParams(0, 4).rev()));
                        d.hears(jedis.zrangeWithScores("z", zrangeByScoreParams(-1, 3)));
                        d.hears(jedis.zrange("z", zrangeByScoreParams(3, -1).rev().limit(1, 4)));
                        d.hears(jedis.zrangeByScore("z", "(-2", "+inf"));
                        d.hears(jedis.zrangeByScoreWithScores("z", "-inf", "(1", 1, 3));
                        d.hears(jedis.zrevrangeByScore("z", "+inf", "(-2", 2, 5));
                        d.hears(jedis.zrevrangeByScoreWithScores("z", 2, -0.5));
                        d.hears(jedis.zcount("z", "(-2", "2.5"), jedis.zcount("z", 9, 8));
                        d.hears(jedis.zrangestore("to", "z", zrangeByScoreParams(0, 2)));
                        d.hears(jedis.zrangeWithScores("to", 0, -1));
                        d.hears(jedis.zrangestore("to", "z", zrangeParams(90, 99)));
                        d.hears(jedis.exists("to"), jedis.zremrangeByRank("z", 1, 2));
                        d.hears(jedis.zremrangeByScore("z", "(-0.5", "2.5"));
                        d.hears(jedis.zrangeWithScores("z", 0, -1));
                        d.hears(jedis.zremrangeByScore("z", "-inf", "inf"), jedis.exists("z"));
                    }
                    jedis.zadd("z", 1, "a");
                    d.hearsNo(() -> jedis.zrangeByScore("z", "a", "b"));
                    d.hearsNo(() -> jedis.zrangeByLex("z", "a", "b"));
                    d.hears(jedis.zrange("none", 0, -1));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldSelectRangesAlikeWhenByText(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    for (String word : "ant bee cat dog eel fox gnu hen ibis jay".split(" ")) {
                        jedis.zadd("z", 0, word);
                    }
                    d.hears(jedis.zrangeByLex("z", "[bee", "(fox"), jedis.zlexcount("z", "-", "+"));
                    d.hears(jedis.zrangeByLex("z", "-", "+", 2, 3));
                    d.hears(jedis.zrevrangeByLex("z", "+", "(fox"));
                    d.hears(jedis.zrevrangeByLex("z", "[g", "-", 1, 2));
                    d.hears(jedis.zrange("z", zrangeByLexParams("[b", "[d")));
                    d.hears(jedis.zrange("z", zrangeByLexParams("+", "[d").rev().limit(1, 2)));
                    d.hears(jedis.zlexcount("z", "(ant", "[cat"), jedis.zlexcount("z", "+", "-"));
                    d.hears(jedis.zremrangeByLex("z", "[c", "(h"), jedis.zrange("z", 0, -1));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldCombineAlikeWhenSortedSetsOverlap(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    jedis.zadd("a", numbered(6));
                    jedis.zadd("b", numbered(40));
                    jedis.zadd("b", 0.1, "own");
                    jedis.sadd("set", "m1", "m3", "m77");
                    for (ZParams.Aggregate aggregate : ZParams.Aggregate.values()) {
                        ZParams how = new ZParams().aggregate(aggregate).weights(2, -0.5);
                        for (String other : new String[] {"b", "set", "none"}) {
                            d.hears(jedis.zunionWithScores(how, "a", other));
                            d.hears(jedis.zinterWithScores(how, "a", other));
                            d.hears(jedis.zunion(how, other, "a"), jedis.zinter(how, other, "a"));
                            d.hears(jedis.zunionstore("to", how, "a", other));
                            d.hears(jedis.zrangeWithScores("to", 0, -1));
                            d.hears(jedis.zinterstore("to", how, "a", other));
                            d.hears(jedis.zrangeWithScores("to", 0, -1));
                        }
                    }
                    d.hears(jedis.zdiff("b", "a", "set"), jedis.zdiffWithScores("b", "a"));
                    d.hears(jedis.zdiffstore("to", "b", "a"), jedis.zrange("to", 0, -1));
                    d.hears(jedis.zdiffstore("to", "a", "b"), jedis.exists("to"));
                    d.hears(jedis.zintercard("a", "b"), jedis.zintercard(3, "a", "b"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldPopAlikeWhenEndsAreTaken(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    jedis.zadd("z", numbered(30));
                    d.hears(jedis.zpopmin("z"), jedis.zpopmax("z"), jedis.zpopmin("none"));
                    d.hears(jedis.zpopmin("z", 3), jedis.zpopmax("z", 3), jedis.zpopmax("none", 2));
                    d.hears(jedis.zmpop(SortedSetOption.MIN, "none", "z"));
                    d.hears(jedis.zmpop(SortedSetOption.MAX, 4, "none", "z"));
                    d.hears(jedis.zmpop(SortedSetOption.MAX, 4, "none"));
                    d.hears(jedis.bzmpop(1, SortedSetOption.MIN, 2, "none", "z"));
                    d.hears(jedis.bzpopmin(1, "none", "z"), jedis.bzpopmax(1, "none", "z"));
                    List<Tuple> some = jedis.zrandmemberWithScores("z", -50);
                    d.hears(some.size(), jedis.zrandmember("none"), jedis.zrandmember("none", 3));
                    some.forEach(t -> d.hears(t.getScore() == jedis.zscore("z", t.getElement())));
                    d.hearsInAnyOrder(jedis.zrandmember("z", 100));
                    d.hearsInAnyOrder(jedis.zrandmemberWithScores("z", 100));
                    d.hears(jedis.zpopmax("z", 100), jedis.exists("z"));
                });
    }
}
