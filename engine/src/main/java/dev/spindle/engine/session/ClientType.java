package dev.spindle.engine.session;

import java.util.Locale;

/** The kinds of clients that CLIENT LIST and CLIENT KILL tell apart. */
public enum ClientType {
    NORMAL,
    REPLICA,
    PUBSUB,
    MASTER;

    /** The kind of a name in any case, or null; {@code slave} is the old name of a replica. */
    public static ClientType of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "normal" -> NORMAL;
            case "slave", "replica" -> REPLICA;
            case "pubsub" -> PUBSUB;
            case "master" -> MASTER;
            default -> null;
        };
    }
}
