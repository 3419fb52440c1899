package dev.spindle.engine.command;

import java.util.Locale;

/** The ACL categories, in the order in which COMMAND INFO and ACL CAT list them. */
public enum AclCategory {
    KEYSPACE,
    READ,
    WRITE,
    SET,
    SORTEDSET,
    LIST,
    HASH,
    STRING,
    BITMAP,
    HYPERLOGLOG,
    GEO,
    STREAM,
    PUBSUB,
    ADMIN,
    FAST,
    SLOW,
    BLOCKING,
    DANGEROUS,
    CONNECTION,
    TRANSACTION,
    SCRIPTING;

    private final long bit = 1L << ordinal();

    /** This category as a bit of {@link CommandSpec#categories()}. */
    public long bit() {
        return bit;
    }

    /** The name on the wire without its at sign, such as {@code sortedset}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
