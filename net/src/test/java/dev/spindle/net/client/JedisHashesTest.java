package dev.spindle.net.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;

/** Hashes through Jedis, against both servers. */
class JedisHashesTest extends BothServers {

    private static Map<String, String> numbered(int count) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < count; i++) {
            fields.put("f" + i, i % 2 == 0 ? Integer.toString(i * 1000) : "value " + i);
        }
        return fields;
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldKeepFieldsAlikeWhenHashesAreSmallAndLarge(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    for (int size : new int[] {1, 5, 9, 300}) {
                        jedis.del("h");
                        d.hears(jedis.hset("h", numbered(size)), jedis.objectEncoding("h"));
                        d.hears(jedis.hset("h", "f0", "new"), jedis.hset("h", "more", ""));
                        d.hears(jedis.hget("h", "f0"), jedis.hget("h", "none"));
                        d.hears(jedis.hmget("h", "more", "none", "f0", "f0"));
                        d.hears(jedis.hmset("h", Map.of("x", "1", "f0", "2")));
                        d.hears(jedis.hgetAll("h"), jedis.hkeys("h"), jedis.hlen("h"));
                        d.hearsInAnyOrder(jedis.hvals("h"));
                        d.hears(jedis.hexists("h", "x"), jedis.hexists("h", "none"));
                        d.hears(jedis.hstrlen("h", "f0"), jedis.hstrlen("h", "none"));
                        d.hears(jedis.hsetnx("h", "x", "7"), jedis.hsetnx("h", "y", "7"));
                        d.hears(jedis.hdel("h", "x", "none", "y"), jedis.hdel("none", "a"));
                        d.hears(jedis.hdel("h", jedis.hkeys("h").toArray(String[]::new)));
                        d.hears(jedis.exists("h"), jedis.hgetAll("h"), jedis.hmget("h", "a"));
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldCountAlikeWhenFieldsAreNumbers(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    d.hears(jedis.hincrBy("h", "n", 5), jedis.hincrBy("h", "n", -7));
                    d.hears(jedis.hincrBy("h", "big", Long.MAX_VALUE));
                    d.hearsNo(() -> jedis.hincrBy("h", "big", 1));
                    d.hears(jedis.hincrByFloat("h", "f", 0.1), jedis.hincrByFloat("h", "f", 0.2));
                    d.hears(jedis.hincrByFloat("h", "n", 1e10), jedis.hget("h", "n"));
                    d.hears(jedis.hincrByFloat("h", "n", -0.125), jedis.hget("h", "n"));
                    jedis.hset("h", "text", "abc");
                    d.hearsNo(() -> jedis.hincrBy("h", "text", 1));
                    d.hearsNo(() -> jedis.hincrByFloat("h", "text", 1));
                    d.hearsNo(() -> jedis.hincrBy("h", "f", 1));
                    jedis.set("s", "x");
                    d.hearsNo(() -> jedis.hincrBy("s", "f", 1));
                    d.hearsNo(() -> jedis.hset("s", "f", "1"));
                    d.hearsNo(() -> jedis.hgetAll("s"));
                    d.hears(jedis.hgetAll("h"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldChooseExistingFieldsWhenAskedAtRandom(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    for (int size : new int[] {6, 40}) {
                        jedis.del("h");
                        Map<String, String> all = numbered(size);
                        jedis.hset("h", all);
                        d.hears(all.containsKey(jedis.hrandfield("h")));
                        // As many as there are, or more: all of them, once each.
                        d.hearsInAnyOrder(jedis.hrandfield("h", size));
                        d.hearsInAnyOrder(jedis.hrandfieldWithValues("h", size + 5));
                        List<Map.Entry<String, String>> some = jedis.hrandfieldWithValues("h", -99);
                        d.hears(some.size());
                        some.forEach(e -> d.hears(e.getValue().equals(all.get(e.getKey()))));
                        d.hears(jedis.hrandfield("h", 4).stream().distinct().count());
                        d.hears(jedis.hrandfield("h", 0));
                    }
                    d.hears(jedis.hrandfield("none"), jedis.hrandfield("none", 3));
                });
    }
}
