package dev.spindle.rdb.format;

/** Numbers of the forms in which a value stands in an RDB file or a DUMP payload. */
public final class RdbType {

    public static final int STRING = 0;

    /** Strings one by one. */
    public static final int LIST = 1;

    /** Members one by one. */
    public static final int SET = 2;

    /** Members with scores in decimal. */
    public static final int ZSET = 3;

    /** Fields and values one by one. */
    public static final int HASH = 4;

    /** Members with scores as eight bytes. */
    public static final int ZSET_2 = 5;

    /** A module's value of the first form; refused. */
    public static final int MODULE_PRE_GA = 6;

    /** A module's value; refused. */
    public static final int MODULE_2 = 7;

    public static final int HASH_ZIPMAP = 9;
    public static final int LIST_ZIPLIST = 10;
    public static final int SET_INTSET = 11;
    public static final int ZSET_ZIPLIST = 12;
    public static final int HASH_ZIPLIST = 13;

    /** Nodes that are ziplists. */
    public static final int LIST_QUICKLIST = 14;

    public static final int STREAM_LISTPACKS = 15;
    public static final int HASH_LISTPACK = 16;
    public static final int ZSET_LISTPACK = 17;

    /** Nodes that are listpacks or single elements. */
    public static final int LIST_QUICKLIST_2 = 18;

    /** With first id, greatest deleted id, number of entries ever added; of groups what they have read. */
    public static final int STREAM_LISTPACKS_2 = 19;

    /** Version 11 on. */
    public static final int SET_LISTPACK = 20;

    /** With the times of consumers' activity; version 11 on. */
    public static final int STREAM_LISTPACKS_3 = 21;

    /** Fields with times, of release candidates of 7.4. */
    public static final int HASH_METADATA_PRE_GA = 22;

    /** Listpack with times, of release candidates of 7.4. */
    public static final int HASH_LISTPACK_EX_PRE_GA = 23;

    /** Fields, values and times relative to the least; version 12 on. */
    public static final int HASH_METADATA = 24;

    /** Listpack of fields, values, times; version 12 on. */
    public static final int HASH_LISTPACK_EX = 25;

    private RdbType() {}
}
