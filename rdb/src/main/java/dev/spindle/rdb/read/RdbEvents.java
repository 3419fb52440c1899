package dev.spindle.rdb.read;

/** What {@link RdbFileReader} meets in a file, in order. Texts are good until the next one is read. */
public interface RdbEvents {

    /** A named fact about the file. */
    void fact(RdbText name, RdbText value);

    /** The following keys are of this database. */
    void database(long number);

    /** So many keys come, so many of them with an expiry; a hint, and perhaps a lie. */
    void sizes(long keys, long expiring);

    /** The source of a library of functions. */
    void library(RdbText source);

    /**
     * A key. Its value has not been read yet: whoever is told must do that, {@link ValueReader} for instance.
     *
     * @param type of the value's form, see {@link dev.spindle.rdb.format.RdbType}.
     * @param key address of its bytes, outside of the input.
     * @param until expiry in epoch milliseconds, or -1.
     * @param idleSeconds since it was used, or -1.
     * @param frequency with which it is used, 0 to 255, or -1.
     */
    void key(int type, long key, int keyLength, long until, long idleSeconds, int frequency);

    /**
     * The end.
     *
     * @param told checksum at the end of the file; 0 when whoever wrote it took none.
     * @param real checksum of the bytes; 0 where files have none.
     */
    void end(long told, long real);
}
