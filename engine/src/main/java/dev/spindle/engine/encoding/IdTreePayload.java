package dev.spindle.engine.encoding;

/** Payload sizes of the trees of a stream, in bytes. */
final class IdTreePayload {

    /** A u32 handle. */
    static final int HANDLE = 4;

    /** Nothing. */
    static final int NONE = 0;

    private IdTreePayload() {}
}
