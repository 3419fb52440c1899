package dev.spindle.net.client;

import static redis.clients.jedis.params.GeoAddParams.geoAddParams;
import static redis.clients.jedis.params.GeoRadiusParam.geoRadiusParam;
import static redis.clients.jedis.params.GeoSearchParam.geoSearchParam;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.GeoCoordinate;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.args.GeoUnit;
import redis.clients.jedis.params.GeoRadiusStoreParam;
import redis.clients.jedis.params.GeoSearchParam;

/** Places and cardinalities through Jedis, against both servers. */
class JedisGeoTest extends BothServers {

    private static final GeoCoordinate CENTRE = new GeoCoordinate(13.4, 52.52);

    private static void fill(Jedis jedis) {
        for (int i = 0; i < 40; i++) {
            jedis.geoadd("g", 13.4 + i * 0.37 % 3 - 1.5, 52.52 + i * 0.71 % 2 - 1, "p" + i);
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldPlaceAlikeWhenCoordinatesAreGiven(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    d.hears(jedis.geoadd("g", 13.361389, 38.115556, "Palermo"));
                    Map<String, GeoCoordinate> two =
                            Map.of(
                                    "Catania", new GeoCoordinate(15.087269, 37.502669),
                                    "Palermo", new GeoCoordinate(13.4, 38.2));
                    d.hears(jedis.geoadd("g", geoAddParams().nx(), two));
                    d.hears(jedis.geoadd("g", geoAddParams().xx().ch(), two));
                    d.hears(jedis.geopos("g", "Palermo", "none", "Catania"));
                    d.hears(jedis.geohash("g", "Palermo", "none", "Catania"));
                    for (GeoUnit unit : GeoUnit.values()) {
                        d.hears(jedis.geodist("g", "Palermo", "Catania", unit));
                    }
                    d.hears(jedis.geodist("g", "Palermo", "none"), jedis.zscore("g", "Palermo"));
                    d.hearsNo(() -> jedis.geoadd("g", 181, 0, "x"));
                    d.hearsNo(() -> jedis.geoadd("g", 0, 86, "x"));
                    jedis.set("s", "x");
                    d.hearsNo(() -> jedis.geopos("s", "x"));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldFindAlikeWhenAreasAreSearched(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    fill(jedis);
                    GeoSearchParam circle =
                            geoSearchParam().fromLonLat(CENTRE).byRadius(90, GeoUnit.KM);
                    d.hears(jedis.geosearch("g", circle.asc().withDist().withCoord().withHash()));
                    GeoSearchParam box =
                            geoSearchParam().fromMember("p7").byBox(150, 80, GeoUnit.MI);
                    d.hears(jedis.geosearch("g", box.desc().withDist().count(7)));
                    d.hearsNo(() -> jedis.geosearchStore("to", "g", circle));
                    GeoSearchParam near = geoSearchParam().fromMember("p7").byRadius(9, GeoUnit.MI);
                    d.hears(jedis.geosearchStore("to", "g", near));
                    d.hears(jedis.geosearchStoreStoreDist("other", "g", near.count(2).desc()));
                    d.hears(jedis.zrangeWithScores("other", 0, -1));
                    d.hears(jedis.zrangeWithScores("to", 0, -1));
                    d.hears(jedis.geosearch("none", CENTRE, 5, GeoUnit.KM));
                    d.hearsInAnyOrder(jedis.geosearch("g", CENTRE, 30, GeoUnit.KM));
                    d.hearsInAnyOrder(jedis.geosearch("g", "p1", 30, 50, GeoUnit.KM));
                    d.hearsNo(() -> jedis.geosearch("g", "nobody", 30, GeoUnit.KM));
                    d.hears(
                            jedis.georadius(
                                    "g",
                                    13.4,
                                    52.5,
                                    100_000,
                                    GeoUnit.M,
                                    geoRadiusParam().sortAscending().withCoord().count(9)));
                    d.hears(
                            jedis.georadiusByMemberReadonly(
                                    "g",
                                    "p3",
                                    60,
                                    GeoUnit.KM,
                                    geoRadiusParam().sortDescending().withDist().withHash()));
                    d.hears(
                            jedis.georadiusStore(
                                    "to",
                                    13.4,
                                    52.5,
                                    100,
                                    GeoUnit.KM,
                                    geoRadiusParam(),
                                    GeoRadiusStoreParam.geoRadiusStoreParam().store("other")));
                    d.hears(
                            jedis.georadiusByMemberStore(
                                    "g",
                                    "p3",
                                    60,
                                    GeoUnit.KM,
                                    geoRadiusParam().count(5),
                                    GeoRadiusStoreParam.geoRadiusStoreParam().storeDist("to")));
                    d.hears(jedis.zrange("other", 0, -1), jedis.zrangeWithScores("to", 0, -1));
                });
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldEstimateAlikeWhenElementsAreCounted(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    d.hears(jedis.pfadd("a", "x", "y", "z"), jedis.pfadd("a", "x"));
                    d.hears(jedis.pfadd("empty"), jedis.pfcount("empty"), jedis.pfcount("none"));
                    for (int i = 0; i < 6_000; i += 20) {
                        String[] some = new String[20];
                        for (int j = 0; j < some.length; j++) {
                            some[j] = "element " + (i + j);
                        }
                        d.hears(jedis.pfadd(i < 3_000 ? "b" : "c", some), jedis.pfcount("b"));
                    }
                    d.hears(jedis.pfcount("a", "b", "c"), jedis.pfmerge("to", "a", "b", "none"));
                    d.hears(jedis.pfcount("to"), jedis.strlen("to"), jedis.strlen("a"));
                    d.hears(jedis.get("to".getBytes()), jedis.get("a".getBytes()));
                    jedis.set("s", "text");
                    d.hearsNo(() -> jedis.pfadd("s", "x"));
                    jedis.rpush("l", "x");
                    d.hearsNo(() -> jedis.pfcount("l"));
                });
    }
}
