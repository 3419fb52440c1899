package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.OutOfMemory;

/**
 * The order of one large sorted set: a B+ tree over (score, member bytes) that counts, so that an element is found by its rank
 * and its rank by the element in one descent. All its state lies in the arena; one object serves all trees: {@link #wrap}
 * points it at one, through the eight bytes that hold the handle of its root.
 *
 * <pre>
 *                     inner:  least (score, member) | child | elements below          up to 50 rows
 *                      /              |          \
 *   leaf: score | member handle      ...         ...                                   up to 63 rows
 * </pre>
 *
 * <h2>Why this and no skip list</h2>
 *
 * A skip list of a million elements is twenty pointers away from each, most of them a cache miss. Here it is three inner nodes,
 * which are so few that they stay in the second level cache, and one leaf of a few lines. Members are looked at only where
 * scores are equal. A skip list's node costs 40 bytes and more per element, a row here 12 and some air ({@link RankNode}).
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>An inner row's score and member are exactly those of the least element below it, so every handle in the tree is that of
 *       a living member. What changes the first row of a leaf mends the rows above.
 *   <li>A node has no links but to its children: walks keep the path in this object, and a node that moves is mended in one
 *       place.
 *   <li>Each step that allocates (growing a node, dividing one, a new root) leaves a whole tree, so running out of memory
 *       between two of them does no harm. Merging and shrinking are left out when there is no memory for them.
 *   <li>An inner root has two children, but for the moment between a new root and the division it is for.
 * </ul>
 *
 * Tried and dropped: leaves linked to their neighbours, which saves nothing over the path and costs a miss for each division;
 * leaves of a fixed size, which stood two thirds full.
 *
 * <p>NaN is no score. 0 and -0 are the same place.
 */
public final class RankTree extends RankPath {

    private static final int LEAF_SPARE = 2;
    private static final int INNER_SPARE = 2;
    private static final int LEAF_FEW = 8;
    private static final int INNER_FEW = 8;
    private static final int LEAF_MERGED = 48;
    private static final int INNER_MERGED = 40;
    private static final int LEAF_IDLE = 16;

    private final Arena arena;

    // A path that was kept while another was followed.
    private final long[] keptNodes = new long[MOST_LEVELS];
    private final int[] keptRows = new int[MOST_LEVELS];

    /** Makes a flyweight. */
    public RankTree(Arena arena) {
        super(arena);
        this.arena = arena;
    }

    /**
     * Makes an empty tree and points at it.
     *
     * @param slotAddress of eight bytes in the arena that will hold its root.
     * @throws OutOfMemory when there is no room for it.
     */
    public void create(long slotAddress) {
        int lines = RankNode.linesFor(false, 1);
        long leaf = arena.allocate(RankNode.bytes(lines));
        memory.putLong(leaf, RankNode.header(false, lines, 0));
        slot(slotAddress);
        root(leaf);
    }

    /**
     * Adds an element.
     *
     * @param member address of a {@link Member}, which stays where it is until it is removed; it must not be in the tree with
     *     this score.
     * @throws OutOfMemory when the tree cannot grow; it holds what it held.
     */
    public void insert(double score, long member) {
        long key = Member.keyAddress(memory, member);
        int keyLength = Member.keyLength(memory, member);
        descend(score, key, keyLength);
        while (RankNode.rows(memory.getLong(nodes[leafLevel])) == RankNode.LEAF_MOST) {
            divide();
            descend(score, key, keyLength);
        }
        touchNode(nodes[leafLevel]);
        insertHere(score, member, key, keyLength);
    }

    // Adds an element to the leaf of the path, which is not full.
    private void insertHere(double score, long member, long key, int keyLength) {
        makeRoom(leafLevel);
        long leaf = nodes[leafLevel];
        long header = memory.getLong(leaf);
        int count = RankNode.rows(header);
        int row = above(leaf, header, 0, count, score, key, keyLength);
        RankNode.copy(memory, leaf, row, leaf, row + 1, count - row);
        memory.putLong(leaf, RankNode.withRows(header, count + 1));
        put(leaf, header, row, score, memory.handle(member));
        rows[leafLevel] = row;
        countPath(1);
        if (row == 0) {
            mendAbove(leafLevel);
        }
    }

    private void put(long node, long header, int row, double score, int member) {
        memory.putLong(RankNode.score(node, row), Double.doubleToRawLongBits(score));
        memory.putInt(RankNode.member(node, header, row), member);
    }

    private void countPath(int change) {
        for (int level = 0; level < leafLevel; level++) {
            long node = nodes[level];
            long at = RankNode.elements(node, memory.getLong(node), rows[level]);
            memory.putInt(at, memory.getInt(at) + change);
        }
    }

    // The first row of the node at a level changed: so must the rows that stand for it above.
    private void mendAbove(int level) {
        long first = nodes[level];
        long bits = memory.getLong(RankNode.score(first, 0));
        int member = memberAt(first, memory.getLong(first), 0);
        for (int above = level - 1; above >= 0; above--) {
            long node = nodes[above];
            int row = rows[above];
            memory.putLong(RankNode.score(node, row), bits);
            memory.putInt(RankNode.member(node, memory.getLong(node), row), member);
            if (row != 0) {
                return;
            }
        }
    }

    // Makes sure that the node at a level has room for a row; it must not be full for good.
    private void makeRoom(int level) {
        long node = nodes[level];
        long header = memory.getLong(node);
        int count = RankNode.rows(header);
        if (count == RankNode.capacity(header)) {
            boolean inner = RankNode.isInner(header);
            resize(level, RankNode.linesFor(inner, count + 1 + (inner ? INNER_SPARE : 0)));
        }
    }

    private void resize(int level, int lines) {
        long node = nodes[level];
        long header = memory.getLong(node);
        long moved = node(header, node, 0, RankNode.rows(header), lines);
        relink(level, moved);
        arena.free(node);
    }

    // A new node of a kind with rows of another.
    private long node(long kind, long from, int row, int count, int lines) {
        long made = arena.allocate(RankNode.bytes(lines));
        memory.putLong(made, RankNode.header(RankNode.isInner(kind), lines, count));
        RankNode.copy(memory, from, row, made, 0, count);
        return made;
    }

    private void relink(int level, long node) {
        nodes[level] = node;
        if (level == 0) {
            root(node);
        } else {
            long parent = nodes[level - 1];
            memory.putInt(
                    RankNode.child(parent, memory.getLong(parent), rows[level - 1]),
                    memory.handle(node));
        }
    }

    // One step towards room in a full leaf: divides the highest node that must be divided.
    private void divide() {
        int level = leafLevel - 1;
        while (level >= 0 && RankNode.rows(memory.getLong(nodes[level])) == RankNode.INNER_MOST) {
            level--;
        }
        if (level < 0) {
            addRoot();
        } else {
            makeRoom(level);
            divideBelow(level);
        }
    }

    private void addRoot() {
        long old = root();
        long oldHeader = memory.getLong(old);
        int lines = RankNode.linesFor(true, 2);
        long made = arena.allocate(RankNode.bytes(lines));
        long header = RankNode.header(true, lines, 1);
        memory.putLong(made, header);
        put(made, header, 0, scoreAt(old, 0), memberAt(old, oldHeader, 0));
        memory.putInt(RankNode.child(made, header, 0), memory.handle(old));
        memory.putInt(RankNode.elements(made, header, 0), (int) sizeOf(old));
        root(made);
    }

    // Divides the path's node below a level in two.
    private void divideBelow(int level) {
        long node = nodes[level + 1];
        long header = memory.getLong(node);
        boolean inner = RankNode.isInner(header);
        int count = RankNode.rows(header);
        // What grows at its end will go on doing so: leave little room behind.
        int stay = isLast(level) ? count - count / 8 : count / 2;
        int spare = inner ? INNER_SPARE : LEAF_SPARE;
        long left = node(header, node, 0, stay, RankNode.linesFor(inner, stay + spare));
        long right;
        try {
            right =
                    node(
                            header,
                            node,
                            stay,
                            count - stay,
                            RankNode.linesFor(inner, count - stay + spare));
        } catch (OutOfMemory full) {
            arena.free(left);
            throw full;
        }
        arena.free(node);
        relink(level + 1, left);
        long parent = nodes[level];
        long parentHeader = memory.getLong(parent);
        int row = rows[level];
        int siblings = RankNode.rows(parentHeader);
        RankNode.copy(memory, parent, row + 1, parent, row + 2, siblings - row - 1);
        memory.putLong(parent, RankNode.withRows(parentHeader, siblings + 1));
        long rightHeader = memory.getLong(right);
        put(parent, parentHeader, row + 1, scoreAt(right, 0), memberAt(right, rightHeader, 0));
        memory.putInt(RankNode.child(parent, parentHeader, row + 1), memory.handle(right));
        memory.putInt(RankNode.elements(parent, parentHeader, row), (int) sizeOf(left));
        memory.putInt(RankNode.elements(parent, parentHeader, row + 1), (int) sizeOf(right));
    }

    private boolean isLast(int level) {
        for (int i = 0; i <= level; i++) {
            if (rows[i] + 1 < RankNode.rows(memory.getLong(nodes[i]))) {
                return false;
            }
        }
        return true;
    }

    /** Removes an element that is there; its memory is the caller's. Ends a walk. */
    public void remove(double score, long member) {
        dropIdleRoots();
        descendTo(score, member);
        removeHere();
    }

    /** Removes the element at a rank and answers its member. Ends a walk. */
    public long removeRank(long rank) {
        dropIdleRoots();
        seek(rank, 1);
        long member = member();
        removeHere();
        return member;
    }

    private void dropIdleRoots() {
        long header = memory.getLong(root());
        while (RankNode.isInner(header) && RankNode.rows(header) == 1) {
            long old = root();
            root(child(old, header, 0));
            arena.free(old);
            header = memory.getLong(root());
        }
    }

    private void removeHere() {
        countPath(-1);
        removeRow(leafLevel);
        long leaf = nodes[leafLevel];
        long header = memory.getLong(leaf);
        int count = RankNode.rows(header);
        if (count == 0) {
            removeEmpty();
            return;
        }
        if (rows[leafLevel] == 0) {
            mendAbove(leafLevel);
        }
        if (count <= LEAF_FEW && leafLevel > 0) {
            merge(leafLevel);
        } else if (count + LEAF_IDLE <= RankNode.capacity(header)) {
            shrink(count);
        }
    }

    private void shrink(int count) {
        try {
            resize(leafLevel, RankNode.linesFor(false, count + LEAF_SPARE));
        } catch (OutOfMemory full) {
            assert count > 0 : "it stays as large as it is";
        }
    }

    private void removeRow(int level) {
        long node = nodes[level];
        long header = memory.getLong(node);
        int count = RankNode.rows(header);
        int row = rows[level];
        RankNode.copy(memory, node, row + 1, node, row, count - row - 1);
        memory.putLong(node, RankNode.withRows(header, count - 1));
    }

    // The leaf of the path is empty: takes it and what is empty above it out.
    private void removeEmpty() {
        for (int level = leafLevel - 1; level >= 0; level--) {
            arena.free(nodes[level + 1]);
            removeRow(level);
            int left = RankNode.rows(memory.getLong(nodes[level]));
            if (left > 0) {
                if (rows[level] == 0) {
                    mendAbove(level);
                }
                if (left <= INNER_FEW && level > 0) {
                    merge(level);
                }
                break;
            }
        }
        dropIdleRoots();
    }

    // Joins the path's node at a level with a neighbour, where both together are still small.
    private void merge(int level) {
        long parent = nodes[level - 1];
        long parentHeader = memory.getLong(parent);
        int siblings = RankNode.rows(parentHeader);
        if (siblings < 2) {
            return;
        }
        int row = rows[level - 1];
        int leftRow = row + 1 < siblings ? row : row - 1;
        long left = child(parent, parentHeader, leftRow);
        long right = child(parent, parentHeader, leftRow + 1);
        long header = memory.getLong(left);
        boolean inner = RankNode.isInner(header);
        int leftCount = RankNode.rows(header);
        int count = leftCount + RankNode.rows(memory.getLong(right));
        if (count > (inner ? INNER_MERGED : LEAF_MERGED)) {
            return;
        }
        long joined;
        try {
            int lines = RankNode.linesFor(inner, count + (inner ? INNER_SPARE : LEAF_SPARE));
            joined = node(header, left, 0, leftCount, lines);
        } catch (OutOfMemory full) {
            return;
        }
        RankNode.copy(memory, right, 0, joined, leftCount, count - leftCount);
        memory.putLong(joined, RankNode.withRows(memory.getLong(joined), count));
        memory.putInt(RankNode.child(parent, parentHeader, leftRow), memory.handle(joined));
        memory.putInt(
                RankNode.elements(parent, parentHeader, leftRow),
                (int)
                        (below(parent, parentHeader, leftRow)
                                + below(parent, parentHeader, leftRow + 1)));
        arena.free(left);
        arena.free(right);
        rows[level - 1] = leftRow + 1;
        removeRow(level - 1);
        if (level > 1 && siblings - 1 <= INNER_FEW) {
            merge(level - 1);
        }
        dropIdleRoots();
    }

    /**
     * Gives an element another score. One that keeps its place costs two stores, one that stays within its leaf a short move. Else
     * both leaves are found first and loaded together, and the way to the old one is kept, since adding an element to the new one
     * leaves it as it is unless nodes are divided.
     *
     * @throws OutOfMemory when the tree cannot grow; the element has its old score then.
     */
    public void update(double score, double newScore, long member) {
        dropIdleRoots();
        long key = Member.keyAddress(memory, member);
        int keyLength = Member.keyLength(memory, member);
        descend(score, key, keyLength);
        if (staysInLeaf(score, newScore)) {
            moveInLeaf(score, newScore, member, key, keyLength);
            return;
        }
        int levels = leafLevel + 1;
        System.arraycopy(nodes, 0, keptNodes, 0, levels);
        System.arraycopy(rows, 0, keptRows, 0, levels);
        descend(newScore, key, keyLength);
        long from = keptNodes[leafLevel];
        long to = nodes[leafLevel];
        if (from == to) {
            moveInLeaf(score, newScore, member, key, keyLength);
            return;
        }
        if (RankNode.rows(memory.getLong(to)) == RankNode.LEAF_MOST) {
            insert(newScore, member);
            remove(score, member);
            return;
        }
        touchNode(from);
        touchNode(to);
        insertHere(newScore, member, key, keyLength);
        System.arraycopy(keptNodes, 0, nodes, 0, levels);
        System.arraycopy(keptRows, 0, rows, 0, levels);
        findRow(score, member);
        removeHere();
    }

    // Whether what the rows above say of the path's leaf is enough to know that a score belongs
    // there too.
    private boolean staysInLeaf(double score, double newScore) {
        if (newScore > score) {
            for (int level = leafLevel - 1; level >= 0; level--) {
                long node = nodes[level];
                int next = rows[level] + 1;
                if (next < RankNode.rows(memory.getLong(node))) {
                    return newScore < scoreAt(node, next);
                }
            }
            return true;
        }
        if (leafLevel > 0 && newScore > scoreAt(nodes[leafLevel - 1], rows[leafLevel - 1])) {
            return true;
        }
        for (int level = 0; level < leafLevel; level++) {
            if (rows[level] != 0) {
                return false;
            }
        }
        return true;
    }

    private void moveInLeaf(double score, double newScore, long member, long key, int keyLength) {
        findRow(score, member);
        int row = rows[leafLevel];
        long leaf = nodes[leafLevel];
        long header = memory.getLong(leaf);
        int to;
        if (newScore > score) {
            int count = RankNode.rows(header);
            to = above(leaf, header, row + 1, count, newScore, key, keyLength) - 1;
            RankNode.copy(memory, leaf, row + 1, leaf, row, to - row);
        } else {
            to = above(leaf, header, 0, row, newScore, key, keyLength);
            RankNode.copy(memory, leaf, to, leaf, to + 1, row - to);
        }
        put(leaf, header, to, newScore, memory.handle(member));
        if (to == 0 || row == 0) {
            mendAbove(leafLevel);
        }
    }

    /** Lets the member of an element leave a slab that is being emptied; answers where it stands now. */
    public long relocateMember(double score, long member) {
        descendTo(score, member);
        long moved = arena.compaction().move(member);
        if (moved != member) {
            long leaf = nodes[leafLevel];
            int row = rows[leafLevel];
            memory.putInt(RankNode.member(leaf, memory.getLong(leaf), row), memory.handle(moved));
            if (row == 0) {
                mendAbove(leafLevel);
            }
        }
        return moved;
    }

    /**
     * Lets the leaf of a rank and the nodes above it leave slabs that are being emptied.
     *
     * @param rank which may have gone meanwhile.
     * @return the first rank of the next leaf, or 0 when there is none.
     */
    public long relocateLeaf(long rank) {
        long size = size();
        if (rank >= size) {
            return 0;
        }
        seek(rank, 1);
        for (int level = 0; level <= leafLevel; level++) {
            long moved = arena.compaction().move(nodes[level]);
            if (moved != nodes[level]) {
                relink(level, moved);
            }
        }
        long next = rank - rows[leafLevel] + RankNode.rows(memory.getLong(nodes[leafLevel]));
        return next < size ? next : 0;
    }

    /** Bytes allocated for the tree; the members not counted. */
    public long bytes() {
        return bytesOf(root());
    }

    private long bytesOf(long node) {
        long header = memory.getLong(node);
        long sum = arena.sizeOf(node);
        if (RankNode.isInner(header)) {
            for (int i = 0; i < RankNode.rows(header); i++) {
                sum += bytesOf(child(node, header, i));
            }
        }
        return sum;
    }

    /**
     * Frees some nodes of a tree that is being taken down; nothing else may be done with it from then on. Members are not looked
     * at and may be gone.
     *
     * @return whether all is freed.
     */
    public boolean freeSome(int most) {
        for (int freed = 0; freed < most; freed++) {
            if (memory.getLong(slot()) == 0) {
                return true;
            }
            // The last leaf, or the last inner node whose children are gone.
            long node = root();
            long parent = 0;
            long header = memory.getLong(node);
            while (RankNode.isInner(header) && RankNode.rows(header) > 0) {
                parent = node;
                node = child(node, header, RankNode.rows(header) - 1);
                header = memory.getLong(node);
            }
            arena.free(node);
            if (parent == 0) {
                memory.putLong(slot(), 0);
                return true;
            }
            long above = memory.getLong(parent);
            memory.putLong(parent, RankNode.withRows(above, RankNode.rows(above) - 1));
        }
        return memory.getLong(slot()) == 0;
    }

    /** Checks every invariant by a walk over the whole tree; for tests. */
    void audit() {
        long size = auditNode(root(), true);
        assert size == size() : "elements " + size + " not " + size();
    }

    private long auditNode(long node, boolean isRoot) {
        long header = memory.getLong(node);
        int count = RankNode.rows(header);
        if (count > RankNode.capacity(header) || count > RankNode.most(header)) {
            throw new IllegalStateException("more rows than room");
        }
        if (count == 0 && !isRoot) {
            throw new IllegalStateException("an empty node");
        }
        for (int i = 1; i < count; i++) {
            long member = memory.address(memberAt(node, header, i));
            long key = Member.keyAddress(memory, member);
            int length = Member.keyLength(memory, member);
            if (above(node, header, i - 1, i, scoreAt(node, i), key, length) != i) {
                throw new IllegalStateException("rows out of order");
            }
        }
        if (!RankNode.isInner(header)) {
            return count;
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long child = child(node, header, i);
            long elements = auditNode(child, false);
            if (elements != below(node, header, i)
                    || scoreAt(child, 0) != scoreAt(node, i)
                    || memberAt(child, memory.getLong(child), 0) != memberAt(node, header, i)) {
                throw new IllegalStateException("a row is not what is below it");
            }
            sum += elements;
        }
        return sum;
    }
}
