package dev.spindle.rdb.format;

/** Versions of the format, as the nine bytes at the start of a file and the footer of a DUMP payload tell them. */
public final class RdbVersion {

    /** What a file begins with; four decimal digits of the version follow. */
    public static final String MAGIC = "REDIS";

    /** Bytes of magic and version. */
    public static final int HEADER_BYTES = 9;

    /** The oldest that is read. */
    public static final int OLDEST_READ = 1;

    /** The newest that is read. */
    public static final int NEWEST_READ = 12;

    /** From here on files end with a checksum. */
    public static final int CHECKSUM = 5;

    /** What Redis 7.0 writes and reads. */
    public static final int REDIS_7_0 = 10;

    /** What Redis 7.2 writes; written unless asked otherwise. */
    public static final int REDIS_7_2 = 11;

    /** The least that knows fields with an expiry. */
    public static final int FIELD_EXPIRY = 12;

    /** Bytes behind the value in a DUMP payload: version, lowest byte first, and checksum. */
    public static final int DUMP_FOOTER_BYTES = 10;

    /** How a node of a quicklist is stored: one element too large for a listpack. */
    public static final int NODE_PLAIN = 1;

    /** How a node of a quicklist is stored: a listpack. */
    public static final int NODE_PACKED = 2;

    private RdbVersion() {}
}
