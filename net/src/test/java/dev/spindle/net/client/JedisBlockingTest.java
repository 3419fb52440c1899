package dev.spindle.net.client;

import static redis.clients.jedis.params.XReadGroupParams.xReadGroupParams;
import static redis.clients.jedis.params.XReadParams.xReadParams;

import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.args.SortedSetOption;
import redis.clients.jedis.args.UnblockType;

/** Clients that wait for elements and others that bring them, through Jedis, against both servers. */
class JedisBlockingTest extends BothServers {

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldServeAlikeWhenListsGetElements(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Future<?> left = d.blocked(other -> other.blpop(0, "a", "b"));
                    d.hears(jedis.rpush("b", "1", "2"), Dialogue.served(left));
                    d.hears(jedis.lrange("b", 0, -1));
                    Future<?> right = d.blocked(other -> other.brpop(0.0, "a"));
                    d.hears(jedis.rpush("a", "1", "2"), Dialogue.served(right));
                    d.hears(jedis.del("a", "b"));
                    Future<?> mover =
                            d.blocked(
                                    other ->
                                            other.blmove(
                                                    "a",
                                                    "to",
                                                    ListDirection.LEFT,
                                                    ListDirection.RIGHT,
                                                    0));
                    d.hears(jedis.lpush("a", "1", "2"), Dialogue.served(mover));
                    d.hears(jedis.lrange("to", 0, -1), jedis.lpop("a"));
                    Future<?> many =
                            d.blocked(other -> other.blmpop(0, ListDirection.RIGHT, 2, "n", "a"));
                    d.hears(jedis.rpush("a", "1", "2", "3"), Dialogue.served(many));
                    d.hears(jedis.lrange("a", 0, -1), d.blockedClients());
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldServeInOrderWhenManyWait(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Future<?> first = d.blocked(other -> other.blpop(0, "a"));
                    Future<?> second = d.blocked(other -> other.brpoplpush("a", "b", 0));
                    Future<?> third = d.blocked(other -> other.blpop(0, "b"));
                    Future<?> fourth = d.blocked(other -> other.brpop(0, "a"));
                    d.hears(d.blockedClients(), jedis.rpush("a", "1", "2", "3", "4"));
                    d.hears(Dialogue.served(first), Dialogue.served(second));
                    d.hears(Dialogue.served(third), Dialogue.served(fourth));
                    d.hears(jedis.lrange("a", 0, -1), jedis.exists("b"), d.blockedClients());
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldServeAlikeWhenSortedSetsAndStreamsGetElements(RedisProtocol protocol)
            throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Map<String, Double> three = Map.of("a", 1.0, "b", 2.5, "c", 3.0);
                    Future<?> least = d.blocked(other -> other.bzpopmin(0, "none", "z"));
                    d.hears(jedis.zadd("z", three), Dialogue.served(least), jedis.del("z"));
                    Future<?> greatest = d.blocked(other -> other.bzpopmax(0, "none", "z"));
                    d.hears(jedis.zadd("z", three), Dialogue.served(greatest), jedis.del("z"));
                    Future<?> some =
                            d.blocked(other -> other.bzmpop(0, SortedSetOption.MAX, 2, "z", "y"));
                    d.hears(jedis.zadd("z", three), Dialogue.served(some), jedis.zrange("z", 0, 9));
                    Future<?> reader =
                            d.blocked(
                                    other ->
                                            other.xread(
                                                    xReadParams().block(0),
                                                    Map.of("x", new StreamEntryID(1, 1))));
                    StreamEntryID early = new StreamEntryID(1, 0);
                    jedis.xadd("x", early, Map.of("f", "too early"));
                    d.hears(jedis.xadd("x", new StreamEntryID(1, 5), Map.of("f", "v")));
                    d.hears(Dialogue.served(reader));
                    jedis.xgroupCreate("x", "g", StreamEntryID.XGROUP_LAST_ENTRY, false);
                    Future<?> member =
                            d.blocked(
                                    other ->
                                            other.xreadGroup(
                                                    "g",
                                                    "ann",
                                                    xReadGroupParams().block(0),
                                                    Map.of(
                                                            "x",
                                                            StreamEntryID
                                                                    .XREADGROUP_UNDELIVERED_ENTRY)));
                    d.hears(jedis.xadd("x", new StreamEntryID(2, 0), Map.of("f", "w")));
                    d.hears(Dialogue.served(member), jedis.xpending("x", "g").getTotal());
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldServeAlikeWhenElementsComeInOtherWays(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Future<?> one = d.blocked(other -> other.blpop(0, "l"));
                    Transaction transaction = jedis.multi();
                    transaction.rpush("l", "a");
                    transaction.lpush("l", "b");
                    transaction.llen("l");
                    d.hears(transaction.exec(), Dialogue.served(one), jedis.lrange("l", 0, -1));
                    jedis.del("l");
                    Future<?> two = d.blocked(other -> other.blpop(0, "l"));
                    jedis.rpush("source", "x", "y");
                    d.hears(jedis.rename("source", "l"), Dialogue.served(two), jedis.del("l"));
                    Future<?> three = d.blocked(other -> other.blpop(0, "l"));
                    jedis.rpush("source", "3", "1", "2");
                    d.hears(jedis.sort("source", "l"), Dialogue.served(three), jedis.del("l"));
                    Future<?> four = d.blocked(other -> other.blpop(0, "l"));
                    d.hears(jedis.copy("source", "l", false), Dialogue.served(four));
                    jedis.del("l");
                    // A value of another type serves nobody who waits for a list.
                    Future<?> five = d.blocked(other -> other.blpop(0, "l"));
                    jedis.set("l", "text");
                    jedis.del("l");
                    d.hears(d.blockedClients(), jedis.rpush("l", "z"), Dialogue.served(five));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldEndTheWaitAlikeWhenTimeIsUpOrUnblocked(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    d.hears(jedis.blpop(0.02, "none"), jedis.bzpopmin(0.02, "none"));
                    d.hears(jedis.brpoplpush("none", "to", 1));
                    d.hears(jedis.blmpop(0.02, ListDirection.LEFT, "none"));
                    AtomicLong id = new AtomicLong();
                    for (UnblockType how : UnblockType.values()) {
                        Future<?> waiting =
                                d.blocked(
                                        other -> {
                                            id.set(other.clientId());
                                            try {
                                                return other.blpop(0, "l");
                                            } catch (RuntimeException e) {
                                                return e.getMessage();
                                            }
                                        });
                        d.hears(jedis.clientUnblock(id.get(), how), Dialogue.served(waiting));
                    }
                    d.hears(d.blockedClients());
                });
    }
}
