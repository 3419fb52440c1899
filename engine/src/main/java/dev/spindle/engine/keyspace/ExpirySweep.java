package dev.spindle.engine.keyspace;

import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.memory.Memory;

/**
 * The walk of active expiry over one database: bucket after bucket, from the first to the last and again.
 *
 * <p>There is no second table of keys with an expiry, which would cost every such key more than the walk does: a bucket and
 * its entries are loaded for some buckets at once, so that the misses overlap, buckets without such keys are passed over
 * by the table's marks, and a database without such keys is not walked at all. The walk is exact where sampling guesses: a complete one has met every key that stayed, and knows how
 * long the longest overdue of them was.
 *
 * <p>Values whose elements expire of themselves are met in the same walk; their type removes what is due, a part at a time, and
 * the walk stays at their bucket until it is done.
 *
 * <p>A bucket that is divided behind the walk or merged into one that was passed is met by the next walk.
 */
public final class ExpirySweep {

    /** Buckets loaded ahead together; their lines and those of their entries stay in the first-level cache. */
    public static final int CHUNK = 8;

    private final Keyspace keyspace;
    private final ElementVisitor look = this::look;
    private long[] stale = new long[64];
    private int staleCount;
    private long[] withTimes = new long[64];
    private int withTimesCount;
    private final SweepCounts counts = new SweepCounts();
    private long bucket;
    private long nowMs;

    private long overdueMs;
    private long ttlSum;
    private long ttlCount;
    private long averageTtlMs;
    private long lagMs;
    private long seen;
    private long deleted;
    private boolean complete;

    ExpirySweep(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    /** Mean time to live in milliseconds that the last complete walk found. */
    public long averageTtlMs() {
        return averageTtlMs;
    }

    /** How long in milliseconds after its time the most overdue key of the last complete walk was met. */
    public long lagMs() {
        return lagMs;
    }

    /** Keys and elements with an expiry seen by the last {@link #advance}. */
    public long seen() {
        return seen;
    }

    /** Keys and elements deleted by the last {@link #advance}. */
    public long deleted() {
        return deleted;
    }

    /** Whether the last {@link #advance} ended a walk. */
    public boolean isComplete() {
        return complete;
    }

    /** Whether the walk is somewhere in the middle. */
    public boolean isUnderWay() {
        return bucket > 0;
    }

    /** Looks at the next few buckets and deletes their keys whose time has come. */
    public void advance() {
        KeyTable table = keyspace.table();
        seen = 0;
        deleted = 0;
        complete = false;
        nowMs = keyspace.shared().expiryMs();
        if (keyspace.shared().keepsExpired()) {
            complete = true;
            return;
        }
        if (keyspace.hasTimes()) {
            bucket = table.nextMarked(bucket);
        }
        if (!keyspace.hasTimes() || bucket >= table.buckets()) {
            end();
            return;
        }
        // Deleting may merge the very buckets at hand; the walk must not skip what moves.
        boolean resizing = table.isResizeAllowed();
        table.allowResize(false);
        long to = Math.min(bucket + CHUNK, table.buckets());
        table.touchBuckets(bucket, to);
        long group = bucket & -KeyTable.GROUP;
        // Of a group that was begun before, nothing is known of the part that lies behind.
        boolean timed = bucket != group;
        boolean stay = false;
        while (bucket < to && !stay) {
            long seenBefore = seen;
            staleCount = 0;
            withTimesCount = 0;
            table.visitBucket(bucket, look);
            for (int i = 0; i < staleCount; i++) {
                keyspace.deleteExpired(stale[i]);
            }
            deleted += staleCount;
            stay = withTimesCount > 0 && expireElements();
            bucket += stay ? 0 : 1;
            timed |= seen > seenBefore || withTimesCount > 0;
            if (bucket - group == KeyTable.GROUP) {
                if (!timed) {
                    table.unmark(group);
                }
                group = bucket;
                timed = false;
            }
        }
        table.allowResize(resizing);
        if (bucket >= table.buckets()) {
            end();
        }
    }

    // Answers whether some of them want more.
    private boolean expireElements() {
        counts.seen = 0;
        counts.removed = 0;
        boolean more = false;
        for (int i = 0; i < withTimesCount; i++) {
            more |= keyspace.shared().expireElements(keyspace, withTimes[i], counts);
        }
        seen += counts.seen;
        deleted += counts.removed;
        return more;
    }

    private void look(long entry) {
        Memory memory = keyspace.memory();
        long header = Entry.header(memory, entry);
        long at = Entry.expiry(memory, entry, header);
        long left = at == Entry.NO_EXPIRY ? 0 : at - nowMs;
        if (at != Entry.NO_EXPIRY) {
            seen++;
        }
        if (left >= 0) {
            if (at != Entry.NO_EXPIRY) {
                ttlSum += left;
                ttlCount++;
            }
            if (Entry.isVolatile(header)) {
                noteTimes(entry);
            }
            return;
        }
        overdueMs = Math.max(overdueMs, -left);
        if (staleCount == stale.length) {
            stale = java.util.Arrays.copyOf(stale, 2 * staleCount);
        }
        stale[staleCount++] = entry;
    }

    private void noteTimes(long entry) {
        if (withTimesCount == withTimes.length) {
            withTimes = java.util.Arrays.copyOf(withTimes, 2 * withTimesCount);
        }
        withTimes[withTimesCount++] = entry;
    }

    private void end() {
        lagMs = overdueMs;
        averageTtlMs = ttlCount == 0 ? 0 : ttlSum / ttlCount;
        complete = true;
        restart();
    }

    /** Begins again, as after a flush. */
    void restart() {
        bucket = 0;
        overdueMs = 0;
        ttlSum = 0;
        ttlCount = 0;
    }
}
