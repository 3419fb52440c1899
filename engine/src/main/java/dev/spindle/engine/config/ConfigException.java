package dev.spindle.engine.config;

import dev.spindle.engine.ServerVersion;

/** The configuration cannot be used; the message is the whole text to print before ending the process. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String HEAD =
            "\n*** FATAL CONFIG FILE ERROR (Redis " + ServerVersion.REDIS + ") ***\n";

    public ConfigException(String message) {
        super(message);
    }

    /** Redis's block for a configuration that cannot be used, whatever the line. */
    public static ConfigException of(String reason) {
        return new ConfigException(HEAD + reason + "\n");
    }

    /** Redis's block for a line that cannot be obeyed. */
    public static ConfigException atLine(ConfigLine line, String reason) {
        return new ConfigException(
                HEAD
                        + "Reading the configuration file, at line "
                        + line.number()
                        + "\n>>> '"
                        + line.text()
                        + "'\n"
                        + reason
                        + "\n");
    }
}
