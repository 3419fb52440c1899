package dev.spindle.net.client;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.Consumer;
import io.lettuce.core.GeoArgs;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.ZAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Collections of every type through Lettuce: the same calls to both servers, the same answers. */
class LettuceTypesTest extends BothServers {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Calls to a server that leave what it answered in the list. */
    @FunctionalInterface
    private interface Script {
        void run(StatefulRedisConnection<String, String> connection, List<Object> heard)
                throws Exception;
    }

    private static void assertSame(ProtocolVersion protocol, Script script) throws Exception {
        assertSame(
                port -> {
                    RedisClient client = client(port, protocol);
                    try (StatefulRedisConnection<String, String> connection = client.connect()) {
                        connection.sync().flushall();
                        List<Object> heard = new ArrayList<>();
                        script.run(connection, heard);
                        return heard.stream().map(String::valueOf).toList();
                    } finally {
                        end(client);
                    }
                });
    }

    /** A client of the server on a loopback port; {@link #end} has to be called. */
    static RedisClient client(int port, ProtocolVersion protocol) {
        RedisClient client =
                RedisClient.create(
                        RedisURI.builder()
                                .withHost("127.0.0.1")
                                .withPort(port)
                                .withTimeout(TIMEOUT)
                                .build());
        client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        return client;
    }

    static void end(RedisClient client) {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }

    private static List<String> sorted(Collection<?> values) {
        return values.stream().map(String::valueOf).sorted().toList();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldAnswerAlikeWhenCollectionsAreUsed(ProtocolVersion protocol) throws Exception {
        assertSame(
                protocol,
                (connection, heard) -> {
                    RedisCommands<String, String> sync = connection.sync();
                    heard.add(sync.rpush("l", "a", "b", "c", "d"));
                    heard.add(sync.lrange("l", 0, -1));
                    heard.add(sync.lpop("l", 2));
                    heard.add(sync.lmove("l", "m", LMoveArgs.Builder.leftRight()));
                    heard.add(sync.blpop(1, "none", "m"));
                    heard.add(sync.blpop(0.02, "none"));
                    heard.add(sync.hset("h", Map.of("f", "1", "g", "two")));
                    heard.add(sync.hgetall("h"));
                    heard.add(sync.hmget("h", "f", "none", "g"));
                    heard.add(sync.hincrbyfloat("h", "f", 0.25));
                    heard.add(sorted(sync.hrandfieldWithvalues("h", 5)));
                    heard.add(sync.sadd("s", "x", "y", "z"));
                    heard.add(sync.sadd("t", "y", "z", "9"));
                    heard.add(new TreeSet<>(sync.sinter("s", "t")));
                    heard.add(new TreeSet<>(sync.sunion("s", "t")));
                    heard.add(sync.smismember("s", "x", "9"));
                    heard.add(sync.pfadd("p", "a", "b"));
                    heard.add(sync.pfcount("p", "none"));
                    heard.add(sync.geoadd("geo", 13.361389, 38.115556, "Palermo"));
                    heard.add(sync.geoadd("geo", 15.087269, 37.502669, "Catania"));
                    heard.add(sync.geopos("geo", "Palermo", "none"));
                    heard.add(sync.geodist("geo", "Palermo", "Catania", GeoArgs.Unit.km));
                    heard.add(sync.geohash("geo", "Catania", "none"));
                    GeoArgs full = GeoArgs.Builder.full().asc();
                    heard.add(sync.georadius("geo", 15, 37, 200, GeoArgs.Unit.km, full));
                    heard.add(message(() -> sync.hget("l", "f")));
                    heard.add(message(() -> sync.lpush("h", "f")));
                });
    }

    private static String message(Executable command) {
        return assertThrows(RedisCommandExecutionException.class, command).getMessage();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @SuppressWarnings("unchecked") // The client's varargs are generic.
    void shouldAnswerAlikeWhenSortedSetsAndStreamsAreUsed(ProtocolVersion protocol)
            throws Exception {
        assertSame(
                protocol,
                (connection, heard) -> {
                    RedisCommands<String, String> sync = connection.sync();
                    heard.add(sync.zadd("z", 1.5, "a", -2.0, "b"));
                    heard.add(sync.zadd("z", ZAddArgs.Builder.gt().ch(), 9, "a"));
                    heard.add(sync.zaddincr("z", 0.1, "b"));
                    heard.add(sync.zscore("z", "a"));
                    heard.add(sync.zmscore("z", "b", "none"));
                    heard.add(sync.zrangeWithScores("z", 0, -1));
                    heard.add(sync.zrevrangebyscore("z", Range.create(-5, 5)));
                    heard.add(sync.zpopmin("z"));
                    heard.add(sync.bzpopmax(1, "none", "z"));
                    heard.add(sync.zunionWithScores("z", "none"));
                    for (int i = 1; i < 6; i++) {
                        heard.add(sync.xadd("x", new XAddArgs().id(i + "-1"), Map.of("n", "" + i)));
                    }
                    heard.add(sync.xrange("x", Range.create("2", "4"), Limit.from(2)));
                    heard.add(sync.xrevrange("x", Range.unbounded()));
                    heard.add(sync.xread(StreamOffset.from("x", "3-1")));
                    heard.add(sync.xgroupCreate(StreamOffset.from("x", "0"), "g"));
                    Consumer<String> ann = Consumer.from("g", "ann");
                    heard.add(sync.xreadgroup(ann, StreamOffset.lastConsumed("x")));
                    heard.add(sync.xack("x", "g", "1-1", "2-1"));
                    heard.add(sync.xpending("x", "g").getCount());
                    heard.add(sync.xpending("x", "g").getConsumerMessageCount());
                    heard.add(sync.xclaim("x", Consumer.from("g", "bob"), 0, "3-1"));
                    heard.add(sync.xinfoGroups("x"));
                    heard.add(sync.xtrim("x", 2));
                });
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldVisitTheSameWhenCollectionsAreScanned(ProtocolVersion protocol) throws Exception {
        assertSame(
                protocol,
                (connection, heard) -> {
                    RedisCommands<String, String> sync = connection.sync();
                    for (int i = 0; i < 700; i++) {
                        sync.hset("h", "f" + i, "v" + i);
                        sync.sadd("s", "m" + i);
                        sync.zadd("z", i, "m" + i);
                    }
                    ScanArgs how = ScanArgs.Builder.limit(50).match("*3*");
                    heard.add(visited(ScanIterator.hscan(sync, "h")));
                    heard.add(visited(ScanIterator.hscan(sync, "h", how)));
                    heard.add(visited(ScanIterator.sscan(sync, "s")));
                    heard.add(visited(ScanIterator.sscan(sync, "s", how)));
                    heard.add(visited(ScanIterator.zscan(sync, "z")));
                    heard.add(visited(ScanIterator.zscan(sync, "z", how)));
                });
    }

    private static TreeSet<String> visited(ScanIterator<?> iterator) {
        TreeSet<String> found = new TreeSet<>();
        iterator.forEachRemaining(each -> found.add(each.toString()));
        return found;
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldAnswerAlikeWhenCommandsAreInATransaction(ProtocolVersion protocol) throws Exception {
        assertSame(
                protocol,
                (connection, heard) -> {
                    RedisAsyncCommands<String, String> async = connection.async();
                    async.set("text", "x");
                    async.watch("text");
                    async.multi();
                    async.rpush("l", "a", "b");
                    async.lrange("l", 0, -1);
                    async.hset("h", Map.of("f", "v"));
                    async.hgetall("h");
                    async.zadd("z", 1.25, "m");
                    async.zrangeWithScores("z", 0, -1);
                    RedisFuture<Long> wrong = async.incr("text");
                    RedisFuture<TransactionResult> all = async.exec();
                    TransactionResult result = all.get(20, TimeUnit.SECONDS);
                    heard.add(result.wasDiscarded());
                    result.forEach(heard::add);
                    heard.add(
                            assertThrows(
                                            ExecutionException.class,
                                            () -> wrong.get(20, TimeUnit.SECONDS))
                                    .getCause()
                                    .getMessage());
                    async.watch("l");
                    async.lpop("l");
                    async.multi();
                    async.get("text");
                    heard.add(async.exec().get(20, TimeUnit.SECONDS).wasDiscarded());
                });
    }
}
