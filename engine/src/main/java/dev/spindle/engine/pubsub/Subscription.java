package dev.spindle.engine.pubsub;

import dev.spindle.engine.session.Session;

/** That a client listens to a topic. */
final class Subscription {

    final Session session;

    /** Index among the topic's subscriptions. */
    int index;

    Subscription(Session session) {
        this.session = session;
    }
}
