package dev.spindle.engine.pubsub;

import java.util.Arrays;

/** A channel, or a pattern of channels, with those who listen to it; it exists while somebody does. */
final class Topic extends Name {

    private Subscription[] subscriptions = new Subscription[1];
    private int count;

    Topic(byte[] bytes, long hash) {
        super(bytes, hash);
    }

    /** How many listen. */
    int count() {
        return count;
    }

    /** One of the subscriptions. */
    Subscription get(int index) {
        return subscriptions[index];
    }

    void add(Subscription subscription) {
        if (count == subscriptions.length) {
            subscriptions = Arrays.copyOf(subscriptions, count * 2);
        }
        subscription.index = count;
        subscriptions[count++] = subscription;
    }

    // The last one takes its place, so that a channel of many is left as fast as one of few.
    void remove(Subscription subscription) {
        Subscription last = subscriptions[--count];
        subscriptions[subscription.index] = last;
        last.index = subscription.index;
        subscriptions[count] = null;
    }
}
