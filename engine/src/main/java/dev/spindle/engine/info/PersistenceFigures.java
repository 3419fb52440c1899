package dev.spindle.engine.info;

/**
 * What INFO tells of keeping data on disk; whoever keeps it there fills this in. Plain fields, for the core thread; times are
 * seconds since 1970 unless they say otherwise.
 */
public final class PersistenceFigures {

    /** Whether a snapshot file is being written in the background. */
    public boolean saving;

    /** When data was last saved, or the server started. */
    public long lastSaveSeconds;

    /** Whether the last background save succeeded. */
    public boolean lastSaveOk = true;

    /** Seconds that the last background save took; -1 when there was none. */
    public long lastSaveTookSeconds = -1;

    /** When the background save under way began. */
    public long savingSinceSeconds;

    /** Saves begun, in the foreground or not. */
    public long saves;

    /** Bytes that the last background save made the core preserve. */
    public long lastSavePreservedBytes;

    /** Keys that the writer under way has written. */
    public long keysWritten;

    /** Keys that it has to write; 0 when none is under way. */
    public long keysToWrite;
}
