package dev.spindle.engine;

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

    /** Reads of sockets. */
    public long reads;

    /** Writes to sockets. */
    public long writes;

    /** Turns of the reactor that found something to do. */
    public long usefulTurns;

    /** Turns that found nothing. */
    public long emptyTurns;

    /** Batches executed. */
    public long batches;

    /** Authentications that failed. */
    public long authFailures;

    /** Calls of each command by id that failed. */
    public long[] failedCalls = new long[0];

    /** Calls of each command by id that were refused before execution. */
    public long[] rejectedCalls = new long[0];

    /** Errors answered by code. */
    public final Map<String, long[]> errorsByCode = new TreeMap<>();
}
