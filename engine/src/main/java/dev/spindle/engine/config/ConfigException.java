package dev.spindle.engine.config;

/** The configuration cannot be used; the message is the whole text to print before ending the process. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
