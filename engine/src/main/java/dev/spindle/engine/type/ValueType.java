package dev.spindle.engine.type;

/** Numbers of types in an entry's header, their names on the wire, and the encodings. */
public final class ValueType {

    public static final int STRING = 1;
    public static final int LIST = 2;
    public static final int SET = 3;
    public static final int SORTED_SET = 4;
    public static final int HASH = 5;
    public static final int STREAM = 6;

    /** Number of types, with 0 for none. */
    public static final int COUNT = 7;

    /** Encoding of a string that was changed in place or is long. */
    public static final int RAW = 0;

    /** Encoding of a string that is a 64-bit integer. */
    public static final int INT = 1;

    /** Encoding of a short string that was set as a whole. */
    public static final int EMBSTR = 2;

    /** Encoding of a small collection in one block. */
    public static final int LISTPACK = 3;

    /** Encoding of a set of integers in one block. */
    public static final int INTSET = 4;

    /** Encoding of a large set or hash. */
    public static final int HASHTABLE = 5;

    /** Encoding of a large sorted set. */
    public static final int SKIPLIST = 6;

    /** Encoding of a large list. */
    public static final int QUICKLIST = 7;

    /** Encoding of a stream. */
    public static final int STREAM_BLOCKS = 8;

    /** Encoding of a small hash some of whose fields expire. */
    public static final int LISTPACK_EX = 9;

    /** Encoding of a small hash in one block whose names of fields stand elsewhere, shared with others. */
    public static final int LISTPACK_SHAPED = 10;

    private static final String[] TYPE_NAMES = {
        "none", "string", "list", "set", "zset", "hash", "stream"
    };
    private static final String[] ENCODINGS = {
        "raw",
        "int",
        "embstr",
        "listpack",
        "intset",
        "hashtable",
        "skiplist",
        "quicklist",
        "stream",
        "listpackex",
        "listpack"
    };

    private ValueType() {}

    /** The name that TYPE answers. */
    public static String name(int type) {
        return TYPE_NAMES[type];
    }

    /** The name that OBJECT ENCODING answers. */
    public static String encodingName(int encoding) {
        return ENCODINGS[encoding];
    }
}
