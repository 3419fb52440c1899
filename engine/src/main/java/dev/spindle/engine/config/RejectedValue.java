package dev.spindle.engine.config;

/** A value that a parameter does not take; the message is what Redis says about it. */
final class RejectedValue extends Exception {
    private static final long serialVersionUID = 1L;

    RejectedValue(String message) {
        super(message, null, false, false);
    }
}
