package dev.spindle.aof.manifest;

import java.io.IOException;

/** A log that must not be loaded as it is; the message says why, where, and what helps. */
public final class LogRefusal extends IOException {

    private static final long serialVersionUID = 1;

    public LogRefusal(String message) {
        super(message);
    }
}
