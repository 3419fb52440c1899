package dev.spindle.rdb.read;

import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.type.ListType;
import dev.spindle.rdb.format.RdbType;
import dev.spindle.rdb.format.RdbVersion;

/** Reads lists in all their forms: elements one by one, a ziplist, nodes that are ziplists or listpacks or single elements. */
final class ListReader {

    private final ReadContext context;
    private final ListType lists;
    private long entry;

    ListReader(ReadContext context, ListType lists) {
        this.context = context;
        this.lists = lists;
    }

    /** Reads a list; answers its entry, in no table yet, or 0 when it has no elements. */
    long read(int type) {
        entry = 0;
        try {
            readElements(type);
        } catch (RdbFault | OutOfMemory e) {
            if (entry != 0) {
                context.db.discard(entry);
            }
            throw e;
        }
        if (entry != 0) {
            lists.beforeGrowth(entry, context.limits.listMaxListpackSize(), 0, 0);
        }
        return entry;
    }

    private void readElements(int type) {
        RdbReader reader = context.reader;
        RdbText text = context.first;
        if (type == RdbType.LIST_ZIPLIST) {
            reader.readText(text);
            pack(context.ziplist, text);
            return;
        }
        long count = reader.readCount();
        for (long i = 0; i < count; i++) {
            if (type == RdbType.LIST) {
                reader.readText(text);
                push(text);
            } else if (type == RdbType.LIST_QUICKLIST) {
                reader.readText(text);
                pack(context.ziplist, text);
            } else {
                node(text);
            }
        }
    }

    private void node(RdbText text) {
        long container = context.reader.readUnsigned();
        if (container != RdbVersion.NODE_PLAIN && container != RdbVersion.NODE_PACKED) {
            throw context.reader.corrupt("Quicklist integrity check failed.");
        }
        context.reader.readText(text);
        if (container == RdbVersion.NODE_PLAIN) {
            push(text);
        } else {
            pack(context.listpack, text);
        }
    }

    private void pack(PackReader pack, RdbText bytes) {
        pack.open(bytes);
        while (pack.next(context.second)) {
            push(context.second);
        }
    }

    private void push(RdbText text) {
        if (entry == 0) {
            entry =
                    lists.make(
                            context.db,
                            context.key,
                            context.keyLength,
                            text.address(),
                            text.length());
        } else {
            lists.push(entry, false, text.address(), text.length());
        }
        context.element();
    }
}
