package dev.spindle.net.client;

import io.lettuce.core.RedisClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers tell Lettuce unasked: keys that a cache must forget, events of keys of every type, messages of channels. */
class LettucePushTest extends BothServers {

    private static final long TIMEOUT_S = 60;

    /** Reads of keys of every type, each followed by a change of the key. */
    private static final List<Consumer<RedisCommands<String, String>>> READS =
            List.of(
                    c -> c.get("string"),
                    c -> c.lrange("list", 0, -1),
                    c -> c.hget("hash", "f"),
                    c -> c.smembers("set"),
                    c -> c.zscore("zset", "m"),
                    c -> c.xlen("stream"),
                    c -> c.pfcount("hll"),
                    c -> c.exists("later"));

    private static final List<Consumer<RedisCommands<String, String>>> CHANGES =
            List.of(
                    c -> c.append("string", "x"),
                    c -> c.rpop("list"),
                    c -> c.hset("hash", "other", "v"),
                    c -> c.srem("set", "a"),
                    c -> c.zincrby("zset", 1, "m"),
                    c -> c.xadd("stream", new XAddArgs().id("2-1"), Map.of("f", "v")),
                    c -> c.pfadd("hll", "b", "c", "d"),
                    c -> c.rename("string", "later"));

    private static void fill(RedisCommands<String, String> sync) {
        sync.flushall();
        sync.set("string", "v");
        sync.rpush("list", "a", "b");
        sync.hset("hash", "f", "v");
        sync.sadd("set", "a", "b");
        sync.zadd("zset", 1, "m");
        sync.xadd("stream", new XAddArgs().id("1-1"), Map.of("f", "v"));
        sync.pfadd("hll", "a");
    }

    private static String next(BlockingQueue<String> heard) throws InterruptedException {
        String message = heard.poll(TIMEOUT_S, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("waited in vain for a message");
        }
        return message;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldForgetTheSameKeysWhenTheyChange(boolean broadcast) throws Exception {
        assertSame(
                port -> {
                    RedisClient client = LettuceTypesTest.client(port, ProtocolVersion.RESP3);
                    try (StatefulRedisConnection<String, String> caching = client.connect();
                            StatefulRedisConnection<String, String> other = client.connect()) {
                        fill(other.sync());
                        BlockingQueue<String> pushes = new LinkedBlockingQueue<>();
                        caching.addListener(
                                push ->
                                        pushes.add(
                                                push.getType()
                                                        + push.getContent(
                                                                StringCodec.UTF8::decodeKey)));
                        TrackingArgs how = TrackingArgs.Builder.enabled();
                        caching.sync().clientTracking(broadcast ? how.bcast().noloop() : how);
                        List<String> lines = new ArrayList<>();
                        for (int i = 0; i < READS.size(); i++) {
                            READS.get(i).accept(caching.sync());
                            CHANGES.get(i).accept(other.sync());
                            lines.add(next(pushes));
                        }
                        // Told only in broadcast mode: nobody has read it again. A flush is told
                        // always.
                        other.sync().rpop("list");
                        other.sync().flushall();
                        String last;
                        do {
                            last = next(pushes);
                            lines.add(last);
                        } while (!last.contains("null"));
                        return lines;
                    } finally {
                        LettuceTypesTest.end(client);
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldTellTheSameEventsWhenKeysOfEveryTypeChange(ProtocolVersion protocol)
            throws Exception {
        assertSame(
                port -> {
                    RedisClient client = LettuceTypesTest.client(port, protocol);
                    try (StatefulRedisPubSubConnection<String, String> subscriber =
                                    client.connectPubSub();
                            StatefulRedisConnection<String, String> other = client.connect()) {
                        RedisCommands<String, String> sync = other.sync();
                        sync.configSet("notify-keyspace-events", "KEA");
                        BlockingQueue<String> heard = listen(subscriber);
                        subscriber.sync().psubscribe("__key*__:*");
                        fill(sync);
                        CHANGES.forEach(change -> change.accept(sync));
                        sync.lpop("list");
                        sync.zpopmin("zset");
                        sync.hdel("hash", "f", "other");
                        sync.spop("set");
                        sync.expire("stream", 100);
                        sync.publish("__keyend__:", "end");
                        List<String> lines = new ArrayList<>();
                        String last;
                        do {
                            last = next(heard);
                            lines.add(last);
                        } while (!last.endsWith(" end"));
                        return lines;
                    } finally {
                        LettuceTypesTest.end(client);
                    }
                });
    }

    private static BlockingQueue<String> listen(
            StatefulRedisPubSubConnection<String, String> subscriber) {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        subscriber.addListener(
                new RedisPubSubAdapter<String, String>() {
                    @Override
                    public void message(String channel, String message) {
                        heard.add(channel + ' ' + message);
                    }

                    @Override
                    public void message(String pattern, String channel, String message) {
                        heard.add(pattern + ' ' + channel + ' ' + message);
                    }

                    @Override
                    public void smessage(String channel, String message) {
                        heard.add("shard " + channel + ' ' + message);
                    }
                });
        return heard;
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldBringTheSameMessagesWhenChannelsOverlap(ProtocolVersion protocol) throws Exception {
        assertSame(
                port -> {
                    RedisClient client = LettuceTypesTest.client(port, protocol);
                    try (StatefulRedisPubSubConnection<String, String> subscriber =
                                    client.connectPubSub();
                            StatefulRedisConnection<String, String> other = client.connect()) {
                        RedisCommands<String, String> sync = other.sync();
                        BlockingQueue<String> heard = listen(subscriber);
                        subscriber.sync().subscribe("news", "sport");
                        subscriber.sync().psubscribe("n*");
                        subscriber.sync().ssubscribe("shard");
                        List<String> lines = new ArrayList<>();
                        lines.add("" + sync.publish("news", "one"));
                        lines.add("" + sync.publish("sport", "two"));
                        lines.add("" + sync.publish("night", "three"));
                        lines.add("" + sync.publish("shard", "nobody"));
                        lines.add("" + sync.spublish("shard", "four"));
                        lines.add("" + sync.spublish("news", "nobody"));
                        for (int i = 0; i < 5; i++) {
                            lines.add(next(heard));
                        }
                        lines.add(sync.pubsubChannels().stream().sorted().toList().toString());
                        lines.add(sync.pubsubChannels("s*").toString());
                        lines.add(sync.pubsubShardChannels().toString());
                        lines.add(sync.pubsubNumsub("news", "none").toString());
                        lines.add(sync.pubsubShardNumsub("shard", "news").toString());
                        lines.add("" + sync.pubsubNumpat());
                        if (protocol == ProtocolVersion.RESP3) {
                            // Lettuce itself does not let it out while others are subscribed in
                            // RESP2.
                            subscriber.sync().sunsubscribe("shard");
                            lines.add("" + sync.spublish("shard", "nobody"));
                        }
                        subscriber.sync().unsubscribe();
                        lines.add("" + sync.publish("news", "five"));
                        lines.add(next(heard));
                        return lines;
                    } finally {
                        LettuceTypesTest.end(client);
                    }
                });
    }
}
