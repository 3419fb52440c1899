package dev.spindle.rdb.format;

/** First bytes of what is not a value in an RDB file, and the forms of lengths. */
public final class RdbOpcode {

    /** Hash slot sizes; version 12 on. */
    public static final int SLOT_INFO = 244;

    /** Source of a library of functions. */
    public static final int FUNCTION_2 = 245;

    /** A library of functions, of release candidates of 7.0; refused. */
    public static final int FUNCTION_PRE_GA = 246;

    /** Data of a module beside keys; refused. */
    public static final int MODULE_AUX = 247;

    /** Seconds since the next key was used. */
    public static final int IDLE = 248;

    /** How often the next key was used, logarithmically. */
    public static final int FREQ = 249;

    /** A named fact about the file. */
    public static final int AUX = 250;

    /** How many keys come, and how many with an expiry. */
    public static final int RESIZE_DB = 251;

    /** Expiry of the next key in milliseconds, eight bytes. */
    public static final int EXPIRE_TIME_MS = 252;

    /** Expiry of the next key in seconds, four bytes. */
    public static final int EXPIRE_TIME = 253;

    /** The following keys are of another database. */
    public static final int SELECT_DB = 254;

    /** The end; eight bytes of checksum follow. */
    public static final int EOF = 255;

    private RdbOpcode() {}
}
