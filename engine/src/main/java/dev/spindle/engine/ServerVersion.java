package dev.spindle.engine;

/** Which versions the server says it is. */
public final class ServerVersion {

    /** The Redis version whose behaviour is followed; clients choose features by it. */
    public static final String REDIS = "7.2.5";

    private static final String UNPACKAGED = "development";

    private ServerVersion() {}

    /** Spindle's own version, from the manifest of its jar. */
    public static String spindle() {
        String version = ServerVersion.class.getPackage().getImplementationVersion();
        return version == null ? UNPACKAGED : version;
    }
}
