package dev.spindle.engine.pubsub;

import dev.spindle.engine.resp.PushFrame;
import dev.spindle.engine.session.ClientType;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.text.GlobPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Channels, patterns of channels and shard channels, and who listens to them.
 *
 * <pre>
 *   PUBLISH channel message
 *      channels: bytes --hash--> Topic --> Subscription[] --> outputs of sessions     one message for all of them
 *      patterns: each of them, compared with the channel --> ...                      one message per pattern that fits
 *
 *   Session --> Subscriptions: Topic --> Subscription, with its index in the topic    leaving is O(1)
 * </pre>
 *
 * <p>A message is put together once, outside the heap, and copied into the output of each subscriber, which goes out at the end of
 * the turn: publishing to clients that are there already allocates nothing. Only subscribing does. A client that reads too
 * slowly is ended by the limits of its output (client-output-buffer-limit pubsub) and not here.
 *
 * <p>Databases play no part. Shard channels are channels in a space of their own, which in a cluster belongs to a slot.
 */
public final class PubSub {

    /** What can be listened to. */
    public enum Kind {
        CHANNEL,
        PATTERN,
        SHARD_CHANNEL
    }

    private static final byte[] MESSAGE = Ascii.bytes("message");
    private static final byte[] PATTERN_MESSAGE = Ascii.bytes("pmessage");
    private static final byte[] SHARD_MESSAGE = Ascii.bytes("smessage");

    private final Pushes pushes;
    private final NameTable<Topic> channels;
    private final NameTable<Topic> patterns;
    private final NameTable<Topic> shardChannels;

    /**
     * Makes an empty one.
     *
     * @param seed of hashes; random in production.
     */
    public PubSub(Pushes pushes, long seed) {
        this.pushes = pushes;
        channels = new NameTable<>(seed);
        patterns = new NameTable<>(seed);
        shardChannels = new NameTable<>(seed);
    }

    private NameTable<Topic> table(Kind kind) {
        return switch (kind) {
            case CHANNEL -> channels;
            case PATTERN -> patterns;
            case SHARD_CHANNEL -> shardChannels;
        };
    }

    /** Lets a client listen to something; nothing happens when it does already. */
    public void subscribe(Session session, Kind kind, long address, int length) {
        NameTable<Topic> table = table(kind);
        long hash = table.hash(address, length);
        Topic topic = table.find(hash, address, length);
        if (topic == null) {
            topic = new Topic(Name.copy(address, length), hash);
            table.add(topic);
        }
        Subscriptions all = session.subscriptions();
        if (all == null) {
            all = new Subscriptions();
            session.subscriptions(all);
        }
        if (!all.of(kind).containsKey(topic)) {
            Subscription subscription = new Subscription(session);
            topic.add(subscription);
            all.of(kind).put(topic, subscription);
        }
        session.type(ClientType.PUBSUB);
    }

    /** Lets a client listen to something no longer; nothing happens when it does not. */
    public void unsubscribe(Session session, Kind kind, long address, int length) {
        NameTable<Topic> table = table(kind);
        Topic topic = table.find(table.hash(address, length), address, length);
        if (topic != null && session.subscriptions() != null) {
            leave(session, kind, topic);
        }
    }

    /** Lets a client listen no longer to the oldest of its subscriptions of a kind; answers the name, or null when there is none. */
    public byte[] unsubscribeOldest(Session session, Kind kind) {
        Subscriptions all = session.subscriptions();
        if (all == null || all.count(kind) == 0) {
            return null;
        }
        Topic topic = all.of(kind).keySet().iterator().next();
        leave(session, kind, topic);
        return topic.bytes;
    }

    private void leave(Session session, Kind kind, Topic topic) {
        Subscriptions all = session.subscriptions();
        Subscription subscription = all.of(kind).remove(topic);
        if (subscription == null) {
            return;
        }
        topic.remove(subscription);
        if (topic.count() == 0) {
            table(kind).remove(topic);
        }
        if (all.total() == 0) {
            session.subscriptions(null);
            session.type(ClientType.NORMAL);
        }
    }

    /** Lets a client listen to nothing, without telling it. */
    public void leaveAll(Session session) {
        for (Kind kind : Kind.values()) {
            while (unsubscribeOldest(session, kind) != null) {
                continue;
            }
        }
    }

    /** How many things of a kind a client listens to; for channels and patterns, of both. */
    public static int count(Session session, Kind kind) {
        Subscriptions all = session.subscriptions();
        if (all == null) {
            return 0;
        }
        return kind == Kind.SHARD_CHANNEL
                ? all.count(kind)
                : all.count(Kind.CHANNEL) + all.count(Kind.PATTERN);
    }

    /**
     * Sends a message to those who listen to a channel, by its name or by a pattern. Hot: allocates nothing.
     *
     * @return how many messages were sent; a client may get several.
     */
    public long publish(long channel, int channelLength, long message, int messageLength) {
        long sent = send(channels, MESSAGE, channel, channelLength, message, messageLength);
        for (int i = 0; i < patterns.size(); i++) {
            Topic pattern = patterns.get(i);
            if (GlobPattern.matches(pattern.bytes, channel, channelLength, false)) {
                PushFrame frame = pushes.frame();
                frame.begin(4);
                frame.bulk(PATTERN_MESSAGE);
                frame.bulk(pattern.bytes);
                frame.bulk(channel, channelLength);
                frame.bulk(message, messageLength);
                sent += sendToAll(pattern);
            }
        }
        return sent;
    }

    /** Sends a message to those who listen to a shard channel. */
    public long publishInShard(long channel, int channelLength, long message, int messageLength) {
        return send(shardChannels, SHARD_MESSAGE, channel, channelLength, message, messageLength);
    }

    private long send(
            NameTable<Topic> table,
            byte[] kind,
            long channel,
            int channelLength,
            long message,
            int messageLength) {
        if (table.size() == 0) {
            return 0;
        }
        Topic topic = table.find(table.hash(channel, channelLength), channel, channelLength);
        if (topic == null) {
            return 0;
        }
        PushFrame frame = pushes.frame();
        frame.begin(3);
        frame.bulk(kind);
        frame.bulk(channel, channelLength);
        frame.bulk(message, messageLength);
        return sendToAll(topic);
    }

    private long sendToAll(Topic topic) {
        int count = topic.count();
        for (int i = 0; i < count; i++) {
            pushes.send(topic.get(i).session);
        }
        return count;
    }

    /** Whether anybody listens to channels or patterns. */
    public boolean hasListeners() {
        return channels.size() + patterns.size() > 0;
    }

    /** How many different things of a kind are listened to. */
    public int topics(Kind kind) {
        return table(kind).size();
    }

    /** How many clients listen to a channel by its name. */
    public int listeners(Kind kind, long address, int length) {
        NameTable<Topic> table = table(kind);
        Topic topic = table.find(table.hash(address, length), address, length);
        return topic == null ? 0 : topic.count();
    }

    /**
     * Names of a kind that are listened to.
     *
     * @param pattern that they must match; null: all.
     */
    public List<byte[]> names(Kind kind, byte[] pattern) {
        NameTable<Topic> table = table(kind);
        List<byte[]> found = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            byte[] name = table.get(i).bytes;
            if (pattern == null || GlobPattern.matches(pattern, name, false)) {
                found.add(name);
            }
        }
        return found;
    }
}
