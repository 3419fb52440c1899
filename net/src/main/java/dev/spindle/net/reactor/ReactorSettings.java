package dev.spindle.net.reactor;

import dev.spindle.perf.agent.IdleMode;

/** Parameters of the reactor as plain fields; read and written on the core thread once it runs. */
public final class ReactorSettings {
    /** idle-strategy. */
    public IdleMode idleMode = IdleMode.BUSY_SPIN;

    /** maxclients. */
    public int maxClients = 10_000;

    /** timeout: seconds after which an idle client is closed; 0: never. */
    public int timeoutSeconds;

    /** tcp-keepalive in seconds; 0: off. */
    public int keepAliveSeconds = 300;

    /** protected-mode. */
    public boolean protectedMode = true;

    /** client-output-buffer-limit normal, hard limit in bytes; 0: none. */
    public long outputHardBytes;

    /** client-output-buffer-limit normal, soft limit in bytes; 0: none. */
    public long outputSoftBytes;

    /** client-output-buffer-limit normal, seconds above the soft limit. */
    public int outputSoftSeconds;
}
