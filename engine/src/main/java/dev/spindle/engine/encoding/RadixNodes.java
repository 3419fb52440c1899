package dev.spindle.engine.encoding;

/**
 * Counts the nodes that Redis's radix tree would have over ids of 16 bytes, which XINFO STREAM reports: one for each end, one
 * for each place where ids part, and one for each stretch of bytes that leads from one such place to the next.
 *
 * <p>Ids come in order. On the way to the last of them lie places where others have parted from it, kept as bits of their
 * depths; the next id has some bytes in common with the last, parts from it there, and completes all that lies deeper.
 */
final class RadixNodes {

    private static final int ID_BYTES = 16;

    private RadixNodes() {}

    /**
     * Counts over the ids of a tree.
     *
     * @param most ids that are looked at; the others are taken to be like these.
     */
    static long count(IdTree tree, long most) {
        if (!tree.first()) {
            return 1;
        }
        int open = 0;
        long nodes = 0;
        long seen = 1;
        long ms = tree.ms();
        long seq = tree.seq();
        while (seen < most && tree.next()) {
            int common = commonBytes(ms, seq, tree.ms(), tree.seq());
            open |= 1 << common;
            nodes += withStretch(ID_BYTES, deepest(open)) + completed(open, common);
            open &= (2 << common) - 1;
            ms = tree.ms();
            seq = tree.seq();
            seen++;
        }
        nodes += withStretch(ID_BYTES, deepest(open)) + completed(open, -1);
        long all = tree.size();
        return seen == all ? nodes : (long) (nodes * ((double) all / seen));
    }

    private static int deepest(int open) {
        return 31 - Integer.numberOfLeadingZeros(open);
    }

    // A node, and the stretch that leads to it unless it hangs right below the next above.
    private static int withStretch(int depth, int above) {
        return depth > above + 1 ? 2 : 1;
    }

    private static long completed(int open, int below) {
        long nodes = 0;
        int rest = open;
        for (int depth = deepest(rest); depth > below; depth = deepest(rest)) {
            rest &= ~(1 << depth);
            nodes += withStretch(depth, deepest(rest));
        }
        return nodes;
    }

    private static int commonBytes(long ms, long seq, long otherMs, long otherSeq) {
        return ms != otherMs
                ? Long.numberOfLeadingZeros(ms ^ otherMs) >>> 3
                : 8 + (Long.numberOfLeadingZeros(seq ^ otherSeq) >>> 3);
    }
}
