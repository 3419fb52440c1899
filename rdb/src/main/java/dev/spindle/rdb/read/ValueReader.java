package dev.spindle.rdb.read;

import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.type.HashType;
import dev.spindle.engine.type.ListType;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.SortedSetType;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.StringType;
import dev.spindle.rdb.format.RdbType;

/**
 * Reads a value of any type and form into an entry that is in no table yet, in the encoding that Redis would choose when it loads it
 * with the limits of the configuration.
 */
public final class ValueReader {

    /** What {@link #read} answers for a collection without elements, which is no value. */
    public static final long EMPTY = 0;

    private static final int UNUSED_TYPE = 8;
    private static final String MODULE_LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final ReadContext context;
    private final RdbReader reader;
    private final StringType strings = new StringType();
    private final ListReader lists;
    private final SetReader sets;
    private final SortedSetReader sortedSets;
    private final HashReader hashes;
    private final StreamReader streams;

    /** The types that values are built with. */
    public record Types(
            ListType lists,
            SetType sets,
            SortedSetType sortedSets,
            HashType hashes,
            StreamType streams) {}

    /**
     * Makes a reader.
     *
     * @param types of the keyspace that values are for.
     * @param between called now and then within a large value.
     */
    public ValueReader(RdbReader reader, Types types, HotParameters limits, Runnable between) {
        this.reader = reader;
        context = new ReadContext(reader, limits, between);
        lists = new ListReader(context, types.lists());
        sets = new SetReader(context, types.sets());
        sortedSets = new SortedSetReader(context, types.sortedSets());
        hashes = new HashReader(context, types.hashes());
        streams = new StreamReader(context, types.streams());
    }

    /** Sets whether texts that come twice in a pack are a fault: what sanitizing adds. */
    public void strict(boolean on) {
        context.strict = on;
    }

    /** Whether a number is that of a value. */
    public static boolean isValue(int type) {
        return type >= 0 && type <= RdbType.HASH_LISTPACK_EX && type != UNUSED_TYPE;
    }

    /**
     * Reads a value.
     *
     * @param type one of {@link RdbType}, that has been read already.
     * @param key address of the key, outside the input's bytes.
     * @param until the key's expiry in epoch milliseconds, or {@link Entry#NO_EXPIRY}.
     * @return the entry, or {@link #EMPTY}.
     * @throws RdbFault when it is none.
     * @throws OutOfMemory when there is no room for it. Nothing stays behind in either case.
     */
    public long read(int type, Keyspace db, long key, int keyLength, long until) {
        context.db = db;
        context.key = key;
        context.keyLength = keyLength;
        if (type == RdbType.STRING) {
            return string(db, key, keyLength, until);
        }
        long entry = readCollection(type);
        if (entry == EMPTY || until == Entry.NO_EXPIRY) {
            return entry;
        }
        try {
            return db.expiryOfNew(entry, until);
        } catch (OutOfMemory full) {
            db.discard(entry);
            throw full;
        }
    }

    private long readCollection(int type) {
        return switch (type) {
            case RdbType.LIST,
                    RdbType.LIST_ZIPLIST,
                    RdbType.LIST_QUICKLIST,
                    RdbType.LIST_QUICKLIST_2 ->
                    lists.read(type);
            case RdbType.SET, RdbType.SET_INTSET, RdbType.SET_LISTPACK -> sets.read(type);
            case RdbType.ZSET, RdbType.ZSET_2, RdbType.ZSET_ZIPLIST, RdbType.ZSET_LISTPACK ->
                    sortedSets.read(type);
            case RdbType.HASH,
                    RdbType.HASH_ZIPMAP,
                    RdbType.HASH_ZIPLIST,
                    RdbType.HASH_LISTPACK,
                    RdbType.HASH_METADATA,
                    RdbType.HASH_METADATA_PRE_GA,
                    RdbType.HASH_LISTPACK_EX,
                    RdbType.HASH_LISTPACK_EX_PRE_GA ->
                    hashes.read(type);
            case RdbType.STREAM_LISTPACKS, RdbType.STREAM_LISTPACKS_2, RdbType.STREAM_LISTPACKS_3 ->
                    streams.read(type);
            case RdbType.MODULE_PRE_GA, RdbType.MODULE_2 -> throw module(type);
            default -> throw reader.corrupt("Unknown RDB encoding type " + type);
        };
    }

    private RdbFault module(int type) {
        String what =
                type == RdbType.MODULE_PRE_GA
                        ? "Pre-release module format not supported"
                        : "The RDB file contains module data I can't load: no matching module type '"
                                + moduleName(reader.readUnsigned())
                                + "'";
        return new RdbFault(RdbFault.Kind.UNSUPPORTED, reader.offset(), what);
    }

    /** The name that a module's number stands for: nine characters of six bits, above ten bits of version. */
    static String moduleName(long id) {
        StringBuilder name = new StringBuilder();
        for (int shift = 58; shift >= 10; shift -= 6) {
            name.append(MODULE_LETTERS.charAt((int) (id >>> shift) & 63));
        }
        return name.toString();
    }

    private long string(Keyspace db, long key, int keyLength, long until) {
        RdbText text = context.first;
        reader.readText(text);
        return text.isNumber()
                ? strings.buildLong(db, key, keyLength, text.number(), until)
                : strings.build(db, key, keyLength, text.address(), text.length(), until);
    }

    /** Gives back what it holds outside the arena. */
    public void release() {
        context.release();
        hashes.release();
        streams.release();
    }
}
