package dev.spindle.engine.keyspace;

/** Hears of what the server deletes by itself, so that it can be repeated elsewhere; its keys' bytes are valid during the call. */
public interface DeletionListener {

    /** A key was deleted because its time had come. */
    void keyExpired(int db, long keyAddress, int keyLength);

    /** A key was deleted to make room. */
    void keyEvicted(int db, long keyAddress, int keyLength);

    /** A field of a hash was, or is about to be, removed because its time had come. */
    void fieldExpired(int db, long keyAddress, int keyLength, long fieldAddress, int fieldLength);
}
