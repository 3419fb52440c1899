package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Memory;

/**
 * Layout of a node of a {@link RankTree}: rows of columns, column after column, so that a search reads scores and nothing else.
 *
 * <pre>
 *   0   u16  rows in use
 *   2   u8   0 leaf, 1 inner node
 *   3   u8   cache lines of 64 bytes that the node takes
 *   4   u32  unused
 *   8   f64  scores           one per row of the capacity
 *   ..  u32  members          handles, in a leaf: of the elements; in an inner node: of the least element below each child
 *   ..  u32  children         handles, only in an inner node
 *   ..  u32  elements         below each child, only in an inner node
 * </pre>
 *
 * A leaf takes 12 bytes per row and at most 63 rows, an inner node 20 and 50. Nodes grow and shrink by whole lines, so that
 * nine tenths of a leaf's rows are in use however its elements came.
 *
 * <p>Static methods over addresses; nothing here owns memory.
 */
final class RankNode {

    /** Most rows of a leaf. */
    static final int LEAF_MOST = 63;

    /** Most rows of an inner node. */
    static final int INNER_MOST = 50;

    /** Bytes of a cache line, by which nodes grow. */
    static final int LINE = 64;

    private static final int HEAD = 8;
    private static final int LEAF_LINES = 12;
    private static final int INNER_LINES = 16;
    private static final int LEAF_ROW = 12;
    private static final int INNER_ROW = 20;
    private static final long INNER = 1L << 16;

    private static final byte[] LEAF_CAPACITY = capacities(LEAF_LINES, LEAF_ROW);
    private static final byte[] INNER_CAPACITY = capacities(INNER_LINES, INNER_ROW);

    private RankNode() {}

    private static byte[] capacities(int lines, int row) {
        byte[] rows = new byte[lines + 1];
        for (int i = 1; i <= lines; i++) {
            rows[i] = (byte) ((LINE * i - HEAD) / row);
        }
        return rows;
    }

    /** Lines that a node of so many rows needs. */
    static int linesFor(boolean inner, int rows) {
        int bytes = HEAD + rows * (inner ? INNER_ROW : LEAF_ROW);
        int lines = (bytes + LINE - 1) / LINE;
        return Math.min(lines, inner ? INNER_LINES : LEAF_LINES);
    }

    /** Bytes of so many lines. */
    static long bytes(int lines) {
        return (long) lines * LINE;
    }

    /** A header. */
    static long header(boolean inner, int lines, int rows) {
        return rows | (inner ? INNER : 0) | (long) lines << 24;
    }

    /** Whether a header is that of an inner node. */
    static boolean isInner(long header) {
        return (header & INNER) != 0;
    }

    /** Rows in use. */
    static int rows(long header) {
        return (int) header & 0xFFFF;
    }

    /** The same header with another number of rows. */
    static long withRows(long header, int rows) {
        return header & ~0xFFFFL | rows;
    }

    /** Lines of a node. */
    static int lines(long header) {
        return (int) header >>> 24;
    }

    /** Rows that a node has room for. */
    static int capacity(long header) {
        int lines = lines(header);
        return isInner(header) ? INNER_CAPACITY[lines] : LEAF_CAPACITY[lines];
    }

    /** Most rows of a node of this kind. */
    static int most(long header) {
        return isInner(header) ? INNER_MOST : LEAF_MOST;
    }

    /** Address of a row's score. */
    static long score(long node, int row) {
        return node + HEAD + 8L * row;
    }

    /** Address of a row's member handle. */
    static long member(long node, long header, int row) {
        return node + HEAD + 8L * capacity(header) + 4L * row;
    }

    /** Address of a row's child handle. */
    static long child(long node, long header, int row) {
        return node + HEAD + 12L * capacity(header) + 4L * row;
    }

    /** Address of a row's number of elements. */
    static long elements(long node, long header, int row) {
        return node + HEAD + 16L * capacity(header) + 4L * row;
    }

    /** Copies rows from one node to another of its kind, or within one; the headers must be right, rows are not counted here. */
    static void copy(Memory memory, long from, int fromRow, long to, int toRow, int rows) {
        if (rows <= 0) {
            return;
        }
        long source = memory.getLong(from);
        long target = memory.getLong(to);
        memory.move(score(from, fromRow), score(to, toRow), 8L * rows);
        long step = 4L * capacity(source);
        long targetStep = 4L * capacity(target);
        long read = member(from, source, fromRow);
        long write = member(to, target, toRow);
        int columns = isInner(source) ? 3 : 1;
        for (int i = 0; i < columns; i++) {
            memory.move(read, write, 4L * rows);
            read += step;
            write += targetStep;
        }
    }
}
