package dev.spindle.engine.session;

/** CLIENT REPLY. */
public enum ReplyMode {
    /** Every reply is sent. */
    ON,
    /** None is. */
    OFF,
    /** The reply of the next command is dropped, then all are sent again. */
    SKIP_NEXT,
    /** The reply of the command at hand is dropped. */
    SKIP
}
