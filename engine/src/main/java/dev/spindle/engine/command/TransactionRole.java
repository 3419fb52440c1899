package dev.spindle.engine.command;

/** What becomes of a command between MULTI and EXEC. */
public enum TransactionRole {
    /** It is queued, as nearly all are. */
    QUEUED,
    /** It is executed at once. */
    AT_ONCE,
    /** It is executed at once although memory is short: it ends the transaction. */
    ENDS,
    /** It is EXEC: it is judged by what is queued, and executes that. */
    EXECUTES
}
