package dev.spindle.engine;

/** The versions that a server tells its clients. */
public final class ServerVersion {
    /** The version of Redis whose behaviour clients may count on: {@code redis_version} of INFO, {@code version} of HELLO. */
    public static final String REDIS = "7.2.4";

    /** Spindle's own: {@code spindle_version} of INFO. */
    public static final String SPINDLE = "0.1.0";

    private ServerVersion() {}
}
