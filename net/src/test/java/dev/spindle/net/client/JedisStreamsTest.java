package dev.spindle.net.client;

import static redis.clients.jedis.params.XAddParams.xAddParams;
import static redis.clients.jedis.params.XReadGroupParams.xReadGroupParams;
import static redis.clients.jedis.params.XReadParams.xReadParams;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XAutoClaimParams;
import redis.clients.jedis.params.XClaimParams;
import redis.clients.jedis.params.XPendingParams;
import redis.clients.jedis.params.XTrimParams;
import redis.clients.jedis.resps.StreamGroupInfo;
import redis.clients.jedis.resps.StreamInfo;
import redis.clients.jedis.resps.StreamPendingEntry;
import redis.clients.jedis.resps.StreamPendingSummary;

/** Streams and their groups through Jedis, against both servers. */
class JedisStreamsTest extends BothServers {

    private static final StreamEntryID NEW = StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY;

    private static StreamEntryID id(long milliseconds, long sequence) {
        return new StreamEntryID(milliseconds, sequence);
    }

    /** Adds the entries 1-1 to count-1. */
    private static void fill(Jedis jedis, String key, int count) {
        for (int i = 1; i <= count; i++) {
            jedis.xadd(key, id(i, 1), Map.of("n", Integer.toString(i), "same", "x"));
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldAppendAndReadAlikeWhenStreamsGrow(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    fill(jedis, "x", 30);
                    d.hears(jedis.xlen("x"), jedis.xlen("none"));
                    d.hears(jedis.xadd("x", xAddParams().id(40), Map.of("a", "b")));
                    d.hears(jedis.xadd("x", xAddParams().id("40-*"), Map.of("a", "c")));
                    d.hears(jedis.xadd("none", xAddParams().noMkStream(), Map.of("a", "c")));
                    d.hearsNo(() -> jedis.xadd("x", id(40, 0), Map.of("a", "b")));
                    d.hearsNo(() -> jedis.xadd("x", id(0, 0), Map.of("a", "b")));
                    d.hears(jedis.xrange("x", "-", "+"), jedis.xrevrange("x", "+", "-", 3));
                    d.hears(jedis.xrange("x", "(5-1", "9", 2), jedis.xrange("x", "9", "3"));
                    d.hears(jedis.xrevrange("x", id(12, 0), id(8, 1)));
                    d.hears(jedis.xrange("x", (StreamEntryID) null, null, 1));
                    d.hears(jedis.xread(xReadParams().count(3), Map.of("x", id(7, 0))));
                    d.hears(jedis.xread(xReadParams().count(3), Map.of("x", id(99, 0))));
                    d.hears(jedis.xreadAsMap(xReadParams().count(2), Map.of("x", id(0, 0))));
                    d.hears(jedis.xread(xReadParams().block(5), Map.of("x", id(99, 0))));
                    d.hears(jedis.xdel("x", id(3, 1), id(3, 2), id(4, 1)), jedis.xlen("x"));
                    d.hears(jedis.xtrim("x", 12, false), jedis.xrange("x", "-", "+"));
                    d.hears(jedis.xtrim("x", XTrimParams.xTrimParams().minId("25")));
                    d.hears(jedis.xtrim("x", 1, true), jedis.xlen("x"));
                    d.hears(jedis.xadd("x", xAddParams().id(50).maxLen(2), Map.of("k", "v")));
                    d.hears(jedis.xadd("x", xAddParams().id(51).minId("50"), Map.of("k", "v")));
                    d.hears(jedis.xrange("x", "-", "+"));
                    StreamInfo info = jedis.xinfoStream("x");
                    d.hears(info.getLength(), info.getGroups(), info.getLastGeneratedId());
                    d.hears(info.getFirstEntry(), info.getLastEntry());
                    d.hearsNo(() -> jedis.xinfoStream("none"));
                    jedis.set("s", "x");
                    d.hearsNo(() -> jedis.xadd("s", id(1, 1), Map.of("a", "b")));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldDeliverAlikeWhenGroupsRead(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    fill(jedis, "x", 12);
                    d.hears(jedis.xgroupCreate("x", "g", id(2, 1), false));
                    d.hears(jedis.xgroupCreate("y", "g", StreamEntryID.XGROUP_LAST_ENTRY, true));
                    d.hearsNo(() -> jedis.xgroupCreate("x", "g", id(0, 0), false));
                    d.hearsNo(() -> jedis.xgroupCreate("none", "g", id(0, 0), false));
                    Map<String, StreamEntryID> fresh = Map.of("x", NEW);
                    d.hears(jedis.xreadGroup("g", "ann", xReadGroupParams().count(3), fresh));
                    d.hears(jedis.xreadGroup("g", "bob", xReadGroupParams().count(2), fresh));
                    d.hears(jedis.xreadGroup("g", "ann", xReadGroupParams().count(1), fresh));
                    d.hears(
                            jedis.xreadGroup(
                                    "g", "cyd", xReadGroupParams().count(1).noAck(), fresh));
                    d.hears(
                            jedis.xreadGroup(
                                    "g", "ann", xReadGroupParams(), Map.of("x", id(3, 1))));
                    d.hearsNo(() -> jedis.xreadGroup("no", "ann", xReadGroupParams(), fresh));
                    pending(d, "x");
                    d.hears(
                            jedis.xack("x", "g", id(4, 1), id(99, 1)),
                            jedis.xack("x", "no", id(4, 1)));
                    jedis.xdel("x", id(5, 1));
                    d.hears(
                            jedis.xreadGroup(
                                    "g", "ann", xReadGroupParams(), Map.of("x", id(0, 0))));
                    d.hears(jedis.xgroupCreateConsumer("x", "g", "dan"));
                    d.hears(jedis.xgroupCreateConsumer("x", "g", "dan"));
                    groups(d, "x");
                    d.hears(jedis.xgroupDelConsumer("x", "g", "bob"));
                    pending(d, "x");
                    d.hears(jedis.xgroupSetID("x", "g", id(0, 0)));
                    d.hears(jedis.xreadGroup("g", "dan", xReadGroupParams(), fresh));
                    d.hears(jedis.xreadGroup("g", "dan", xReadGroupParams().block(5), fresh));
                    groups(d, "x");
                    d.hears(jedis.xgroupDestroy("x", "g"), jedis.xgroupDestroy("x", "g"));
                    d.hears(jedis.xinfoGroups("x"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldHandOverAlikeWhenEntriesAreClaimed(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    fill(jedis, "x", 20);
                    jedis.xgroupCreate("x", "g", id(0, 0), false);
                    jedis.xreadGroup("g", "ann", xReadGroupParams().count(10), Map.of("x", NEW));
                    XClaimParams how = XClaimParams.xClaimParams();
                    d.hears(jedis.xclaim("x", "g", "bob", 0, how, id(1, 1), id(2, 1), id(99, 1)));
                    d.hears(jedis.xclaimJustId("x", "g", "bob", 0, how, id(3, 1)));
                    d.hears(jedis.xclaimJustId("x", "g", "bob", 3_600_000, how, id(4, 1)));
                    d.hears(
                            jedis.xclaim(
                                    "x",
                                    "g",
                                    "cyd",
                                    0,
                                    XClaimParams.xClaimParams().force().retryCount(7).idle(5),
                                    id(15, 1)));
                    jedis.xdel("x", id(6, 1));
                    pending(d, "x");
                    XAutoClaimParams few = XAutoClaimParams.xAutoClaimParams().count(3);
                    d.hears(jedis.xautoclaim("x", "g", "dan", 0, id(4, 0), few));
                    d.hears(jedis.xautoclaimJustId("x", "g", "dan", 0, id(7, 0), few));
                    d.hears(jedis.xautoclaim("x", "g", "eve", 3_600_000, id(0, 0), few));
                    pending(d, "x");
                    d.hearsNo(() -> jedis.xclaim("x", "no", "bob", 0, how, id(1, 1)));
                });
    }

    /** All that is pending in the group g, but for how long. */
    private static void pending(Dialogue d, String key) {
        Jedis jedis = d.jedis();
        StreamPendingSummary summary = jedis.xpending(key, "g");
        d.hears(summary.getTotal(), summary.getMinId(), summary.getMaxId());
        d.hears(summary.getConsumerMessageCount());
        List<StreamPendingEntry> all =
                jedis.xpending(key, "g", XPendingParams.xPendingParams("-", "+", 100));
        for (StreamPendingEntry each : all) {
            d.hears(each.getID() + " " + each.getConsumerName() + " " + each.getDeliveredTimes());
            d.hears(each.getIdleTime() < 60_000);
        }
        for (StreamPendingEntry each :
                jedis.xpending(
                        key, "g", XPendingParams.xPendingParams("(3-1", "9", 2).consumer("ann"))) {
            d.hears("of ann " + each.getID());
        }
    }

    @SuppressWarnings("deprecation") // The client has no newer type for consumers in this call.
    private static void groups(Dialogue d, String key) {
        for (StreamGroupInfo group : d.jedis().xinfoGroups(key)) {
            d.hears(group.getName(), group.getConsumers(), group.getPending());
            d.hears(group.getLastDeliveredId(), group.getGroupInfo());
        }
        for (var consumer : d.jedis().xinfoConsumers(key, "g")) {
            d.hears(consumer.getName(), consumer.getPending());
        }
    }
}
