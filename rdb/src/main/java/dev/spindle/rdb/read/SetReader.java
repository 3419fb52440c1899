package dev.spindle.rdb.read;

import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.ValueType;
import dev.spindle.rdb.format.RdbType;

/** Reads sets: members one by one, an intset, a listpack. */
final class SetReader {

    private static final String TWICE = "Duplicate set members detected";

    private final ReadContext context;
    private final SetType sets;
    private long entry;

    SetReader(ReadContext context, SetType sets) {
        this.context = context;
        this.sets = sets;
    }

    /** Reads a set; answers its entry, in no table yet, or 0 when it has no members. */
    long read(int type) {
        HotParameters limits = context.limits;
        entry = 0;
        try {
            if (type == RdbType.SET) {
                sets.limits(
                        limits.setMaxIntsetEntries(),
                        limits.setMaxListpackEntries(),
                        limits.setMaxListpackValue());
                members();
            } else {
                // Of a pack only the number of members counts, not how long they are.
                sets.limits(
                        limits.setMaxIntsetEntries(),
                        limits.setMaxListpackEntries(),
                        Integer.MAX_VALUE);
                pack(type == RdbType.SET_INTSET ? context.intset : context.listpack);
            }
        } catch (RdbFault | OutOfMemory e) {
            if (entry != 0) {
                context.db.discard(entry);
            }
            throw e;
        }
        return entry;
    }

    private void members() {
        RdbText text = context.first;
        long count = context.reader.readCount();
        for (long i = 0; i < count; i++) {
            context.reader.readText(text);
            if (entry == 0) {
                int encoding = encoding(count, text);
                make(encoding, text);
            } else if (!sets.add(context.db, entry, text.address(), text.length())) {
                throw context.reader.corrupt(TWICE);
            }
            context.element();
        }
    }

    // Redis begins with integers, or with a table where there are too many for those.
    private int encoding(long count, RdbText first) {
        if (count > context.limits.setMaxIntsetEntries()) {
            return ValueType.HASHTABLE;
        }
        return sets.firstEncoding(first.address(), first.length(), isNumber(first) ? count : 1);
    }

    private boolean isNumber(RdbText text) {
        return text.isNumber() || sets.isNumber(text.address(), text.length());
    }

    private void make(int encoding, RdbText text) {
        entry =
                sets.make(
                        context.db,
                        encoding,
                        context.key,
                        context.keyLength,
                        text.address(),
                        text.length());
    }

    private void pack(PackReader pack) {
        RdbText text = context.second;
        context.reader.readText(context.first);
        pack.open(context.first);
        boolean integers = pack == context.intset;
        long count = integers ? context.intset.count() : Math.max(0, context.listpack.claimed());
        while (pack.next(text)) {
            if (entry == 0) {
                make(sets.packedEncoding(integers, count), text);
            } else if (!sets.add(context.db, entry, text.address(), text.length())
                    && context.strict) {
                throw context.reader.corrupt(TWICE);
            }
            context.element();
        }
    }
}
