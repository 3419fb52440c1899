package dev.spindle.engine.keyspace;

/** Which keys may be evicted, and which of them go first: the values of maxmemory-policy. */
public enum EvictionPolicy {
    /** Nothing is evicted. */
    NOEVICTION("noeviction", false, Order.NONE),
    /** Any key, the least recently used first. */
    ALLKEYS_LRU("allkeys-lru", false, Order.LRU),
    /** Any key, the least frequently used first. */
    ALLKEYS_LFU("allkeys-lfu", false, Order.LFU),
    /** Any key. */
    ALLKEYS_RANDOM("allkeys-random", false, Order.RANDOM),
    /** Keys with an expiry, the least recently used first. */
    VOLATILE_LRU("volatile-lru", true, Order.LRU),
    /** Keys with an expiry, the least frequently used first. */
    VOLATILE_LFU("volatile-lfu", true, Order.LFU),
    /** Keys with an expiry. */
    VOLATILE_RANDOM("volatile-random", true, Order.RANDOM),
    /** Keys with an expiry, the one that expires next first. */
    VOLATILE_TTL("volatile-ttl", true, Order.TTL);

    /** What makes one key a better victim than another. */
    enum Order {
        NONE,
        LRU,
        LFU,
        RANDOM,
        TTL
    }

    private final String word;
    private final boolean volatileOnly;
    private final Order order;

    EvictionPolicy(String word, boolean volatileOnly, Order order) {
        this.word = word;
        this.volatileOnly = volatileOnly;
        this.order = order;
    }

    /** The policy of a value of the parameter. */
    public static EvictionPolicy of(String word) {
        for (EvictionPolicy policy : values()) {
            if (policy.word.equals(word)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("no policy " + word);
    }

    /** Whether only keys with an expiry may go. */
    public boolean isVolatileOnly() {
        return volatileOnly;
    }

    /** Whether entries count accesses instead of noting the last one. */
    public boolean isLfu() {
        return order == Order.LFU;
    }

    /** Whether it matters how recently or how often a key was used. */
    public boolean looksAtAccess() {
        return order == Order.LRU || order == Order.LFU;
    }

    Order order() {
        return order;
    }
}
