package dev.spindle.engine.command.sortedset;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.type.SortedSet;

/** A range of ranks; negative ones count from the end. */
final class IndexRange extends RankRange {

    private long first;
    private long last;
    private boolean reverse;

    /** Whether ranks are counted from the greatest element. */
    void reverse(boolean on) {
        reverse = on;
    }

    @Override
    boolean parse(Invocation in, int firstArg, int lastArg) {
        if (!in.requireLong(firstArg)) {
            return false;
        }
        first = in.longValue();
        if (!in.requireLong(lastArg)) {
            return false;
        }
        last = in.longValue();
        return true;
    }

    @Override
    void select(SortedSet set) {
        long size = set.size();
        long from = Math.max(0, first < 0 ? first + size : first);
        long end = Math.min(size, (last < 0 ? last + size : Math.min(last, size - 1)) + 1);
        if (from >= end) {
            ranks(0, 0);
        } else if (reverse) {
            ranks(size - end, size - from);
        } else {
            ranks(from, end);
        }
    }
}
