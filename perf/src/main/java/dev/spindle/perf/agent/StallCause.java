package dev.spindle.perf.agent;

/** Why a turn took long. */
public enum StallCause {
    /** Nobody said. */
    NONE,
    /** The collector of the virtual machine stopped all threads. */
    GC,
    /** A table or a region grew. */
    GROWTH,
    /** Expired keys were removed. */
    EXPIRE,
    /** Keys were evicted to stay below the memory limit. */
    EVICT,
    /** Pages were preserved for a snapshot. */
    SNAPSHOT,
    /** Replies waited for the disk. */
    FSYNC,
    /** A command was slow by itself. */
    COMMAND,
    /** Reading, writing or accepting took long. */
    IO,
    /** Background steps on the core. */
    CRON
}
