package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.util.Arrays;

/**
 * A walk over the entries of a stream whose ids lie in a range, forwards or backwards. A reused object; it stays valid until
 * the stream's entries change.
 *
 * <p>Backwards, the entries of a run are looked through once for where they begin and then read from the last to the first.
 */
public final class StreamCursor {

    private final Memory memory;
    private final IdTree blocks;
    private final StreamBlockCursor cursor;
    private long startMs;
    private long startSeq;
    private long endMs;
    private long endSeq;
    private boolean reverse;
    private boolean done;
    private boolean skipping;

    // Backwards: the block's runs and the run's entries that are still to come.
    private long[] runs = new long[8];
    private int runCount;
    private final long[] entries = new long[StreamBlock.RUN_ENTRIES];
    private int entryCount;

    public StreamCursor(Arena arena) {
        this.memory = arena.memory();
        this.blocks = new IdTree(arena, IdTreePayload.HANDLE);
        this.cursor = new StreamBlockCursor(memory);
    }

    /**
     * Begins a walk over the entries from one id to another, both included.
     *
     * @param root of the stream.
     * @param backwards whether to begin at the end.
     */
    public void open(
            long root, long fromMs, long fromSeq, long toMs, long toSeq, boolean backwards) {
        startMs = fromMs;
        startSeq = fromSeq;
        endMs = toMs;
        endSeq = toSeq;
        reverse = backwards;
        entryCount = 0;
        runCount = 0;
        blocks.wrap(root + StreamLog.BLOCKS);
        if (StreamIds.compare(fromMs, fromSeq, toMs, toSeq) > 0) {
            done = true;
        } else if (backwards) {
            done = !blocks.floor(toMs, toSeq);
            if (!done) {
                openBackwards();
            }
        } else {
            skipping = blocks.floor(fromMs, fromSeq);
            done = !skipping && !blocks.first();
            if (!done) {
                cursor.open(blockAtHand());
                if (skipping) {
                    cursor.seekRun(fromMs, fromSeq);
                }
            }
        }
    }

    private long blockAtHand() {
        return memory.address(memory.getIntUnaligned(blocks.payload()));
    }

    /** Goes to the next entry; answers whether there is one. */
    public boolean next() {
        return !done && (reverse ? nextBackwards() : nextForwards());
    }

    private boolean nextForwards() {
        while (true) {
            while (cursor.next()) {
                if (cursor.isDeleted() || skipping && isBeforeStart()) {
                    continue;
                }
                skipping = false;
                done = isBehindEnd();
                return !done;
            }
            if (!blocks.next()) {
                done = true;
                return false;
            }
            cursor.open(blockAtHand());
        }
    }

    private boolean isBeforeStart() {
        return StreamIds.compare(cursor.ms(), cursor.seq(), startMs, startSeq) < 0;
    }

    private boolean isBehindEnd() {
        return StreamIds.compare(cursor.ms(), cursor.seq(), endMs, endSeq) > 0;
    }

    private void openBackwards() {
        cursor.open(blockAtHand());
        runCount = 0;
        while (cursor.nextRun()) {
            if (runCount == runs.length) {
                runs = Arrays.copyOf(runs, runCount * 2);
            }
            runs[runCount++] = cursor.run();
        }
    }

    private boolean nextBackwards() {
        while (true) {
            while (entryCount > 0) {
                cursor.go(cursor.run(), entries[--entryCount]);
                if (cursor.isDeleted() || isBehindEnd()) {
                    continue;
                }
                done = isBeforeStart();
                return !done;
            }
            if (runCount > 0) {
                cursor.enter(runs[--runCount]);
                while (cursor.nextInRun()) {
                    entries[entryCount++] = cursor.entry();
                }
            } else if (blocks.previous()) {
                openBackwards();
            } else {
                done = true;
                return false;
            }
        }
    }

    /** Milliseconds of the id of the entry at hand. */
    public long ms() {
        return cursor.ms();
    }

    /** Sequence number of the id of the entry at hand. */
    public long seq() {
        return cursor.seq();
    }

    /** Number of field-value pairs of the entry at hand. */
    public int pairs() {
        return cursor.pairs();
    }

    /** Goes to the next pair of the entry at hand; answers whether there is one. */
    public boolean nextPair() {
        return cursor.nextPair();
    }

    /** Address of the field of the pair at hand. */
    public long fieldAddress() {
        return cursor.fieldAddress();
    }

    /** Length of that field. */
    public int fieldLength() {
        return cursor.fieldLength();
    }

    /** Address of the value of the pair at hand; valid until the next pair is asked for. */
    public long valueAddress() {
        return cursor.valueAddress();
    }

    /** Length of that value. */
    public long valueLength() {
        return cursor.valueLength();
    }

    /**
     * Counts the entries of a range; ends the walk at hand. Whole blocks are counted without a look at their entries.
     *
     * @param most where counting ends.
     * @return their number, or {@code most} when there are at least so many.
     */
    public long count(long root, long fromMs, long fromSeq, long toMs, long toSeq, long most) {
        done = true;
        blocks.wrap(root + StreamLog.BLOCKS);
        if (StreamIds.compare(fromMs, fromSeq, toMs, toSeq) > 0) {
            return 0;
        }
        startMs = fromMs;
        startSeq = fromSeq;
        endMs = toMs;
        endSeq = toSeq;
        long total = 0;
        boolean more = blocks.floor(fromMs, fromSeq) || blocks.first();
        while (more && total < most) {
            long block = blockAtHand();
            if (StreamIds.compare(blocks.ms(), blocks.seq(), toMs, toSeq) > 0) {
                break;
            }
            total +=
                    isWithin(block)
                            ? StreamBlock.standing(memory, block)
                            : scan(block, most - total);
            more = blocks.next();
        }
        return Math.min(total, most);
    }

    private boolean isWithin(long block) {
        return StreamIds.compare(blocks.ms(), blocks.seq(), startMs, startSeq) >= 0
                && StreamIds.compare(
                                memory.getLong(block + StreamBlock.LAST_MS),
                                memory.getLong(block + StreamBlock.LAST_SEQ),
                                endMs,
                                endSeq)
                        <= 0;
    }

    private long scan(long block, long most) {
        cursor.open(block);
        cursor.seekRun(startMs, startSeq);
        long found = 0;
        while (found < most && cursor.next()) {
            if (cursor.isDeleted() || isBeforeStart()) {
                continue;
            }
            if (isBehindEnd()) {
                break;
            }
            found++;
        }
        return found;
    }
}
