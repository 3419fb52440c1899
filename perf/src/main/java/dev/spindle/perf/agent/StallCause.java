package dev.spindle.perf.agent;

/** Why a turn took long. */
public enum StallCause {
    /** Nobody said. */
    NONE,
    /** The thread could have run, but something else had its processor: another process, or the kernel's own work. */
    PREEMPTED,
    /** The collector of the virtual machine stopped all threads. */
    GC,
    /** A command was slow by itself. */
    COMMAND,
    /** Background steps on the core. */
    CRON
}
