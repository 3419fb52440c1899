package dev.spindle.rdb.read;

/** Bytes that are no RDB, or one that cannot be taken: says what is wrong, and where. */
public final class RdbFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of fault it is. */
    public enum Kind {
        /** The bytes end too early. */
        SHORT,
        /** The bytes contradict themselves or the format. */
        CORRUPT,
        /** The bytes may be right, but hold what this server has no place for. */
        UNSUPPORTED,
        /** Magic or version are wrong: it is not a file for this server at all. */
        SIGNATURE,
        /** The bytes cannot be read. */
        UNREADABLE
    }

    private final Kind kind;
    private final String what;
    private final long offset;

    public RdbFault(Kind kind, long offset, String what) {
        super(what + " at offset " + offset, null, false, false);
        this.kind = kind;
        this.what = what;
        this.offset = offset;
    }

    /** What kind it is. */
    public Kind kind() {
        return kind;
    }

    /** What is wrong, without the offset. */
    public String what() {
        return what;
    }

    /** How far in bytes the reading had come. */
    public long offset() {
        return offset;
    }
}
