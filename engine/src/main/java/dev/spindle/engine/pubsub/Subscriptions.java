package dev.spindle.engine.pubsub;

import java.util.LinkedHashMap;
import java.util.Map;

/** What one client listens to, by kind, in the order in which it asked for it. */
public final class Subscriptions {

    private final Map<Topic, Subscription> channels = new LinkedHashMap<>();
    private final Map<Topic, Subscription> patterns = new LinkedHashMap<>();
    private final Map<Topic, Subscription> shardChannels = new LinkedHashMap<>();

    Map<Topic, Subscription> of(PubSub.Kind kind) {
        return switch (kind) {
            case CHANNEL -> channels;
            case PATTERN -> patterns;
            case SHARD_CHANNEL -> shardChannels;
        };
    }

    /** How many there are of a kind. */
    public int count(PubSub.Kind kind) {
        return of(kind).size();
    }

    /** How many there are of all kinds. */
    public int total() {
        return channels.size() + patterns.size() + shardChannels.size();
    }
}
