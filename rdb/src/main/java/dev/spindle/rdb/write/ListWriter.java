package dev.spindle.rdb.write;

import dev.spindle.engine.encoding.ListElement;
import dev.spindle.engine.encoding.Quicklist;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.type.ListType;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.format.RdbVersion;

/**
 * Writes lists as Redis's quicklist: the number of nodes, and of each whether it is a listpack or one large element.
 *
 * <p>Nodes of this server are other ones, so the elements are dealt out anew, as Redis would if they had been pushed one after the
 * other: then it need not rebuild anything when it loads them. The number of nodes comes first, so a list of more than one node is
 * walked twice; measuring is the cheaper walk, and building all nodes before the first is written would take memory without limit.
 */
final class ListWriter {

    private static final int[] SIZE_LIMITS = {4096, 8192, 16384, 32768, 65536};

    /** Bytes of a listpack above which it gets no more elements though its limit is one of number. */
    private static final int SAFE_BYTES = 8192;

    /** What Redis counts for the head of an element whose size it has not worked out. */
    private static final int ESTIMATED_HEAD = 8;

    /** Bytes of a listpack without elements. */
    private static final int EMPTY_BYTES = 7;

    /** How much more than its packed bytes Redis's estimate of an element is at most. */
    private static final int OVERESTIMATE = 28;

    /** From so many bytes on Redis 7.0 keeps an element apart. */
    private static final long LEAST_PLAIN_7_0 = 1L << 30;

    private final Memory memory;
    private final ListType lists;
    private final ListElement element = new ListElement();
    private final RdbOutput out;
    private final StringWriter strings;
    private final PackBuilder pack;
    private WriteOptions options = WriteOptions.DEFAULT;

    ListWriter(Arena arena, RdbOutput out, StringWriter strings, PackBuilder pack) {
        memory = arena.memory();
        lists = new ListType(arena);
        this.out = out;
        this.strings = strings;
        this.pack = pack;
    }

    void options(WriteOptions chosen) {
        options = chosen;
    }

    void write(long entry) {
        Quicklist list = lists.open(entry);
        out.putLength(isOneNode(list) ? 1 : deal(list, false));
        deal(list, true);
    }

    private boolean isOneNode(Quicklist list) {
        int fill = options.listFill();
        long most = list.packBytes() + EMPTY_BYTES + OVERESTIMATE;
        return fill < 0
                ? most <= sizeLimit(fill)
                : most <= SAFE_BYTES && list.size() <= Math.max(1, fill);
    }

    private static int sizeLimit(int fill) {
        return SIZE_LIMITS[Math.min(-fill, SIZE_LIMITS.length) - 1];
    }

    // Deals the elements out to nodes; answers how many these are.
    private long deal(Quicklist list, boolean writes) {
        long nodes = 0;
        pack.begin();
        list.seek(0);
        for (long left = list.size(); left > 0; left--) {
            list.next(element);
            long length = element.length();
            if (isApart(length)) {
                nodes += endNode(writes) + 1;
                if (writes) {
                    out.putLength(RdbVersion.NODE_PLAIN);
                    writePlain(length);
                }
                continue;
            }
            if (pack.elements() > 0 && !hasRoom(length)) {
                nodes += endNode(writes);
            }
            addToPack(length);
        }
        return nodes + endNode(writes);
    }

    private void addToPack(long length) {
        if (element.prefixLength() == 0) {
            pack.add(element.suffix(), length);
        } else {
            pack.add(
                    element.prefix(),
                    element.prefixLength(),
                    element.suffix(),
                    element.suffixLength());
        }
    }

    private void writePlain(long length) {
        out.putLength(length);
        strings.copy(element.prefix(), element.prefixLength());
        strings.copy(element.suffix(), element.suffixLength());
    }

    private boolean isApart(long length) {
        if (!options.isRedis72()) {
            return length >= LEAST_PLAIN_7_0;
        }
        int fill = options.listFill();
        return length > (fill < 0 ? sizeLimit(fill) : SAFE_BYTES);
    }

    // Whether Redis would put one more element into the node at hand.
    private boolean hasRoom(long length) {
        long grown = pack.length() + length + ESTIMATED_HEAD;
        int fill = options.listFill();
        return fill < 0 ? grown <= sizeLimit(fill) : grown <= SAFE_BYTES && pack.elements() < fill;
    }

    private int endNode(boolean writes) {
        if (pack.elements() == 0) {
            return 0;
        }
        if (writes) {
            pack.end();
            out.putLength(RdbVersion.NODE_PACKED);
            strings.writeNative(pack.address(), pack.bytes());
        }
        pack.begin();
        return 1;
    }
}
