package dev.spindle.engine.memory;

/** The mapping has no room for a wish. The command that made it answers an error; nothing was changed. */
public final class OutOfMemory extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutOfMemory(long wish) {
        super("no room for " + wish + " bytes", null, false, false);
    }
}
