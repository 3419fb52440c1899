package dev.spindle.engine;

/**
 * Whether data is being read in at present, and how far that has come. While it is, only commands with the flag {@code loading} are
 * run, nothing expires, and no background work touches keys. Whoever loads tells it; for the core thread.
 */
public final class Loading {

    private final Runnable onChange;
    private boolean active;
    private long startedMs;
    private long totalBytes;
    private long loadedBytes;
    private long usedMemory;
    private long keysLoaded;
    private long keysExpired;

    Loading(Runnable onChange) {
        this.onChange = onChange;
    }

    /**
     * Loading begins.
     *
     * @param bytes to be read, 0 when nobody knows.
     */
    public void begin(long nowMs, long bytes) {
        active = true;
        startedMs = nowMs;
        totalBytes = bytes;
        loadedBytes = 0;
        usedMemory = 0;
        onChange.run();
    }

    /** It is known by now how many bytes are to be read. */
    public void total(long bytes) {
        totalBytes = bytes;
    }

    /** So much has been read so far. */
    public void progress(long bytes) {
        loadedBytes = bytes;
    }

    /** The file says how much memory its data took where it was written. */
    public void usedMemory(long bytes) {
        usedMemory = bytes;
    }

    /** How many keys the last file gave, and how many of those in it had expired. */
    public void keys(long loaded, long expired) {
        keysLoaded = loaded;
        keysExpired = expired;
    }

    /** Loading is over, well or not. */
    public void end() {
        active = false;
        onChange.run();
    }

    /** Whether data is being read in. */
    public boolean isActive() {
        return active;
    }

    /** When it began, milliseconds since 1970. */
    public long startedMs() {
        return startedMs;
    }

    /** Bytes to be read; 0 when nobody knows. */
    public long totalBytes() {
        return totalBytes;
    }

    /** Bytes read so far. */
    public long loadedBytes() {
        return loadedBytes;
    }

    /** Memory that the data took where it was written, if its file says so. */
    public long usedMemory() {
        return usedMemory;
    }

    /** Keys that the last file gave. */
    public long keysLoaded() {
        return keysLoaded;
    }

    /** Keys of the last file that had expired. */
    public long keysExpired() {
        return keysExpired;
    }

    /** Seconds that it will go on for, if it goes on as it did. */
    public long etaSeconds(long nowMs) {
        long elapsed = (nowMs - startedMs) / 1000;
        return elapsed == 0 ? 1 : elapsed * (totalBytes - loadedBytes) / (loadedBytes + 1);
    }
}
