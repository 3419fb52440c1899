package dev.spindle.net.server;

/** The server cannot start; the reason has been logged. */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
        super(message);
    }
}
