package dev.spindle.engine.keyspace;

import dev.spindle.engine.encoding.ElementVisitor;

/**
 * Walks all entries of a key table that nobody changes meanwhile: one that is frozen, or the live one within one step of the core
 * thread.
 *
 * <pre>
 *   TableWalk walk = new TableWalk();
 *   walk.start(table);
 *   while (walk.next()) { ... walk.entry() ... }
 * </pre>
 */
public final class TableWalk implements ElementVisitor {

    /** Buckets whose entries are loaded together, so that the walk waits for many misses at a time. */
    private static final int BUCKETS_AHEAD = 8;

    private KeyTable table;
    private long bucket;
    private long[] found = new long[128];
    private int count;
    private int at;

    /** Begins before the first entry of a table. */
    public void start(KeyTable walked) {
        table = walked;
        bucket = 0;
        count = 0;
        at = -1;
    }

    /**
     * Goes on to the next entry.
     *
     * @return false at the end.
     */
    public boolean next() {
        at++;
        while (at == count) {
            if (bucket == table.buckets()) {
                at--;
                return false;
            }
            at = 0;
            count = 0;
            long to = Math.min(bucket + BUCKETS_AHEAD, table.buckets());
            table.touchBuckets(bucket, to);
            while (bucket < to) {
                table.visitBucket(bucket++, this);
            }
        }
        return true;
    }

    /** Address of the entry at hand. */
    public long entry() {
        return found[at];
    }

    @Override
    public void entry(long address) {
        if (count == found.length) {
            found = java.util.Arrays.copyOf(found, count * 2);
        }
        found[count++] = address;
    }
}
