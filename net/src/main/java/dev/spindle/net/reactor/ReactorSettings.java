package dev.spindle.net.reactor;

import dev.spindle.engine.config.OutputBufferLimits;
import dev.spindle.perf.agent.IdleMode;

/** Parameters of the reactor as plain fields; written before it runs, then on the core thread only. */
public final class ReactorSettings {
    private static final OutputBufferLimits.Limit UNLIMITED = new OutputBufferLimits.Limit(0, 0, 0);

    /** idle-strategy. */
    public IdleMode idleMode = IdleMode.BUSY_SPIN;

    /** maxclients. */
    public long maxClients = 10_000;

    /** timeout: seconds after which an idle client is closed; 0: never. */
    public int timeoutSeconds;

    /** tcp-keepalive in seconds; 0: off. */
    public int keepAliveSeconds = 300;

    /** protected-mode. */
    public boolean protectedMode = true;

    /** client-output-buffer-limit of each kind of client. */
    public OutputBufferLimits outputLimits =
            new OutputBufferLimits(UNLIMITED, UNLIMITED, UNLIMITED);

    /** Whether lines of level verbose are wanted, so that others need not be put together. */
    public boolean verbose;
}
