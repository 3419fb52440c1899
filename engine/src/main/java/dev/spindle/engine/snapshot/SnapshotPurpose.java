package dev.spindle.engine.snapshot;

/** What a snapshot is taken for. */
public enum SnapshotPurpose {
    /** A file of the data, in the background. */
    BGSAVE,

    /** A new base of the append-only log. */
    REWRITE,

    /** What a replica begins with. */
    FULL_SYNC
}
