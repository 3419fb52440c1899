package dev.spindle.net.server;

/** What this build calls itself. */
final class Version {

    private Version() {}

    /** From the jar's manifest; {@code dev} when run from classes. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
