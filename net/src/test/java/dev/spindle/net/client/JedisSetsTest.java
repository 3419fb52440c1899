package dev.spindle.net.client;

import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;

/** Sets through Jedis, against both servers. */
class JedisSetsTest extends BothServers {

    private static String[] numbered(String prefix, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldKeepMembersAlikeWhenSetsAreOfNumbersOrText(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    for (String prefix : new String[] {"", "-70000", "m"}) {
                        for (int size : new int[] {3, 9, 400}) {
                            String[] members = numbered(prefix, 1, size + 1);
                            d.hears(jedis.sadd("s", members), jedis.sadd("s", members[0], "x"));
                            d.hears(jedis.scard("s"), jedis.smembers("s"));
                            d.hears(jedis.sismember("s", members[1]), jedis.sismember("s", "no"));
                            d.hears(jedis.smismember("s", "x", "no", members[2]));
                            d.hears(jedis.srem("s", "x", "no"), jedis.smove("s", "t", members[0]));
                            d.hears(jedis.smove("s", "t", "no"), jedis.smembers("t"));
                            d.hears(jedis.srem("s", members), jedis.exists("s"), jedis.del("t"));
                        }
                    }
                    d.hears(jedis.smembers("s"), jedis.smismember("s", "a"), jedis.scard("s"));
                    jedis.sadd("ints", "1", "2");
                    d.hears(jedis.objectEncoding("ints"));
                    jedis.sadd("ints", numbered("", 1, 10));
                    jedis.sadd("many", numbered("m", 0, 200));
                    d.hears(jedis.objectEncoding("many"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldCombineAlikeWhenSetsOverlap(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    jedis.sadd("ints", numbered("", 0, 7));
                    jedis.sadd("more", numbered("", 3, 200));
                    jedis.sadd("text", numbered("m", 0, 30));
                    jedis.sadd("mixed", "1", "5", "m1", "m7", "z");
                    String[] keys = {"ints", "more", "text", "mixed", "none"};
                    for (String a : keys) {
                        for (String b : keys) {
                            d.hears(jedis.sinter(a, b), jedis.sunion(a, b), jedis.sdiff(a, b));
                            d.hears(jedis.sinterstore("to", a, b), jedis.smembers("to"));
                            d.hears(jedis.sunionstore("to", a, b, "ints"), jedis.smembers("to"));
                            d.hears(jedis.sdiffstore("to", a, b), jedis.exists("to"));
                            d.hears(jedis.sintercard(a, b), jedis.sintercard(2, a, b));
                        }
                    }
                    d.hears(jedis.sinter(keys), jedis.sunion(keys), jedis.sdiff(keys));
                    jedis.set("s", "x");
                    d.hearsNo(() -> jedis.sinter("ints", "s"));
                    d.hearsNo(() -> jedis.sunionstore("to", "s"));
                    d.hearsNo(() -> jedis.sadd("s", "a"));
                    d.hearsNo(() -> jedis.smove("ints", "s", "1"));
                    d.hears(jedis.sunionstore("s", "ints"), jedis.type("s"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldChooseExistingMembersWhenAskedAtRandom(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    for (String prefix : new String[] {"", "m"}) {
                        for (int size : new int[] {6, 200}) {
                            String[] members = numbered(prefix, 0, size);
                            jedis.sadd("s", members);
                            Set<String> all = Set.of(members);
                            d.hears(all.contains(jedis.srandmember("s")));
                            d.hears(jedis.srandmember("s", 4).stream().distinct().count());
                            d.hearsInAnyOrder(jedis.srandmember("s", size));
                            d.hears(jedis.srandmember("s", -300).size(), jedis.scard("s"));
                            d.hears(all.contains(jedis.spop("s")), jedis.scard("s"));
                            Set<String> some = jedis.spop("s", 3);
                            d.hears(some.size(), all.containsAll(some), jedis.scard("s"));
                            some.forEach(member -> d.hears(jedis.sismember("s", member)));
                            d.hears(jedis.spop("s", 1000).size(), jedis.exists("s"));
                        }
                    }
                    d.hears(jedis.spop("none"), jedis.spop("none", 2), jedis.srandmember("none"));
                    d.hears(jedis.srandmember("none", 2));
                });
    }
}
