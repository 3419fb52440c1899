package dev.spindle.engine.command.sortedset;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.type.SortedSet;

/**
 * A range of a sorted set as a command's two arguments give it, and the ranks that it comes to. Whatever a range is of, scores,
 * members or ranks, two descents of the set make it a range of ranks, so that counting, walking, skipping and removing need not
 * know.
 */
abstract class RankRange {

    private long from;
    private long count;

    /**
     * Reads both ends.
     *
     * @return false when an error was answered.
     */
    abstract boolean parse(Invocation in, int least, int most);

    /** Finds the ranks in a set. */
    abstract void select(SortedSet set);

    /** Sets the ranks: from the first to before the end. */
    final void ranks(long first, long end) {
        from = first;
        count = Math.max(0, end - first);
    }

    /** The first rank; only where there is any. */
    final long from() {
        return from;
    }

    /** How many ranks. */
    final long count() {
        return count;
    }
}
