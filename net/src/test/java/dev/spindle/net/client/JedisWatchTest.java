package dev.spindle.net.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.Transaction;

/** Transactions through Jedis, alone and among several clients, against both servers. */
class JedisWatchTest extends BothServers {

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldAnswerAlikeWhenEveryTypeIsInATransaction(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Transaction all = jedis.multi();
                    Response<String> set = all.set("s", "1");
                    all.rpush("l", "a", "b");
                    all.hset("h", Map.of("f", "v", "g", "w"));
                    all.hgetAll("h");
                    all.sadd("set", "x", "y");
                    all.smembers("set");
                    all.zadd("z", 1.5, "m");
                    all.zrangeWithScores("z", 0, -1);
                    all.lpush("s", "wrong");
                    all.incr("s");
                    all.blpop(0, "none");
                    all.blpop(0, "l");
                    Response<Long> counter = all.incrBy("s", 5);
                    d.hears(all.exec(), set.get(), counter.get());
                    d.hears(jedis.get("s"), jedis.lrange("l", 0, -1));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldGiveUpAlikeWhenAWatchedKeyChanges(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Jedis other = d.another();
                    List<Runnable> changes =
                            List.of(
                                    () -> {},
                                    () -> other.set("k", "2"),
                                    () -> other.del("k"),
                                    () -> other.rpush("list", "c"),
                                    () -> other.lpop("list"),
                                    () -> other.hdel("hash", "f"),
                                    () -> other.hdel("hash", "none"),
                                    () -> other.sadd("set", "a"),
                                    () -> other.srem("set", "a"),
                                    () -> other.zadd("zset", 1, "m"),
                                    () -> other.zadd("zset", 2, "m"),
                                    () ->
                                            other.xadd(
                                                    "x", StreamEntryID.NEW_ENTRY, Map.of("a", "b")),
                                    () -> other.rename("list", "away"),
                                    () -> other.expire("k", 100),
                                    () -> other.get("k"),
                                    () -> other.set("unwatched", "1"),
                                    other::flushDB);
                    for (Runnable change : changes) {
                        jedis.set("k", "1");
                        jedis.rpush("list", "a", "b");
                        jedis.hset("hash", Map.of("f", "v", "g", "w"));
                        jedis.sadd("set", "a", "b");
                        jedis.zadd("zset", 1, "m");
                        d.hears(jedis.watch("k", "list", "hash", "set", "zset", "x"));
                        change.run();
                        try (Transaction transaction = jedis.multi()) {
                            transaction.incr("k");
                            d.hears(transaction.exec());
                        }
                        d.hears(jedis.get("k"));
                    }
                    jedis.watch("k");
                    other.set("k", "5");
                    d.hears(jedis.unwatch());
                    Transaction transaction = jedis.multi();
                    transaction.incr("k");
                    d.hears(transaction.exec());
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldDiscardAlikeWhenAskedOrWrong(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Transaction dropped = jedis.multi();
                    dropped.set("k", "1");
                    d.hears(dropped.discard(), jedis.exists("k"));
                    d.hears(jedis.sendCommand(Protocol.Command.MULTI));
                    d.hearsNo(() -> jedis.sendCommand(Protocol.Command.GET));
                    d.hears(jedis.sendCommand(Protocol.Command.SET, "k", "1"));
                    d.hearsNo(() -> jedis.sendCommand(Protocol.Command.MULTI));
                    d.hearsNo(() -> jedis.sendCommand(Protocol.Command.WATCH, "k"));
                    d.hearsNo(() -> jedis.sendCommand(Protocol.Command.EXEC));
                    d.hearsNo(() -> jedis.sendCommand(Protocol.Command.EXEC));
                    d.hearsNo(() -> jedis.sendCommand(Protocol.Command.DISCARD));
                    d.hears(jedis.exists("k"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldLoseNoIncrementWhenManyWatchOneKeyThroughAPool(RedisProtocol protocol)
            throws Exception {
        int threads = 4;
        int rounds = 50;
        assertSame(
                protocol,
                d -> {
                    ExecutorService workers = Executors.newFixedThreadPool(threads);
                    GenericObjectPoolConfig<Jedis> size = new GenericObjectPoolConfig<>();
                    size.setMaxTotal(threads);
                    try (JedisPool pool = new JedisPool(size, d.server(), d.config())) {
                        List<Future<?>> running = new ArrayList<>();
                        for (int i = 0; i < threads; i++) {
                            running.add(workers.submit(() -> count(pool, rounds)));
                        }
                        for (Future<?> each : running) {
                            Dialogue.served(each);
                        }
                    } finally {
                        workers.shutdownNow();
                    }
                    d.hears(d.jedis().get("n"), d.jedis().llen("log"));
                });
    }

    private static void count(JedisPool pool, int rounds) {
        for (int done = 0; done < rounds; ) {
            try (Jedis jedis = pool.getResource()) {
                jedis.watch("n");
                String now = jedis.get("n");
                try (Transaction transaction = jedis.multi()) {
                    long next = now == null ? 1 : Long.parseLong(now) + 1;
                    transaction.set("n", Long.toString(next));
                    transaction.rpush("log", Long.toString(next));
                    if (transaction.exec() != null) {
                        done++;
                    }
                }
            }
        }
    }
}
