package dev.spindle.engine;

import dev.spindle.perf.agent.StallTracker;
import dev.spindle.perf.counter.InstantaneousRate;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Counters of everything that is not per key, as INFO reports them. One thread writes; plain fields. */
public final class EngineStats {
    /** Commands executed. */
    public long commands;

    /** Connections accepted. */
    public long connections;

    /** Connections refused because of maxclients. */
    public long rejectedConnections;

    /** Connections to other servers that are kept for the next MIGRATE. */
    public int cachedPeers;

    /** Bytes received. */
    public long bytesIn;

    /** Bytes sent. */
    public long bytesOut;

    /** Errors answered. */
    public long errorReplies;

    /** Connections closed because their query buffer passed its limit. */
    public long queryBufferDisconnects;

    /** Connections closed because their output buffer passed its limit. */
    public long outputBufferDisconnects;

    /** Clients ended because all together took too much memory. */
    public long evictedClients;

    /** Reads of sockets. */
    public long reads;

    /** Writes to sockets. */
    public long writes;

    /** Turns of the reactor that found something to do. */
    public long usefulTurns;

    /** Turns that found nothing. */
    public long emptyTurns;

    /** Time that useful turns took, in nanoseconds: the true load of a core that spins. */
    public long workedNs;

    /** Turns that took too long; null until the process around the engine has made it. */
    public StallTracker stalls;

    /** Commands per second now. */
    public final InstantaneousRate commandRate = new InstantaneousRate();

    /** Bytes received per second now. */
    public final InstantaneousRate inputRate = new InstantaneousRate();

    /** Bytes sent per second now. */
    public final InstantaneousRate outputRate = new InstantaneousRate();

    /** Batches executed. */
    public long batches;

    /** Authentications that failed. */
    public long authFailures;

    /** Calls of each command by id that failed. */
    public long[] failedCalls = new long[0];

    /** Calls of each command by id that were refused before execution. */
    public long[] rejectedCalls = new long[0];

    /** Sets to zero what Redis sets to zero on CONFIG RESETSTAT; the errors by code are reset by their owner. */
    public void reset() {
        commands = 0;
        connections = 0;
        rejectedConnections = 0;
        bytesIn = 0;
        bytesOut = 0;
        queryBufferDisconnects = 0;
        outputBufferDisconnects = 0;
        evictedClients = 0;
        reads = 0;
        writes = 0;
        usefulTurns = 0;
        emptyTurns = 0;
        workedNs = 0;
        batches = 0;
        authFailures = 0;
        if (stalls != null) {
            stalls.reset();
        }
        commandRate.reset();
        inputRate.reset();
        outputRate.reset();
        turnRate.reset();
        workedRate.reset();
        Arrays.fill(failedCalls, 0);
        Arrays.fill(rejectedCalls, 0);
    }

    /** Errors answered by code. */
    public final Map<String, long[]> errorsByCode = new TreeMap<>();

    /** Useful turns per second now. */
    public final InstantaneousRate turnRate = new InstantaneousRate();

    /** Nanoseconds per second now that useful turns take. */
    public final InstantaneousRate workedRate = new InstantaneousRate();

    /** Takes a sample of each rate; called every {@link InstantaneousRate#PERIOD_MS}. */
    public void sampleRates(long nowMs) {
        commandRate.sample(nowMs, commands);
        inputRate.sample(nowMs, bytesIn);
        outputRate.sample(nowMs, bytesOut);
        turnRate.sample(nowMs, usefulTurns);
        workedRate.sample(nowMs, workedNs);
    }
}
