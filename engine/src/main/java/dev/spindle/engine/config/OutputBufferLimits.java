package dev.spindle.engine.config;

import java.util.List;

/**
 * When a client that does not read is cut off: at once past the hard limit, or after a time past the soft one. Zero means no
 * limit.
 */
public record OutputBufferLimits(Limit normal, Limit replica, Limit pubsub) {
    /** Bytes, bytes and seconds. */
    public record Limit(long hardBytes, long softBytes, long softSeconds) {}

    static final OutputBufferLimits DEFAULT =
            new OutputBufferLimits(
                    new Limit(0, 0, 0),
                    new Limit(256L << 20, 64L << 20, 60),
                    new Limit(32L << 20, 8L << 20, 60));

    /** Null for a class that does not exist. */
    OutputBufferLimits with(String name, Limit limit) {
        return switch (name.toLowerCase(java.util.Locale.ROOT)) {
            case "normal" -> new OutputBufferLimits(limit, replica, pubsub);
            case "slave", "replica" -> new OutputBufferLimits(normal, limit, pubsub);
            case "pubsub" -> new OutputBufferLimits(normal, replica, limit);
            default -> null;
        };
    }

    List<Limit> all() {
        return List.of(normal, replica, pubsub);
    }
}
