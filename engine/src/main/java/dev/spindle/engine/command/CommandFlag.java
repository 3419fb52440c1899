package dev.spindle.engine.command;

import java.util.Locale;

/** The flags of a command row, in the order in which COMMAND INFO lists them. */
public enum CommandFlag {
    WRITE,
    READONLY,
    DENYOOM,
    MODULE,
    ADMIN,
    PUBSUB,
    NOSCRIPT,
    BLOCKING,
    LOADING,
    STALE,
    SKIP_MONITOR,
    SKIP_SLOWLOG,
    ASKING,
    FAST,
    NO_AUTH,
    MAY_REPLICATE,
    NO_MANDATORY_KEYS,
    PROTECTED,
    NO_ASYNC_LOADING,
    NO_MULTI,
    ALLOW_BUSY,
    MOVABLEKEYS;

    private final long bit = 1L << ordinal();

    /** This flag as a bit of {@link CommandSpec#flags()}. */
    public long bit() {
        return bit;
    }

    /** The name on the wire, such as {@code no_auth}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
