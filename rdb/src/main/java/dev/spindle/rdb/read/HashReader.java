package dev.spindle.rdb.read;

import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.type.HashBuilder;
import dev.spindle.engine.type.HashType;
import dev.spindle.rdb.format.RdbType;

/** Reads hashes: fields one by one, a zipmap, a ziplist, a listpack; and the two forms with times of fields. */
final class HashReader {

    private static final String TWICE = "Duplicate hash fields detected";

    private final ReadContext context;
    private final HashBuilder builder;
    private final Scratch field = new Scratch();

    HashReader(ReadContext context, HashType hashes) {
        this.context = context;
        builder = hashes.builder();
    }

    /** Reads a hash; answers its entry, in no table yet, or 0 when it has no fields. */
    long read(int type) {
        context.seen.clear();
        begin(type);
        try {
            switch (type) {
                case RdbType.HASH -> fields(type, 0);
                case RdbType.HASH_METADATA_PRE_GA -> fields(type, 0);
                case RdbType.HASH_METADATA -> fields(type, context.reader.readLong());
                case RdbType.HASH_ZIPMAP -> pack(context.zipmap, false);
                case RdbType.HASH_ZIPLIST -> pack(context.ziplist, false);
                case RdbType.HASH_LISTPACK -> pack(context.listpack, false);
                case RdbType.HASH_LISTPACK_EX_PRE_GA -> pack(context.listpack, true);
                default -> {
                    // The least of the times, which are whole in the pack.
                    context.reader.readLong();
                    pack(context.listpack, true);
                }
            }
            return builder.count() == 0
                    ? 0
                    : builder.entry(context.db, context.key, context.keyLength);
        } finally {
            builder.close();
        }
    }

    // Of a listpack only the number of fields counts, not how long they are.
    private void begin(int type) {
        boolean listpack =
                type == RdbType.HASH_LISTPACK
                        || type == RdbType.HASH_LISTPACK_EX
                        || type == RdbType.HASH_LISTPACK_EX_PRE_GA;
        builder.begin(
                context.limits.hashMaxListpackEntries(),
                listpack ? Long.MAX_VALUE : context.limits.hashMaxListpackValue());
    }

    private void fields(int type, long least) {
        RdbReader reader = context.reader;
        long count = reader.readCount();
        if (count > context.limits.hashMaxListpackEntries()) {
            builder.enlarge();
        }
        for (long i = 0; i < count; i++) {
            long until = type == RdbType.HASH ? HashType.NEVER : time(type, least);
            reader.readText(context.first);
            keepField();
            reader.readText(context.second);
            add(until, true);
            context.element();
        }
    }

    private long time(int type, long least) {
        long told = context.reader.readUnsigned();
        if (told == 0) {
            return HashType.NEVER;
        }
        return checked(type == RdbType.HASH_METADATA ? told + least - 1 : told);
    }

    private long checked(long until) {
        if (until < 0) {
            throw context.reader.corrupt("A field's expiry beyond all bounds");
        }
        return until;
    }

    // The value comes over the bytes of the field.
    private void keepField() {
        field.clear();
        field.append(context.first.address(), context.first.length());
        context.first.bytes(field.address(), field.length());
    }

    private void pack(PackReader pack, boolean timed) {
        context.reader.readText(context.third);
        pack.open(context.third);
        while (pack.next(context.first)) {
            pack.require(context.second);
            long until = HashType.NEVER;
            if (timed) {
                until = checked(pack.requireLong(context.third));
            }
            add(until, context.strict);
            context.element();
        }
    }

    private void add(long until, boolean strict) {
        RdbText name = context.first;
        boolean isNew = !builder.isCompact() || context.seen.add(name);
        isNew =
                isNew
                        && builder.add(
                                name.address(),
                                name.length(),
                                context.second.address(),
                                context.second.length(),
                                until);
        if (!isNew && strict) {
            throw context.reader.corrupt(TWICE);
        }
    }

    /** Gives back what it holds. */
    void release() {
        field.release();
    }
}
