package dev.spindle.engine.config;

/** The configuration cannot be used; the message is the whole text to print before ending the process. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    /** Redis's block for a line that cannot be obeyed. */
    public static ConfigException atLine(ConfigLine line, String reason) {
        return new ConfigException(
                "\n*** FATAL CONFIG FILE ERROR (Redis "
                        + ServerConfig.REDIS_VERSION
                        + ") ***\nReading the configuration file, at line "
                        + line.number()
                        + "\n>>> '"
                        + line.text()
                        + "'\n"
                        + reason
                        + "\n");
    }
}
