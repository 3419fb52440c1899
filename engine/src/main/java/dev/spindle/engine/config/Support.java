package dev.spindle.engine.config;

/** How far Spindle obeys a parameter. All are accepted, so that an existing redis.conf starts a server. */
public enum Support {
    /** The server does what the parameter says. */
    ACTS,
    /** Kept and shown, but the feature it belongs to is not there yet. */
    LATER,
    /** Kept and shown for tools that expect it; there is nothing in Spindle that it could mean. */
    MEANINGLESS
}
