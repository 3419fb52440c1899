package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ElementMover;
import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.encoding.RankTree;
import dev.spindle.engine.keyspace.ValueMover;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;

/**
 * A large sorted set: a table that finds members, whose payload is the score, and a tree that keeps them in order. The table's
 * first word holds the tree's root.
 *
 * <pre>
 *   entry -> MemberTable root -> buckets -> member: key, score (f64)
 *                     word 0  -> RankTree -> leaves -----^
 * </pre>
 *
 * One object serves all such sets: {@link #wrap} points it at one.
 */
final class IndexedSet {

    private static final int SCORE_BYTES = 8;

    /** Members whose places are loaded together at most. */
    private static final int MOST_AHEAD = 16;

    /** Marks a cursor of {@link #relocate} that is a rank in the tree. */
    private static final long IN_TREE = Long.MIN_VALUE;

    private final Arena arena;
    private final Memory memory;
    private final MemberTable table;
    private final RankTree tree;
    private final ElementVisitor freeMember = this::freeMember;
    private final ElementVisitor rank = this::rank;
    private final ElementVisitor weigh = this::weigh;
    private final ElementMover mover = this::move;
    private final long[] hashes = new long[MOST_AHEAD];
    private final long[] lines = new long[MOST_AHEAD];
    private long hash;
    private int freed;
    private long weight;

    IndexedSet(Arena arena, long seed) {
        this.arena = arena;
        this.memory = arena.memory();
        this.table = new MemberTable(arena, seed);
        this.tree = new RankTree(arena);
    }

    /** The table of members. */
    MemberTable table() {
        return table;
    }

    /** The order; only where there is one. */
    RankTree tree() {
        return tree;
    }

    /** Makes an empty set and points at it; answers its root. */
    long create() {
        long root = createUnordered();
        try {
            tree.create(table.wordAddress(0));
        } catch (OutOfMemory full) {
            table.release();
            throw full;
        }
        return root;
    }

    /** Makes an empty set that keeps no order before {@link #order}. */
    long createUnordered() {
        return table.create();
    }

    /** Points at a set by its root. */
    void wrap(long root) {
        table.wrap(root);
        tree.wrap(table.wordAddress(0));
    }

    /** Finds a member; 0 when there is none. {@link #add} and {@link #removeFound} refer to it. */
    long find(long key, int keyLength) {
        hash = table.hash(key, keyLength);
        return table.find(hash, key, keyLength);
    }

    /** A member's score. */
    double score(long member) {
        return Double.longBitsToDouble(memory.getLongUnaligned(Member.payload(memory, member)));
    }

    /** Sets a member's score, and nothing else. */
    void score(long member, double score) {
        memory.putLongUnaligned(Member.payload(memory, member), Double.doubleToRawLongBits(score));
    }

    /** Adds a member that {@link #find} has just not found. */
    void add(double score, long key, int keyLength) {
        long member = addUnordered(score, key, keyLength);
        try {
            tree.insert(score, member);
        } catch (OutOfMemory full) {
            table.find(hash, key, keyLength);
            table.removeFound();
            arena.free(member);
            throw full;
        }
    }

    /** The same without the order. */
    long addUnordered(double score, long key, int keyLength) {
        long member = arena.allocate(Member.size(keyLength, SCORE_BYTES));
        memory.putLongUnaligned(
                Member.init(memory, member, key, keyLength), Double.doubleToRawLongBits(score));
        try {
            table.insert(hash, member);
        } catch (OutOfMemory full) {
            arena.free(member);
            throw full;
        }
        return member;
    }

    /** Gives a member another score. */
    void rescore(long member, double score, double newScore) {
        tree.update(score, newScore, member);
        score(member, newScore);
    }

    /** Removes the member that {@link #find} has just found. */
    void removeFound(long member) {
        tree.remove(score(member), member);
        table.removeFound();
        arena.free(member);
    }

    /** Removes the member at a rank. */
    void removeRank(long place) {
        long member = tree.removeRank(place);
        long key = Member.keyAddress(memory, member);
        int keyLength = Member.keyLength(memory, member);
        if (find(key, keyLength) != member) {
            throw new IllegalStateException("member is not in its table");
        }
        table.removeFound();
        arena.free(member);
    }

    /** Loads, of the members that a walk has just loaded ahead, their places in the table: they are about to be removed. */
    void touchPlaces() {
        int count = Math.min(tree.loaded(), MOST_AHEAD);
        for (int i = 0; i < count; i++) {
            hashes[i] = table.hashOf(tree.loaded(i));
        }
        table.touch(hashes, lines, count);
    }

    /** Puts the members into order. */
    void order() {
        tree.create(table.wordAddress(0));
        table.visitAll(rank);
    }

    private void rank(long member) {
        tree.insert(score(member), member);
    }

    /** Frees about so many parts of a set that is being taken down; answers whether nothing is left. */
    boolean freeSome(int most) {
        freed = 0;
        while (freed < most) {
            if (!table.drainLast(freeMember)) {
                if (!tree.freeSome(most - freed)) {
                    return false;
                }
                table.release();
                return true;
            }
        }
        return false;
    }

    private void freeMember(long member) {
        arena.free(member);
        freed++;
    }

    /** Frees all of a set. */
    void free() {
        while (!freeSome(Integer.MAX_VALUE)) {
            continue;
        }
    }

    /** Lets parts of a set leave slabs that are being emptied: the table with its members, then the tree; see {@link ValueMover}. */
    long relocate(long cursor, int most) {
        if (cursor >= 0) {
            long next = table.relocate(cursor, most, mover);
            return next == 0 ? IN_TREE : next;
        }
        long from = cursor & ~IN_TREE;
        long rank = from;
        do {
            rank = tree.relocateLeaf(rank);
            if (rank == 0) {
                return 0;
            }
        } while (rank - from < most);
        return IN_TREE | rank;
    }

    private long move(long member) {
        return arena.isLeaving(member) ? tree.relocateMember(score(member), member) : member;
    }

    /** Bytes that a set takes. */
    long bytes() {
        weight = table.bytes() + tree.bytes();
        table.visitAll(weigh);
        return weight;
    }

    private void weigh(long member) {
        weight += arena.sizeOf(member);
    }
}
