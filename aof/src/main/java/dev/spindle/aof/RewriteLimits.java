package dev.spindle.aof;

/**
 * When a rewrite may begin by itself, as Redis decides it: when the log has grown by so many percent since the last one, but not while it is small;
 * and after three failures in a row only after a minute, then two, four, up to an hour. That is too long while writers are refused for want of one:
 * then five seconds pass between two.
 */
final class RewriteLimits {

    private static final int FREE_FAILURES = 3;
    private static final long MINUTE_MS = 60_000;
    private static final long MOST_MINUTES = 60;
    private static final long URGENT_MS = 5_000;

    private int failures;
    private long nextMs;
    private long failedMs;

    /** Whether the log is to be rewritten. */
    static boolean isDue(long size, long sizeThen, long percentage, long least) {
        if (percentage == 0 || size < least) {
            return false;
        }
        long before = sizeThen == 0 ? 1 : sizeThen;
        return size * 100.0 / before - 100 >= percentage;
    }

    /** Notes how one ended. */
    void onEnd(boolean ok, long nowMs) {
        if (ok) {
            failures = 0;
            nextMs = 0;
            return;
        }
        failures++;
        failedMs = nowMs;
        if (failures >= FREE_FAILURES) {
            long minutes = Math.min(MOST_MINUTES, 1L << Math.min(6, failures - FREE_FAILURES));
            nextMs = nowMs + minutes * MINUTE_MS;
        }
    }

    /**
     * Whether one may begin by itself now.
     *
     * @param urgent whether writers wait for it.
     */
    boolean allows(long nowMs, boolean urgent) {
        return nowMs >= nextMs || urgent && nowMs - failedMs >= URGENT_MS;
    }

    /** Failures in a row. */
    int failures() {
        return failures;
    }
}
