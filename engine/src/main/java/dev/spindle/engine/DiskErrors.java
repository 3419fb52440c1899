package dev.spindle.engine;

import dev.spindle.engine.resp.Reply;

/**
 * Whether the disk lets the server keep its promises. While it does not, commands that would change data are refused with what is
 * wrong, so that clients learn of it: MISCONF. Who saves sets its part; an append-only log that fails is told before a snapshot
 * that does.
 */
public final class DiskErrors {

    private static final byte[] SNAPSHOTS_FAIL =
            Reply.errorLine(
                    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk."
                            + " Commands that may modify the data set are disabled, because this instance is configured"
                            + " to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error"
                            + " option). Please check the Redis logs for details about the RDB error.");

    private final Runnable onChange;
    private boolean snapshots;
    private byte[] log;

    DiskErrors(Runnable onChange) {
        this.onChange = onChange;
    }

    /** Sets whether snapshots fail, and writes are to stop for that. */
    public void snapshotsFail(boolean fail) {
        if (fail != snapshots) {
            snapshots = fail;
            onChange.run();
        }
    }

    /**
     * Sets what is wrong with the append-only log.
     *
     * @param reason the system's words, or null when nothing is.
     */
    public void logFails(String reason) {
        log =
                reason == null
                        ? null
                        : Reply.errorLine("MISCONF Errors writing to the AOF file: " + reason);
        onChange.run();
    }

    /** What a refused command is answered, or null when none is refused. */
    public byte[] line() {
        if (log != null) {
            return log;
        }
        return snapshots ? SNAPSHOTS_FAIL : null;
    }
}
