package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;

/**
 * The way from the root of a {@link RankTree} down to one of its elements, and what needs no more than that: finding by score,
 * by member and by rank, counting, and walking both ways. Changes nothing in the tree.
 */
abstract class RankPath {

    /** Levels of the highest tree. */
    static final int MOST_LEVELS = 12;

    final Memory memory;

    // Where the root's handle stands, and the root.
    private long slot;
    private long root;

    // The path to the element at hand: nodes from the root down to the leaf, and the row in each.
    final long[] nodes = new long[MOST_LEVELS];
    final int[] rows = new int[MOST_LEVELS];
    int leafLevel;

    // How many members to load ahead of the walk; negative backwards.
    private long ahead;
    private final long[] lines = new long[RankNode.LEAF_MOST];
    private int loaded;
    private long touched;

    RankPath(Arena arena) {
        memory = arena.memory();
    }

    /** Points at a tree by the eight bytes that hold its root. */
    public final void wrap(long slotAddress) {
        slot = slotAddress;
        root = memory.address((int) memory.getLong(slotAddress));
    }

    final long slot() {
        return slot;
    }

    final void slot(long address) {
        slot = address;
    }

    final long root() {
        return root;
    }

    final void root(long node) {
        root = node;
        memory.putLong(slot, memory.handle(node) & 0xFFFF_FFFFL);
    }

    /** Number of elements; adds up the root's rows. */
    public final long size() {
        return sizeOf(root);
    }

    final long sizeOf(long node) {
        long header = memory.getLong(node);
        int count = RankNode.rows(header);
        if (!RankNode.isInner(header)) {
            return count;
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += below(node, header, i);
        }
        return sum;
    }

    final long below(long node, long header, int row) {
        return memory.getInt(RankNode.elements(node, header, row)) & 0xFFFF_FFFFL;
    }

    final double scoreAt(long node, int row) {
        return Double.longBitsToDouble(memory.getLong(RankNode.score(node, row)));
    }

    final long child(long node, long header, int row) {
        return memory.address(memory.getInt(RankNode.child(node, header, row)));
    }

    final int memberAt(long node, long header, int row) {
        return memory.getInt(RankNode.member(node, header, row));
    }

    final int compareMember(int handle, long key, int keyLength) {
        long member = memory.address(handle);
        return ByteRange.compare(
                Member.keyAddress(memory, member),
                Member.keyLength(memory, member),
                key,
                keyLength);
    }

    // The first row in a range that is greater than an element, or the range's end.
    final int above(
            long node, long header, int from, int to, double score, long key, int keyLength) {
        int low = notBelow(node, from, to, score);
        int high = to;
        if (low == to || scoreAt(node, low) != score) {
            return low;
        }
        while (low < high) {
            int middle = low + high >>> 1;
            boolean greater =
                    scoreAt(node, middle) > score
                            || compareMember(memberAt(node, header, middle), key, keyLength) > 0;
            if (greater) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    // The first row in a range whose score is not below another, or the range's end. Which half
    // goes on is chosen without a
    // branch, which would be mispredicted every other time.
    final int notBelow(long node, int from, int to, double score) {
        int low = from;
        int left = to - from;
        while (left > 1) {
            int half = left >>> 1;
            low = scoreAt(node, low + half - 1) < score ? low + half : low;
            left -= half;
        }
        return left == 1 && scoreAt(node, low) < score ? low + 1 : low;
    }

    // Leads the path to the leaf where an element is or belongs.
    final void descend(double score, long key, int keyLength) {
        long node = root;
        int level = 0;
        long header = memory.getLong(node);
        while (RankNode.isInner(header)) {
            int row = above(node, header, 1, RankNode.rows(header), score, key, keyLength) - 1;
            nodes[level] = node;
            rows[level] = row;
            level++;
            node = child(node, header, row);
            header = memory.getLong(node);
        }
        nodes[level] = node;
        leafLevel = level;
    }

    // Leads the path to an element that is there.
    final void descendTo(double score, long member) {
        descend(score, Member.keyAddress(memory, member), Member.keyLength(memory, member));
        touchNode(nodes[leafLevel]);
        findRow(score, member);
    }

    // Leads the path within its leaf to an element that is there.
    final void findRow(double score, long member) {
        long leaf = nodes[leafLevel];
        long header = memory.getLong(leaf);
        int count = RankNode.rows(header);
        int row = notBelow(leaf, 0, count, score);
        int handle = memory.handle(member);
        while (row < count && memberAt(leaf, header, row) != handle) {
            row++;
        }
        if (row == count) {
            throw new IllegalStateException("element is not in its tree");
        }
        rows[leafLevel] = row;
    }

    // Loads all lines of a node together: a search and a move of rows need most of them, one after
    // the other.
    final void touchNode(long node) {
        long end = node + RankNode.bytes(RankNode.lines(memory.getLong(node)));
        long sum = 0;
        for (long line = node; line < end; line += RankNode.LINE) {
            sum += memory.getLong(line);
        }
        touched += sum;
    }

    /** The rank of an element that is there, from 0. */
    public final long rankOf(double score, long member) {
        descendTo(score, member);
        return pathRank() + rows[leafLevel];
    }

    // Elements left of the path's leaf.
    private long pathRank() {
        long rank = 0;
        for (int level = 0; level < leafLevel; level++) {
            long node = nodes[level];
            long header = memory.getLong(node);
            for (int i = 0; i < rows[level]; i++) {
                rank += below(node, header, i);
            }
        }
        return rank;
    }

    /** How many elements have a lower score; with {@code orEqual}, one that is not higher. */
    public final long countBelow(double score, boolean orEqual) {
        long node = root;
        long rank = 0;
        long header = memory.getLong(node);
        while (RankNode.isInner(header)) {
            int row = rowsBelow(node, 1, RankNode.rows(header), score, orEqual) - 1;
            for (int i = 0; i < row; i++) {
                rank += below(node, header, i);
            }
            node = child(node, header, row);
            header = memory.getLong(node);
        }
        return rank + rowsBelow(node, 0, RankNode.rows(header), score, orEqual);
    }

    private int rowsBelow(long node, int from, int to, double score, boolean orEqual) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = low + high >>> 1;
            double here = scoreAt(node, middle);
            if (here < score || orEqual && here == score) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How many elements have a member below some bytes, or not above them; only meaningful where all scores are equal. */
    public final long countLexBelow(long key, int keyLength, boolean orEqual) {
        long node = root;
        long rank = 0;
        long header = memory.getLong(node);
        while (RankNode.isInner(header)) {
            int row =
                    rowsLexBelow(node, header, 1, RankNode.rows(header), key, keyLength, orEqual)
                            - 1;
            for (int i = 0; i < row; i++) {
                rank += below(node, header, i);
            }
            node = child(node, header, row);
            header = memory.getLong(node);
        }
        return rank + rowsLexBelow(node, header, 0, RankNode.rows(header), key, keyLength, orEqual);
    }

    private int rowsLexBelow(
            long node, long header, int from, int to, long key, int keyLength, boolean orEqual) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = low + high >>> 1;
            int order = compareMember(memberAt(node, header, middle), key, keyLength);
            if (order < 0 || orEqual && order == 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Starts a walk at a rank, which must exist.
     *
     * @param steps how many elements the walk is going to see, negative for backwards: as many members are loaded ahead, a leaf
     *     at a time.
     */
    public final void seek(long rank, long steps) {
        long left = rank;
        long node = root;
        int level = 0;
        long header = memory.getLong(node);
        while (RankNode.isInner(header)) {
            int row = 0;
            long here = below(node, header, 0);
            while (left >= here) {
                left -= here;
                here = below(node, header, ++row);
            }
            nodes[level] = node;
            rows[level] = row;
            level++;
            node = child(node, header, row);
            header = memory.getLong(node);
        }
        assert left < RankNode.rows(header) : "no such rank";
        nodes[level] = node;
        rows[level] = (int) left;
        leafLevel = level;
        ahead = steps;
        touchLeaf();
    }

    private void touchLeaf() {
        int row = rows[leafLevel];
        long leaf = nodes[leafLevel];
        long header = memory.getLong(leaf);
        int from;
        int to;
        if (ahead >= 0) {
            from = row;
            to = (int) Math.min(RankNode.rows(header), row + ahead);
            ahead -= to - from;
        } else {
            to = row + 1;
            from = (int) Math.max(0, to + ahead);
            ahead += to - from;
        }
        loaded = 0;
        if (to - from > 1) {
            for (int i = from; i < to; i++) {
                lines[loaded++] = memory.address(memberAt(leaf, header, i));
            }
            touched += memory.touch(lines, loaded);
        }
    }

    /** How many members the walk has just loaded ahead; 0 where it loads none. */
    public final int loaded() {
        return loaded;
    }

    /** One of the members loaded ahead, from 0; the tree must not have changed since. */
    public final long loaded(int number) {
        return lines[number];
    }

    /** Goes on to the next element; answers whether there is one. */
    public final boolean next() {
        if (rows[leafLevel] + 1 < RankNode.rows(memory.getLong(nodes[leafLevel]))) {
            rows[leafLevel]++;
            return true;
        }
        int level = leafLevel - 1;
        while (level >= 0 && rows[level] + 1 == RankNode.rows(memory.getLong(nodes[level]))) {
            level--;
        }
        if (level < 0) {
            return false;
        }
        rows[level]++;
        for (; level < leafLevel; level++) {
            nodes[level + 1] = child(nodes[level], memory.getLong(nodes[level]), rows[level]);
            rows[level + 1] = 0;
        }
        touchLeaf();
        return true;
    }

    /** Goes back to the previous element; answers whether there is one. */
    public final boolean previous() {
        if (rows[leafLevel] > 0) {
            rows[leafLevel]--;
            return true;
        }
        int level = leafLevel - 1;
        while (level >= 0 && rows[level] == 0) {
            level--;
        }
        if (level < 0) {
            return false;
        }
        rows[level]--;
        for (; level < leafLevel; level++) {
            long node = child(nodes[level], memory.getLong(nodes[level]), rows[level]);
            nodes[level + 1] = node;
            rows[level + 1] = RankNode.rows(memory.getLong(node)) - 1;
        }
        touchLeaf();
        return true;
    }

    /** Score of the element that the walk is at. */
    public final double score() {
        return scoreAt(nodes[leafLevel], rows[leafLevel]);
    }

    /** Address of the {@link Member} that the walk is at. */
    public final long member() {
        long leaf = nodes[leafLevel];
        return memory.address(memberAt(leaf, memory.getLong(leaf), rows[leafLevel]));
    }

    /** What touches summed up to; there to keep the loads alive. */
    public final long touched() {
        return touched;
    }
}
