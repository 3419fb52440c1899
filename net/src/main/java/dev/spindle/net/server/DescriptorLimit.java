package dev.spindle.net.server;

import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.perf.os.Posix;
import dev.spindle.perf.os.PosixException;

/**
 * Makes sure that every client of {@code maxclients} can have a descriptor: raises the process's limit, or says how many clients there can
 * be. Redis's words, which operators know.
 */
final class DescriptorLimit {

    /** Descriptors that are not clients': listeners, files, the poller. */
    static final int RESERVED = 32;

    private static final int STEP = 16;

    private DescriptorLimit() {}

    /**
     * What came of it.
     *
     * @param maxClients as many as were wanted, or as there can be.
     * @param refusal why there can be none, or null.
     */
    record Outcome(long maxClients, String refusal) {}

    /** Raises the limit as far as it is needed and possible. */
    static Outcome raise(long maxClients, ServerLog log) {
        if (!Posix.isAvailable()) {
            return new Outcome(maxClients, null);
        }
        long needed = maxClients + RESERVED;
        long before = Posix.openFilesLimit()[0];
        // Beyond a long is no limit.
        if (before < 0 || before >= needed) {
            return new Outcome(maxClients, null);
        }
        long best = needed;
        String reason = "";
        while (best > before) {
            try {
                Posix.setOpenFilesLimit(best, best);
                break;
            } catch (PosixException e) {
                reason = e.getMessage();
                best = Math.max(before, hard(best));
            }
        }
        if (best >= needed) {
            log.log(
                    LogLevel.NOTICE,
                    "Increased maximum number of open files to "
                            + needed
                            + " (it was originally set to "
                            + before
                            + ").");
            return new Outcome(maxClients, null);
        }
        if (best <= RESERVED) {
            return new Outcome(
                    0,
                    "Your current 'ulimit -n' of "
                            + before
                            + " is not enough for the server to start. Please increase your open file limit to at least "
                            + needed
                            + ". Exiting.");
        }
        long possible = best - RESERVED;
        log.log(
                LogLevel.WARNING,
                "You requested maxclients of "
                        + maxClients
                        + " requiring at least "
                        + needed
                        + " max file descriptors.");
        log.log(
                LogLevel.WARNING,
                "Server can't set maximum open files to "
                        + needed
                        + " because of OS error: "
                        + reason
                        + ".");
        log.log(
                LogLevel.WARNING,
                "Current maximum open files is "
                        + best
                        + ". maxclients has been reduced to "
                        + possible
                        + " to compensate for low ulimit. If you need higher maxclients increase 'ulimit -n'.");
        return new Outcome(possible, null);
    }

    // Where to try next: what everyone may have, then downwards.
    private static long hard(long refused) {
        long hard = Posix.openFilesLimit()[1];
        return hard >= 0 && hard < refused ? hard : refused - STEP;
    }
}
