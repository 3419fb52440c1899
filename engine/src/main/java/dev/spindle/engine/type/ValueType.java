package dev.spindle.engine.type;

/** Numbers of types in an entry's header, their names on the wire, and the encodings. */
public final class ValueType {

    public static final int STRING = 1;
    public static final int LIST = 2;
    public static final int SET = 3;
    public static final int SORTED_SET = 4;
    public static final int HASH = 5;
    public static final int STREAM = 6;

    /** Encoding of a string that was changed in place or is long. */
    public static final int RAW = 0;

    /** Encoding of a string that is a 64-bit integer. */
    public static final int INT = 1;

    /** Encoding of a short string that was set as a whole. */
    public static final int EMBSTR = 2;

    private static final String[] TYPE_NAMES = {
        "none", "string", "list", "set", "zset", "hash", "stream"
    };
    private static final String[] STRING_ENCODINGS = {"raw", "int", "embstr"};

    private ValueType() {}

    /** The name that TYPE answers. */
    public static String name(int type) {
        return TYPE_NAMES[type];
    }

    /** The name that OBJECT ENCODING answers. */
    public static String encodingName(int type, int encoding) {
        if (type != STRING) {
            throw new IllegalArgumentException("no such type: " + type);
        }
        return STRING_ENCODINGS[encoding];
    }
}
