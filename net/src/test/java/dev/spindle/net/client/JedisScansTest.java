package dev.spindle.net.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SortingParams;
import redis.clients.jedis.resps.ScanResult;

/** Cursors, SORT and long pipelines over every kind of collection through Jedis, against both servers. */
class JedisScansTest extends BothServers {

    private static final int MOST_CALLS = 10_000;

    /** All that a cursor brings; one element may come twice. */
    private static <T> Set<T> scanned(Function<String, ScanResult<T>> page) {
        Set<T> found = new HashSet<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        int calls = 0;
        do {
            ScanResult<T> next = page.apply(cursor);
            found.addAll(next.getResult());
            cursor = next.getCursor();
            assertTrue(++calls < MOST_CALLS, "the scan does not end");
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return found;
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldVisitTheSameWhenCollectionsAreScanned(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    for (int size : new int[] {5, 2_000}) {
                        for (int i = 0; i < size; i++) {
                            jedis.hset("h", "f" + i, "v" + i);
                            jedis.sadd("s", "m" + i);
                            jedis.sadd("i", "" + i * 3);
                            jedis.zadd("z", i * 0.5, "m" + i);
                        }
                        for (ScanParams how :
                                List.of(
                                        new ScanParams(),
                                        new ScanParams().count(100),
                                        new ScanParams().match("*7*").count(50),
                                        new ScanParams().match("nothing"))) {
                            d.hears(scanned(cursor -> jedis.hscan("h", cursor, how)));
                            d.hears(scanned(cursor -> jedis.sscan("s", cursor, how)));
                            d.hears(scanned(cursor -> jedis.sscan("i", cursor, how)));
                            d.hears(scanned(cursor -> jedis.zscan("z", cursor, how)));
                        }
                    }
                    d.hears(scanned(cursor -> jedis.sscan("none", cursor, new ScanParams())));
                    d.hearsNo(() -> jedis.sscan("h", "0", new ScanParams()));
                    d.hearsNo(() -> jedis.hscan("h", "x", new ScanParams()));
                    d.hearsNo(() -> jedis.zscan("z", "0", new ScanParams().count(0)));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldVisitTheSameWhenTheKeysAreOfEveryType(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Pipeline pipeline = jedis.pipelined();
                    for (int i = 0; i < 300; i++) {
                        pipeline.set("s" + i, "v");
                        pipeline.rpush("l" + i, "v");
                        pipeline.hset("h" + i, "f", "v");
                        pipeline.sadd("e" + i, "v");
                        pipeline.zadd("z" + i, 1, "v");
                    }
                    pipeline.sync();
                    for (String type : List.of("string", "list", "hash", "set", "zset", "stream")) {
                        ScanParams how = new ScanParams().count(70);
                        d.hears(scanned(cursor -> jedis.scan(cursor, how, type)));
                    }
                    ScanParams some = new ScanParams().match("[hz]?7*").count(70);
                    d.hears(scanned(cursor -> jedis.scan(cursor, some)), jedis.keys("?29[0-3]"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldSortAlikeWhenEveryOptionIsGiven(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    String[] numbers = {"5", "3", "30", "-2", "1.5", "100", "7"};
                    jedis.rpush("l", numbers);
                    jedis.sadd("s", numbers);
                    for (int i = 0; i < numbers.length; i++) {
                        jedis.set("w_" + numbers[i], "" + (i * 37) % 11);
                        jedis.hset("o_" + numbers[i], Map.of("name", "n" + i, "w", "" + -i));
                        jedis.zadd("z", i, numbers[i]);
                    }
                    jedis.del("w_30");
                    for (String key : List.of("l", "s", "z", "none")) {
                        d.hears(jedis.sort(key), jedis.sort(key, new SortingParams().desc()));
                        d.hears(jedis.sort(key, new SortingParams().alpha().limit(1, 3)));
                        d.hears(jedis.sort(key, new SortingParams().by("w_*")));
                        SortingParams fields = new SortingParams().by("o_*->w").desc();
                        d.hears(jedis.sort(key, fields.get("#", "o_*->name", "w_*")));
                        d.hears(jedis.sortReadonly(key, new SortingParams().limit(-1, 2)));
                        d.hears(jedis.sort(key, new SortingParams().desc(), "to"));
                        d.hears(jedis.lrange("to", 0, -1));
                    }
                    d.hears(jedis.sort("l", new SortingParams().nosort().get("#", "w_*")));
                    d.hears(jedis.sort("z", new SortingParams().nosort().desc().limit(0, 4)));
                    jedis.rpush("l", "text");
                    d.hearsNo(() -> jedis.sort("l"));
                    d.hears(jedis.sort("l", new SortingParams().alpha().desc()));
                    d.hearsNo(() -> jedis.sort("o_5"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldAnswerAlikeWhenTypesAreMixedInAPipeline(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Pipeline pipeline = jedis.pipelined();
                    for (int i = 0; i < 1_000; i++) {
                        int what = i * 31 % 13;
                        // Most keys are of the type that the command wants.
                        char type = i % 11 == 0 ? 'l' : "llhhsszznpldl".charAt(what);
                        String key = type + "" + i % 3;
                        Map<String, Double> scores = new HashMap<>();
                        scores.put("m" + i % 9, i / 4.0);
                        scores.put("x", (double) -i);
                        switch (what) {
                            case 0 -> pipeline.rpush(key, "a" + i, "b");
                            case 1 -> pipeline.lrange(key, 0, -1);
                            case 2 -> pipeline.hset(key, Map.of("f" + i % 5, "v", "g", "" + i));
                            case 3 -> pipeline.hgetAll(key);
                            case 4 -> pipeline.sadd(key, "m" + i, "n");
                            case 5 -> pipeline.smembers(key);
                            case 6 -> pipeline.zadd(key, scores);
                            case 7 -> pipeline.zrangeWithScores(key, 0, -1);
                            case 8 -> pipeline.del(key);
                            case 9 -> pipeline.type(key);
                            case 10 -> pipeline.incr(key);
                            case 11 -> pipeline.pfadd(key, "e" + i);
                            default -> pipeline.rpoplpush(key, "to");
                        }
                    }
                    // One line each, so that a difference names the command.
                    d.hears(new ArrayList<>(pipeline.syncAndReturnAll()).toArray());
                    d.hears(jedis.dbSize(), jedis.keys("*"));
                });
    }
}
