package dev.spindle.aof.log;

import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.rollcycles.SparseRollCycles;

/** A cycle that never ends: a queue stays one file, whatever the date, since generations are told apart by their directories. */
enum GenerationCycle implements RollCycle {
    ONLY;

    /** Sparse indexes, many documents: nobody looks up a frame by its index. */
    private static final SparseRollCycles LIKE = SparseRollCycles.HUGE_DAILY_XSPARSE;

    private static final int CYCLE = 1;

    @Override
    public int current(TimeProvider time, long epoch) {
        return CYCLE;
    }

    @Override
    public String format() {
        return LIKE.format();
    }

    @Override
    public int lengthInMillis() {
        return LIKE.lengthInMillis();
    }

    @Override
    public int defaultIndexCount() {
        return LIKE.defaultIndexCount();
    }

    @Override
    public int defaultIndexSpacing() {
        return LIKE.defaultIndexSpacing();
    }

    @Override
    public long toIndex(int cycle, long sequence) {
        return LIKE.toIndex(cycle, sequence);
    }

    @Override
    public long toSequenceNumber(long index) {
        return LIKE.toSequenceNumber(index);
    }

    @Override
    public int toCycle(long index) {
        return LIKE.toCycle(index);
    }

    @Override
    public long maxMessagesPerCycle() {
        return LIKE.maxMessagesPerCycle();
    }
}
