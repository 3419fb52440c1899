package dev.spindle.engine.info;

/** What INFO tells of the append-only log; whoever keeps it fills this in. Plain fields, for the core thread. */
public final class LogFigures {

    /** Whether effects are logged. */
    public boolean enabled;

    /** Whether a rewrite is under way. */
    public boolean rewriting;

    /** When it began, milliseconds since 1970. */
    public long rewritingSinceMs;

    /** Whether one is to begin as soon as it can. */
    public boolean scheduled;

    /** Rewrites begun. */
    public long rewrites;

    /** Whether the last one succeeded. */
    public boolean lastRewriteOk = true;

    /** How long it took; -1 when there was none. */
    public long lastRewriteSeconds = -1;

    /** Failures since the last success. */
    public long consecutiveFailures;

    /** Bytes that the last rewrite made the core preserve. */
    public long lastPreservedBytes;

    /** Whether the log can be written. */
    public boolean lastWriteOk = true;

    /** Bytes of the base and all generations. */
    public long currentSize;

    /** What they were after the last rewrite, or at the start. */
    public long baseSize;

    /** Bytes that wait to be written. */
    public long bufferLength;

    /** Whether these survive when the process is killed. */
    public boolean survivesKill;

    /** Forces under way beside the log's own thread. */
    public long pendingForces;

    /** How often a force took two seconds and more while there was something to write. */
    public long delayedForces;
}
