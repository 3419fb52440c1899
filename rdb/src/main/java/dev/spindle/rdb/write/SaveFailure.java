package dev.spindle.rdb.write;

import java.io.IOException;

/** A file could not be saved; the message is the line for the log, as Redis writes it. */
public final class SaveFailure extends IOException {

    private static final long serialVersionUID = 1L;

    SaveFailure(String message, IOException cause) {
        super(message, cause);
    }
}
