package dev.spindle.engine.keyspace;

/** Hears of changes to keys; the hook of WATCH, client-side caching and keyspace notifications. */
public interface KeyspaceListener {

    /**
     * A key was changed, created or deleted.
     *
     * @param db number of its database.
     * @param keyAddress the key's bytes; valid only during the call.
     * @param keyLength their number.
     */
    void keyModified(int db, long keyAddress, int keyLength);

    /** A key was deleted because its time had come; {@link #keyModified} follows. */
    void keyExpired(int db, long keyAddress, int keyLength);

    /** A key was deleted to make room; {@link #keyModified} and the event "evicted" follow. */
    default void keyEvicted(int db, long keyAddress, int keyLength) {}

    /** Every key of a database is about to be deleted, or of all databases when {@code db} is -1; they are still there. */
    default void flushing(int db) {}

    /** Every key of a database was deleted, or of all databases when {@code db} is -1. */
    void flushed(int db);

    /**
     * Something happened to a key that notifications tell of; only kinds in {@link KeyspaceShared#eventMask} are told.
     *
     * @param keyAddress the key's bytes; valid only during the call.
     */
    default void keyEvent(int db, KeyspaceEvent event, long keyAddress, int keyLength) {}

    /** Two databases are about to change places. */
    default void swapping(int a, int b) {}

    /** Two databases changed places. */
    default void swapped(int a, int b) {}
}
