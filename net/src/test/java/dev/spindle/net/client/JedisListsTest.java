package dev.spindle.net.client;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.args.ListPosition;
import redis.clients.jedis.params.LPosParams;

/** Lists through Jedis, against both servers. */
class JedisListsTest extends BothServers {

    private static String[] numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "e" + i).toArray(String[]::new);
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldPushAndPopAlikeWhenListsAreShortAndLong(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    d.hears(jedis.rpush("l", "a", "b"), jedis.lpush("l", "c", "d"));
                    d.hears(jedis.lpushx("none", "x"), jedis.rpushx("l", "e", "f"));
                    d.hears(jedis.llen("l"), jedis.llen("none"), jedis.lrange("l", 0, -1));
                    d.hears(jedis.lpop("l"), jedis.rpop("l"), jedis.lpop("none"));
                    d.hears(jedis.lpop("l", 2), jedis.rpop("l", 9), jedis.rpop("none", 2));
                    d.hears(jedis.exists("l"));
                    d.hears(jedis.rpush("l", numbered(500)), jedis.lrange("l", 0, -1));
                    d.hears(jedis.lpop("l", 0), jedis.lpop("l", 100), jedis.rpop("l", 100));
                    d.hears(jedis.lrange("l", -20, -10), jedis.lrange("l", 290, 999));
                    d.hears(jedis.lrange("l", 5, 2), jedis.objectEncoding("l"));
                    d.hears(jedis.rpop("l", 1000), jedis.type("l"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldEditAlikeWhenElementsAreSetInsertedRemoved(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    for (int size : new int[] {5, 60}) {
                        jedis.del("l");
                        d.hears(jedis.rpush("l", numbered(size)));
                        d.hears(jedis.lindex("l", 2), jedis.lindex("l", -1));
                        d.hears(jedis.lindex("l", 60), jedis.lindex("l", -61));
                        d.hears(jedis.lset("l", 1, "one"), jedis.lset("l", -1, "12345"));
                        d.hears(jedis.linsert("l", ListPosition.BEFORE, "one", "e3"));
                        d.hears(jedis.linsert("l", ListPosition.AFTER, "12345", ""));
                        d.hears(jedis.linsert("l", ListPosition.AFTER, "nothing", "x"));
                        d.hears(jedis.linsert("none", ListPosition.AFTER, "a", "x"));
                        d.hears(jedis.lpos("l", "e3"), jedis.lpos("l", "nothing"));
                        LPosParams how = LPosParams.lPosParams();
                        d.hears(jedis.lpos("l", "e3", how.rank(-1)));
                        d.hears(jedis.lpos("l", "e3", LPosParams.lPosParams(), 0));
                        d.hears(jedis.lpos("l", "e3", LPosParams.lPosParams().maxlen(2), 0));
                        d.hears(jedis.lrem("l", 1, "e3"), jedis.lrem("l", -5, "e2"));
                        d.hears(jedis.lrem("l", 0, "nothing"), jedis.lrange("l", 0, -1));
                        d.hears(jedis.ltrim("l", 1, -3), jedis.lrange("l", 0, -1));
                        d.hears(jedis.ltrim("l", 9, 2), jedis.exists("l"));
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldMoveAlikeWhenElementsChangeLists(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    jedis.rpush("a", numbered(20));
                    d.hears(jedis.rpoplpush("a", "b"), jedis.rpoplpush("none", "b"));
                    for (ListDirection from : ListDirection.values()) {
                        for (ListDirection to : ListDirection.values()) {
                            d.hears(jedis.lmove("a", "b", from, to));
                            d.hears(jedis.lmove("a", "a", from, to));
                            d.hears(jedis.blmove("a", "b", from, to, 1));
                        }
                    }
                    d.hears(jedis.brpoplpush("a", "b", 1));
                    d.hears(jedis.lrange("a", 0, -1), jedis.lrange("b", 0, -1));
                    d.hears(jedis.lmpop(ListDirection.LEFT, "none", "b", "a"));
                    d.hears(jedis.lmpop(ListDirection.RIGHT, 3, "none", "b"));
                    d.hears(jedis.lmpop(ListDirection.RIGHT, 3, "none"));
                    d.hears(jedis.blmpop(1, ListDirection.LEFT, 2, "none", "a"));
                    d.hears(jedis.blpop(1, "none", "a"), jedis.brpop(1, "a", "b"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldRefuseAlikeWhenKeysAndIndexesAreWrong(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    jedis.set("s", "text");
                    jedis.rpush("l", "a");
                    d.hearsNo(() -> jedis.rpush("s", "a"));
                    d.hearsNo(() -> jedis.lrange("s", 0, 1));
                    d.hearsNo(() -> jedis.lmove("l", "s", ListDirection.LEFT, ListDirection.LEFT));
                    d.hearsNo(() -> jedis.lset("l", 5, "x"));
                    d.hearsNo(() -> jedis.lset("none", 0, "x"));
                    d.hearsNo(() -> jedis.lpop("l", -1));
                    d.hearsNo(() -> jedis.lpos("l", "a", LPosParams.lPosParams().rank(0)));
                    d.hearsNo(() -> jedis.blpop(-1.0, "l"));
                    d.hearsNo(() -> jedis.blpop(1.0, "s"));
                    d.hearsNo(() -> jedis.lmpop(ListDirection.LEFT, 0, "l"));
                    d.hears(jedis.lrange("l", 0, -1));
                });
    }
}
